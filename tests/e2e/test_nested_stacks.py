"""The nested stacks deploy on their own, as far as the emulator knows their resources, and say what others need."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from itertools import product
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from botocore.exceptions import WaiterError
from lint.templates import load
from local.stack import LocalStack

from tests.conftest import PROJECT

#: Types that the emulator does not know; nor alarms of metric math, nor the secret that RDS makes for its master user.
UNKNOWN: Final = {
    "AWS::ApplicationAutoScaling::ScalableTarget",
    "AWS::ApplicationAutoScaling::ScalingPolicy",
    "AWS::EC2::FlowLog",
    "AWS::EC2::SecurityGroupEgress",
    "AWS::EC2::SecurityGroupIngress",
    "AWS::Logs::QueryDefinition",
    "AWS::RDS::DBProxy",
    "AWS::RDS::DBProxyTargetGroup",
    "AWS::WAFv2::LoggingConfiguration",
    "AWS::WAFv2::WebACLAssociation",
    "AWS::XRay::Group",
    "AWS::XRay::SamplingRule",
}

NOTHING: Final = {"Type": "AWS::CloudFormation::WaitConditionHandle"}

KEY: Final = "arn:aws:kms:us-east-1:000000000000:key/11111111-2222-3333-4444-555555555555"

type Deploy = Callable[[str, Mapping[str, str]], dict[str, str]]


@pytest.fixture
def deploy(stack: LocalStack) -> Iterator[Deploy]:
    """Deploy a template of ``infra/`` and return its outputs; it is deleted after the test."""
    cloudformation = stack.client("cloudformation")
    names: list[str] = []

    def create(file: str, parameters: Mapping[str, str]) -> dict[str, str]:
        name = f"nested-{Path(file).stem}-{len(names)}"
        names.append(name)
        cloudformation.create_stack(
            StackName=name,
            TemplateBody=_known(file),
            Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
            Capabilities=["CAPABILITY_IAM"],
        )
        with suppress(WaiterError):
            cloudformation.get_waiter("stack_create_complete").wait(
                StackName=name, WaiterConfig={"Delay": 0.1, "MaxAttempts": 600}
            )
        [made] = cloudformation.describe_stacks(StackName=name)["Stacks"]
        events = cloudformation.describe_stack_events(StackName=name)["StackEvents"]
        said = [event["ResourceStatusReason"] for event in events if event["ResourceStatus"] == "CREATE_FAILED"]
        assert made["StackStatus"] == "CREATE_COMPLETE", (parameters, said)
        return {output["OutputKey"]: output["OutputValue"] for output in made["Outputs"]}

    yield create
    for name in reversed(names):
        cloudformation.delete_stack(StackName=name)


def _known(file: str) -> str:
    """Return a template with things that are nothing in the place of those that the emulator does not know."""
    template: dict[str, Any] = load(PROJECT / "infra" / file)
    unknown = {name for name, resource in template["Resources"].items() if _is_unknown(resource)}
    resources = {
        name: {key: resource[key] for key in ("Condition",) if key in resource} | NOTHING
        if name in unknown
        else _with_known_attributes(resource)
        for name, resource in template["Resources"].items()
    }
    outputs = {
        name: _with_known_attributes(output)
        for name, output in template["Outputs"].items()
        if not any(f"'Fn::GetAtt': ['{resource}'" in str(output) for resource in unknown)
    }
    return yaml.safe_dump({**template, "Resources": resources, "Outputs": outputs}, sort_keys=False)


def _is_unknown(resource: dict[str, Any]) -> bool:
    metric_math = resource["Type"] == "AWS::CloudWatch::Alarm" and "Metrics" in resource["Properties"]
    return metric_math or resource["Type"] in UNKNOWN


def _with_known_attributes(value: Any) -> Any:
    match value:
        case {"Fn::GetAtt": ["Server", "MasterUserSecret.SecretArn"]}:
            return "arn:aws:secretsmanager:us-east-1:000000000000:secret:of-rds"
        case dict():
            return {key: _with_known_attributes(item) for key, item in value.items()}
        case list():
            return [_with_known_attributes(item) for item in value]
    return value


def combinations(**switches: tuple[str, ...]) -> list[dict[str, str]]:
    """Return every combination of the values of some parameters."""
    return [dict(zip(switches, values, strict=True)) for values in product(*switches.values())]


@pytest.mark.parametrize(("zones", "subnets"), [("2", 2), ("3", 3)])
def test_a_network_has_a_private_subnet_in_each_zone(
    stack: LocalStack, deploy: Deploy, zones: str, subnets: int
) -> None:
    outputs = deploy("network.yaml", {"ZoneCount": zones})

    made = stack.client("ec2").describe_subnets(SubnetIds=outputs["SubnetIds"].split(","))["Subnets"]
    assert len({subnet["AvailabilityZone"] for subnet in made}) == subnets
    assert {subnet["VpcId"] for subnet in made} == {outputs["VpcId"]}
    assert not any(subnet["MapPublicIpOnLaunch"] for subnet in made)


def test_a_network_without_scanners_has_fewer_endpoints(stack: LocalStack, deploy: Deploy) -> None:
    off = {"LogsEndpoint": "false", "EcrEndpoints": "false", "XRayEndpoint": "false"}

    outputs = deploy("network.yaml", off)

    made = stack.client("ec2").describe_vpc_endpoints(Filters=[{"Name": "vpc-id", "Values": [outputs["VpcId"]]}])
    assert {endpoint["ServiceName"].rpartition(".")[2] for endpoint in made["VpcEndpoints"]} == {
        "s3", "sqs", "states", "secretsmanager",
    }  # fmt: skip


@pytest.fixture
def network(deploy: Deploy) -> dict[str, str]:
    """Deploy a network for what goes into one."""
    return deploy("network.yaml", {})


@pytest.fixture
def of_scanners(stack: LocalStack, network: dict[str, str]) -> dict[str, str]:
    """Return what scanners have to be told."""
    return {
        "SubnetIds": network["SubnetIds"],
        "SecurityGroupIds": network["SecurityGroupId"],
        "QueueArn": "arn:aws:sqs:us-east-1:000000000000:scan",
        "QueueName": "scan",
        "QueueUrl": stack.outputs["ScanQueueUrl"],
        "DatabaseHost": "db.example.com",
        "DatabaseName": "bucketsieve",
        "DatabaseSecretArn": "arn:aws:secretsmanager:us-east-1:000000000000:secret:database",
        "FingerprintKeySecretArn": stack.outputs["FingerprintKeySecretArn"],
    }


def test_before_the_first_image_there_is_a_repository_to_push_it_to(
    stack: LocalStack, deploy: Deploy, of_scanners: dict[str, str]
) -> None:
    outputs = deploy("scanner.yaml", of_scanners)

    repositories = stack.client("ecr").describe_repositories()["repositories"]
    assert outputs["RepositoryUri"] in {repository["repositoryUri"] for repository in repositories}
    assert stack.client("ecs").list_services(cluster=outputs["ClusterName"])["serviceArns"] == []


def test_scanners_deploy_in_every_combination(deploy: Deploy, of_scanners: dict[str, str]) -> None:
    for switches in combinations(
        ImageUri=("", "example.com/scanner:1"),
        TraceImageUri=("", "example.com/daemon:1"),
        KeyArn=("", KEY),
        BucketArns=("", "arn:aws:s3:::a,arn:aws:s3:::b-*"),
        ObjectKeyArns=("", "*"),
    ):
        assert deploy("scanner.yaml", of_scanners | switches)["TaskRoleArn"].startswith("arn:aws:iam::"), switches


def test_a_database_deploys_in_every_combination(deploy: Deploy, network: dict[str, str]) -> None:
    secrets = ",".join(f"arn:aws:secretsmanager:us-east-1:000000000000:secret:login-{name}" for name in "abcd")
    given = {
        "VpcId": network["VpcId"],
        "SubnetIds": network["SubnetIds"],
        "ClientSecurityGroupId": network["SecurityGroupId"],
        "LoginSecretArns": secrets,
        "DeletionProtection": "false",
    }
    for switches in combinations(Proxy=("true", "false"), KeyArn=("", KEY), MultiAz=("true", "false")):
        deployed = (
            given | switches | {"ClientSecurityGroupId": network["SecurityGroupId"], "DeletionProtection": "false"}
        )
        assert deploy("database.yaml", deployed)["DirectHost"], switches


def test_a_network_deploys_with_each_of_its_switches(deploy: Deploy) -> None:
    endpoints = (
        "SqsEndpoint",
        "StatesEndpoint",
        "SecretsManagerEndpoint",
        "LogsEndpoint",
        "EcrEndpoints",
        "XRayEndpoint",
    )
    off = dict.fromkeys((*endpoints, "EndpointsInEveryZone"), "false")
    for given in ({}, off, {"KeyArn": KEY}, *({name: value} for name, value in off.items())):
        assert deploy("network.yaml", given)["VpcId"].startswith("vpc-"), given


def test_a_key_is_made_or_taken(deploy: Deploy) -> None:
    assert deploy("key.yaml", {"ApplicationName": "scanning"})["KeyArn"].startswith("arn:aws:kms:")
    assert deploy("key.yaml", {"ApplicationName": "scanning", "OwnKeyArn": KEY})["KeyArn"] == KEY


@pytest.mark.parametrize("key", ["", KEY])
def test_a_firewall_deploys_with_a_key_and_without(deploy: Deploy, key: str) -> None:
    stage = "arn:aws:apigateway:us-east-1::/restapis/a1b2c3/stages/v1"

    assert deploy("firewall.yaml", {"ApplicationName": "scanning", "StageArn": stage, "KeyArn": key})["WebAclArn"]


@pytest.fixture
def to_watch() -> dict[str, str]:
    """Return what alarms and dashboard have to be told of a deployment."""
    functions = {f"{name}FunctionName": name for name in ("Api", "ListBatch", "Refresh", "DeadLetter", "Migrate")}
    return functions | {
        "ApplicationName": "scanning",
        "MetricsNamespace": "BucketSieve/scanning",
        "ApiStage": "v1",
        "StateMachineArn": "arn:aws:states:us-east-1:000000000000:stateMachine:scanning-list-bucket",
        "QueueName": "scan",
        "DeadLetterQueueName": "dead",
    }


def test_alarms_deploy_in_every_combination(stack: LocalStack, deploy: Deploy, to_watch: dict[str, str]) -> None:
    for number, switches in enumerate(
        combinations(AlarmEmail=("", "oncall@example.com"), KeyArn=("", KEY), DatabaseInstance=("", "scanning-db"))
    ):
        topic = deploy("observability.yaml", to_watch | switches | {"ApplicationName": f"scanning{number}"})["TopicArn"]

        subscribed = stack.client("sns").list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
        assert "".join(each["Endpoint"] for each in subscribed) == switches["AlarmEmail"]
        alarms = stack.client("cloudwatch").describe_alarms(AlarmNamePrefix=f"scanning{number}-")["MetricAlarms"]
        assert {action for alarm in alarms for action in alarm["AlarmActions"]} == {topic}
        of_database = {alarm["AlarmName"] for alarm in alarms if "database" in alarm["AlarmName"]}
        assert len(of_database) == (3 if switches["DatabaseInstance"] else 0)


def test_a_dashboard_deploys_in_every_combination(stack: LocalStack, deploy: Deploy, to_watch: dict[str, str]) -> None:
    logs = {"LogGroupNames": "/aws/lambda/scanning/api", "ApiAccessLogGroupName": "/aws/apigateway/scanning"}
    for switches in combinations(ClusterName=("", "scanners"), DatabaseInstance=("", "scanning-db")):
        deploy("dashboard.yaml", to_watch | logs | switches)

        body = json.loads(stack.client("cloudwatch").get_dashboard(DashboardName="scanning")["DashboardBody"])
        titles = {widget["properties"]["title"] for widget in body["widgets"]}
        assert ("Tasks" in titles) == bool(switches["ClusterName"])
        assert ("Database" in titles) == bool(switches["DatabaseInstance"])
