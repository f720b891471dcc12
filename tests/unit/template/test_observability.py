"""Alarms and dashboard ask for metrics that somebody writes, and every metric is looked at by one of them."""

import ast
import json
import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import pytest
from functions.api import app as api
from lint.stacks import IMAGES, production
from lint.templates import ROOT, Stack, load

from bucketsieve.metrics import DIMENSIONS, Metric
from bucketsieve.scanning.chunks import SEGMENT
from tests.conftest import PROJECT
from tests.unit.template.rendered import rendered

APPLICATION: Final = production()
ALARMS: Final = APPLICATION.nested()["Alarms"]
DASHBOARD: Final = APPLICATION.nested()["Dashboard"]
OURS: Final = "BucketSieve/<AWS::StackName>"

#: The code that runs under each name.
SERVICES: Final = {
    "list-batch": "functions/list_batch",
    "refresh": "functions/refresh",
    "dead-letter": "functions/dead_letter",
    "migrate": "src/bucketsieve/migrate",
    "scanner": "src/bucketsieve/scanning",
}
#: What AWS itself measures, by where that is documented.
OF_AWS: Final = {
    # https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
    "AWS/SQS": {
        "ApproximateNumberOfMessagesVisible",
        "ApproximateNumberOfMessagesNotVisible",
        "ApproximateAgeOfOldestMessage",
        "ApproximateAgeOfOldestMessageInQuietGroups",
    },
    # https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
    "AWS/Lambda": {"Invocations", "Errors", "Throttles", "Duration"},
    # https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html
    "AWS/ApiGateway": {"Count", "4XXError", "5XXError", "Latency"},
    # https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html
    "AWS/States": {
        "ExecutionsStarted",
        "ExecutionsSucceeded",
        "ExecutionsFailed",
        "ExecutionsTimedOut",
        "ExecutionsAborted",
    },
    # https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-metrics.html, …/rds-proxy.monitoring.html
    "AWS/RDS": {
        "CPUUtilization",
        "FreeStorageSpace",
        "DatabaseConnections",
        "DatabaseConnectionsCurrentlySessionPinned",
    },
    # https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-metrics-ECS.html
    "ECS/ContainerInsights": {"TaskCount", "CpuUtilized", "CpuReserved"},
}
_SEARCH: Final = re.compile(r"""SEARCH\('\{"(.+)",(.+)\} MetricName="(\w+)"', '\w+', 300\)""")


class Asked(NamedTuple):
    """A metric as an alarm or a widget asks for it; a search asks for all values of its dimensions."""

    namespace: str
    name: str
    dimensions: dict[str, str]


def alarms() -> dict[str, dict[str, Any]]:
    return ALARMS.of_type("AWS::CloudWatch::Alarm")


def asked_by_alarms() -> Iterator[Asked]:
    for alarm in alarms().values():
        measured = [metric["MetricStat"]["Metric"] for metric in alarm.get("Metrics", []) if "MetricStat" in metric]
        for metric in measured or [alarm]:
            dimensions = {each["Name"]: rendered(ALARMS, each["Value"]) for each in metric["Dimensions"]}
            yield Asked(rendered(ALARMS, metric["Namespace"]), metric["MetricName"], dimensions)


def widgets() -> list[dict[str, Any]]:
    body = DASHBOARD.resources["Dashboard"]["Properties"]["DashboardBody"]
    found: list[dict[str, Any]] = json.loads(rendered(DASHBOARD, body))["widgets"]
    return found


def asked_by_dashboard() -> Iterator[Asked]:
    for widget in widgets():
        for row in widget["properties"].get("metrics", []):
            if isinstance(row[0], dict):
                searched = re.fullmatch(
                    r"""SEARCH\('\{"(.+)",(.+)\} MetricName="(\w+)"', '\w+', 300\)""", row[0]["expression"]
                )
                assert searched, row
                yield Asked(searched[1], searched[3], dict.fromkeys(searched[2].split(","), "*"))
            else:
                namespace, name, *rest = (part for part in row if isinstance(part, str))
                yield Asked(namespace, name, dict(zip(rest[::2], rest[1::2], strict=True)))


ASKED: Final = [*asked_by_alarms(), *asked_by_dashboard()]


