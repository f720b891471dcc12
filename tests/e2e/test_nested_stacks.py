"""The nested stacks deploy on their own, as far as the emulator knows their resources, and say what others need."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from lint.templates import load
from local.stack import LocalStack

from tests.conftest import PROJECT

#: Types that the emulator does not know.
UNKNOWN: Final = {"AWS::EC2::FlowLog"}

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
        cloudformation.get_waiter("stack_create_complete").wait(
            StackName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 60}
        )
        [made] = cloudformation.describe_stacks(StackName=name)["Stacks"]
        return {output["OutputKey"]: output["OutputValue"] for output in made["Outputs"]}

    yield create
    for name in reversed(names):
        cloudformation.delete_stack(StackName=name)


def _known(file: str) -> str:
    template: dict[str, Any] = load(PROJECT / "infra" / file)
    resources = {name: resource for name, resource in template["Resources"].items() if resource["Type"] not in UNKNOWN}
    return yaml.safe_dump({**template, "Resources": resources}, sort_keys=False)


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


def test_before_the_first_image_there_is_a_repository_to_push_it_to(stack: LocalStack, deploy: Deploy) -> None:
    network = deploy("network.yaml", {})
    outputs = deploy(
        "scanner.yaml",
        {
            "SubnetIds": network["SubnetIds"],
            "SecurityGroupIds": network["SecurityGroupId"],
            "QueueArn": "arn:aws:sqs:us-east-1:000000000000:scan",
            "QueueName": "scan",
            "QueueUrl": stack.outputs["ScanQueueUrl"],
            "DatabaseHost": "db.example.com",
            "DatabaseName": "bucketsieve",
            "DatabaseSecretArn": "arn:aws:secretsmanager:us-east-1:000000000000:secret:database",
            "FingerprintKeySecretArn": stack.outputs["FingerprintKeySecretArn"],
        },
    )

    repositories = stack.client("ecr").describe_repositories()["repositories"]
    assert outputs["RepositoryUri"] in {repository["repositoryUri"] for repository in repositories}
    assert stack.client("ecs").list_services(cluster=outputs["ClusterName"])["serviceArns"] == []
