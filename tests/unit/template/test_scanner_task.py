"""A scanner's task gives it what it reads and the time it needs to stop, and lets it do nothing else."""

from typing import Any, Final

from lint.stacks import production
from lint.templates import ROOT, Stack, load

from bucketsieve.settings import ScannerSettings

SCANNERS: Final = production().nested()["Scanners"]
CONTAINERS: Final[dict[str, dict[str, Any]]] = {
    container["Name"]: container for container in SCANNERS.resources["Task"]["Properties"]["ContainerDefinitions"]
}
VARIABLES: Final = {entry["Name"]: entry["Value"] for entry in CONTAINERS["scanner"]["Environment"]}
#: What the supervisor waits for a worker beyond its time to shut down.
GRACE_SECONDS: Final = 5
#: Of the SDKs rather than of the scanner.
OF_SDKS: Final = {"AWS_DEFAULT_REGION", "AWS_XRAY_DAEMON_ADDRESS"}
#: The key comes from a secret, and the cache with the image.
OF_OTHERS: Final = {"FINGERPRINT_KEY", "CACHE_PATH"}


def test_the_variables_are_the_fields_of_the_settings() -> None:
    fields = {name.upper() for name in ScannerSettings.model_fields}

    assert {name for name in VARIABLES if not name.startswith("POWERTOOLS_")} - OF_SDKS == fields - OF_OTHERS


def test_a_scanner_measures_and_logs_under_the_same_names_as_the_functions() -> None:
    of_functions = load(ROOT)["Globals"]["Function"]["Environment"]["Variables"]

    assert VARIABLES["POWERTOOLS_METRICS_NAMESPACE"] == of_functions["POWERTOOLS_METRICS_NAMESPACE"]
    assert {name for name in of_functions if name.startswith("POWERTOOLS_")} <= VARIABLES.keys()


def test_a_scanner_waits_for_the_database_as_long_as_the_functions() -> None:
    of_functions = load(ROOT)["Globals"]["Function"]["Environment"]["Variables"]
    limits = {name: value for name, value in VARIABLES.items() if name.endswith("_TIMEOUT_SECONDS")}

    assert limits == {name: of_functions[name] for name in limits}


def test_every_size_of_a_task_says_how_many_processes_it_takes() -> None:
    template = SCANNERS.template

    assert VARIABLES["PROCESSES"] == {"Fn::FindInMap": ["ProcessesByCpu", "1024", "Count"]}
    assert {int(cpu): int(row["Count"]) for cpu, row in template["Mappings"]["ProcessesByCpu"].items()} == {
        cpu: max(1, cpu // 1024) for cpu in template["Parameters"]["Cpu"]["AllowedValues"]
    }


def test_a_scanner_has_time_to_stop_before_it_is_killed() -> None:
    assert int(VARIABLES["SHUTDOWN_SECONDS"]) + GRACE_SECONDS < CONTAINERS["scanner"]["StopTimeout"] <= 120


def test_a_lease_is_as_long_as_a_message_is_invisible() -> None:
    queue = load(ROOT)["Resources"]["ScanQueue"]["Properties"]

    assert int(VARIABLES["LEASE_SECONDS"]) == queue["VisibilityTimeout"]


def test_the_daemon_outlives_the_scanner_whose_segments_it_sends() -> None:
    assert CONTAINERS["scanner"]["DependsOn"] == [{"ContainerName": "traces", "Condition": "START"}]
    assert CONTAINERS["scanner"]["Essential"]
    assert not CONTAINERS["traces"]["Essential"]


def test_containers_have_no_root_no_capabilities_and_nothing_to_write_to() -> None:
    for container in CONTAINERS.values():
        assert container["User"].partition(":")[0] not in {"", "0", "root"}
        assert container["ReadonlyRootFilesystem"] is True
        assert container["LinuxParameters"]["Capabilities"] == {"Drop": ["ALL"]}
        assert container.get("Privileged", False) is False
        assert "MountPoints" not in container


def test_the_image_is_the_one_that_was_asked_for_on_its_own_user() -> None:
    assert CONTAINERS["scanner"]["Image"] == production().parameters["ScannerImageUri"]
    assert CONTAINERS["traces"]["Image"] == production().parameters["ScannerTraceImageUri"]


def test_chunks_in_work_count_as_backlog() -> None:
    policy = SCANNERS.resources["BacklogScaling"]["Properties"]["TargetTrackingScalingPolicyConfiguration"]
    metrics = {metric["Id"]: metric for metric in policy["CustomizedMetricSpecification"]["Metrics"]}

    assert metrics["backlog"]["Expression"] == "(visible + in_work) / tasks"
    assert [name for name, metric in metrics.items() if metric["ReturnData"]] == ["backlog"]
    assert metrics["in_work"]["MetricStat"]["Metric"]["MetricName"] == "ApproximateNumberOfMessagesNotVisible"


def test_the_first_task_comes_from_a_step_since_nothing_divides_by_no_tasks() -> None:
    step = SCANNERS.resources["FirstTask"]["Properties"]["StepScalingPolicyConfiguration"]

    assert step["AdjustmentType"] == "ExactCapacity"
    assert [adjustment["ScalingAdjustment"] for adjustment in step["StepAdjustments"]] == [1]
    assert SCANNERS.resources["FirstTaskWanted"]["Properties"]["AlarmActions"] == [{"Ref": "FirstTask"}]


def test_tasks_of_no_kind_at_all_are_refused() -> None:
    given = {**SCANNERS.parameters, "OnDemandWeight": "0", "SpotWeight": "0"}

    assert Stack(ROOT.parent / "infra" / "scanner.yaml", given).broken_rules() == {"SomebodyWorks"}


def test_a_deployment_whose_scanners_do_not_start_is_rolled_back() -> None:
    service = SCANNERS.resources["Service"]["Properties"]

    assert service["DeploymentConfiguration"]["DeploymentCircuitBreaker"] == {"Enable": True, "Rollback": True}
    assert "DesiredCount" not in service, "a deployment would undo the scaling"