def written_by(folder: str) -> set[str]:
    """Return the metrics that the code in a folder names."""
    return {
        Metric[node.attr]
        for path in sorted((PROJECT / folder).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Metric"
    }


def test_every_metric_is_written_by_one_service_and_looked_at() -> None:
    written = [metric for folder in SERVICES.values() for metric in written_by(folder)]

    assert sorted(written) == sorted(Metric)
    assert {metric.name for metric in ASKED if metric.namespace == OURS} == set(Metric)


@pytest.mark.parametrize("metric", [each for each in ASKED if each.namespace == OURS], ids=lambda each: each.name)
def test_a_metric_is_asked_for_with_the_dimensions_it_has(metric: Asked) -> None:
    more = DIMENSIONS.get(Metric(metric.name), frozenset())

    assert metric.dimensions.keys() == {"service", *more}
    if not more:
        assert metric.name in written_by(SERVICES[metric.dimensions["service"]])


def test_services_are_called_so_in_the_template() -> None:
    functions = APPLICATION.of_type("AWS::Serverless::Function").values()
    named = {function["Environment"]["Variables"]["POWERTOOLS_SERVICE_NAME"] for function in functions}

    assert SERVICES.keys() == named - {"api"} | {"scanner"}


@pytest.mark.parametrize("metric", [each for each in ASKED if each.namespace != OURS], ids=lambda each: each.name)
def test_other_metrics_are_those_of_aws(metric: Asked) -> None:
    assert metric.name in OF_AWS[metric.namespace]


def test_every_function_has_an_alarm_on_its_errors() -> None:
    watched = {
        metric.dimensions["FunctionName"]
        for metric in asked_by_alarms()
        if (metric.namespace, metric.name) == ("AWS/Lambda", "Errors")
    }

    assert watched == {f"<{name}>" for name in APPLICATION.of_type("AWS::Serverless::Function")}


def test_deployments_of_one_account_do_not_mix_their_metrics() -> None:
    of_functions = load(ROOT)["Globals"]["Function"]["Environment"]["Variables"]["POWERTOOLS_METRICS_NAMESPACE"]

    assert rendered(APPLICATION, of_functions) == OURS
    assert rendered(ALARMS, {"Ref": "MetricsNamespace"}) == OURS


@pytest.mark.parametrize("alarm", alarms().values(), ids=alarms())
def test_an_alarm_tells_somebody_of_its_beginning_and_its_end(alarm: dict[str, Any]) -> None:
    assert alarm["AlarmActions"] == alarm["OKActions"] == [{"Ref": "Topic"}]
    assert alarm["AlarmDescription"].endswith(".")


def test_every_choice_of_what_missing_data_means_has_its_reason() -> None:
    text = (PROJECT / "infra" / "observability.yaml").read_text()

    assert (
        len(re.findall(r"TreatMissingData: \w+ # \w.+", text)) == len(alarms()) == text.count("AWS::CloudWatch::Alarm")
    )


def test_the_alarms_of_the_database_come_with_one() -> None:
    given = {**ALARMS.parameters, "DatabaseInstance": ""}
    of_others = Stack(PROJECT / "infra" / "observability.yaml", given).of_type("AWS::CloudWatch::Alarm")

    assert alarms().keys() - of_others.keys() == {"DatabaseProcessor", "DatabaseStorage", "DatabaseConnections"}


def test_every_size_of_the_database_has_its_number_of_connections() -> None:
    sizes = load(ROOT)["Parameters"]["DatabaseInstanceClass"]["AllowedValues"]

    assert list(ALARMS.template["Mappings"]["ConnectionsByClass"]) == sizes


def test_the_dashboard_shows_every_alarm_that_each_deployment_has() -> None:
    [shown] = [widget["properties"]["alarms"] for widget in widgets() if widget["type"] == "alarm"]
    of_all = [alarm for name, alarm in alarms().items() if not name.startswith("Database")]

    assert {arn.partition(":alarm:")[2] for arn in shown} == {rendered(ALARMS, alarm["AlarmName"]) for alarm in of_all}


def test_no_widget_covers_another() -> None:
    places = [
        (widget["x"] + x, widget["y"] + y)
        for widget in widgets()
        for x in range(widget["width"])
        for y in range(widget["height"])
    ]

    assert len(places) == len(set(places))
    assert max(x for x, _ in places) < 24


def test_alarms_are_sent_encrypted_to_the_address_that_was_given() -> None:
    stack = Stack(ROOT, {**IMAGES, "AlarmEmail": "oncall@example.com"}).nested()["Alarms"]

    assert stack.resources["Topic"]["Properties"]["KmsMasterKeyId"] == {"Fn::GetAtt": ["Key", "Outputs.KeyArn"]}
    assert stack.resources["Subscription"]["Properties"]["Endpoint"] == "oncall@example.com"
    assert "Subscription" not in ALARMS.resources


def test_every_scan_is_traced_and_found_in_its_group() -> None:
    rule = DASHBOARD.resources["ScansAreTraced"]["Properties"]["SamplingRule"]
    service = rendered(DASHBOARD, rule["ServiceName"])

    assert (rule["FixedRate"], rule["HTTPMethod"], rule["URLPath"]) == (1, "POST", "*/scan")
    assert "post" in (api.app.get_openapi_schema().paths or {})["/scan"].model_fields_set
    assert service == "<AWS::StackName>/v1"
    assert APPLICATION.resources["Api"]["Properties"]["StageName"] == "v1"
    for group in DASHBOARD.of_type("AWS::XRay::Group").values():
        assert f'service("{service}")' in rendered(DASHBOARD, group["FilterExpression"])
        assert f'service("{SEGMENT}")' in rendered(DASHBOARD, group["FilterExpression"])
