"""Who has nothing gets everything; who has something says so and keeps it."""

from typing import Any, Final

import pytest
from lint.stacks import IMAGES, OWN_DATABASE, OWN_SUBNETS, empty_account, local, production, small_footprint
from lint.templates import ROOT, Stack

VPC: Final = {"VpcId": "vpc-0123456789abcdef0"}
WATCH: Final = {"Alarms", "Dashboard"}


def test_an_empty_account_gets_key_network_database_scanners_and_alarms() -> None:
    stack = empty_account()

    assert stack.nested().keys() == {"Key", "Network", "Database", "Scanners"} | WATCH
    assert not stack.broken_rules()


def test_the_local_stack_has_none_of_them_and_no_vpc() -> None:
    stack = local()

    assert stack.nested() == {}
    assert not stack.broken_rules()
    assert not stack.holds("InVpc")
    assert (
        stack.resolved(stack.template["Globals"]["Function"]["Environment"]["Variables"]["DATABASE_HOST"])
        == (OWN_DATABASE["DatabaseHost"])
    )


@pytest.mark.parametrize(
    ("parameters", "nested"),
    [
        ({**OWN_SUBNETS, **VPC}, {"Key", "Database", "Scanners"} | WATCH),
        ({**OWN_SUBNETS, **OWN_DATABASE}, {"Key", "Scanners"} | WATCH),
        ({**OWN_SUBNETS, **OWN_DATABASE, "ScannerService": "false", "EncryptionKey": "aws"}, WATCH),
        ({"ScannerService": "false", "Observability": "false"}, {"Key", "Network", "Database"}),
    ],
)
def test_what_one_has_is_not_made(parameters: dict[str, str], nested: set[str]) -> None:
    stack = Stack(ROOT, parameters)

    assert stack.nested().keys() == nested
    assert not stack.broken_rules()
    assert stack.holds("InVpc")


@pytest.mark.parametrize(
    ("parameters", "rule"),
    [
        ({"SubnetIds": "subnet-0a", **VPC}, "NetworkIsComplete"),
        (OWN_SUBNETS, "NewDatabaseHasItsPlace"),
        ({"DatabaseSecretArn": OWN_DATABASE["DatabaseSecretArn"]}, "NewDatabaseHasItsPlace"),
        (OWN_DATABASE, "OwnDatabaseIsComplete"),
        ({**OWN_SUBNETS, "DatabaseHost": "db.example.com"}, "OwnDatabaseIsComplete"),
    ],
)
def test_answers_that_cannot_work_are_refused(parameters: dict[str, str], rule: str) -> None:
    assert Stack(ROOT, parameters).broken_rules() == {rule}


def test_functions_and_scanners_share_the_network_that_was_made() -> None:
    stack = production()
    scanners = stack.resources["Scanners"]["Properties"]["Parameters"]

    vpc = stack.resolved(stack.template["Globals"]["Function"]["VpcConfig"])
    assert vpc["SecurityGroupIds"] == [scanners["SecurityGroupIds"]] == [attribute("Network", "SecurityGroupId")]
    assert vpc["SubnetIds"] == {"Fn::Split": [",", scanners["SubnetIds"]]}


def test_migrations_go_past_the_proxy() -> None:
    variables = production().of_type("AWS::Serverless::Function")["MigrateFunction"]["Environment"]["Variables"]

    assert variables["DATABASE_HOST"] == attribute("Database", "DirectHost")
    assert variables["DATABASE_TLS"] == "verify-full"


def test_without_an_image_there_is_only_what_an_image_needs() -> None:
    before, after = (stack.nested()["Scanners"] for stack in (empty_account(), production()))

    assert "Repository" in before.resources
    assert not before.of_type("AWS::ECS::Service")
    assert not before.of_type("AWS::ApplicationAutoScaling::ScalableTarget")
    assert after.of_type("AWS::ECS::Service").keys() == {"Service"}


def test_scanners_go_without_the_daemon_that_is_not_there() -> None:
    stack = Stack(ROOT, {"ScannerImageUri": IMAGES["ScannerImageUri"]}).nested()["Scanners"]
    [scanner] = stack.resources["Task"]["Properties"]["ContainerDefinitions"]

    assert scanner["Name"] == "scanner"
    assert "DependsOn" not in scanner


def test_the_network_has_endpoints_for_those_who_are_there() -> None:
    def endpoints(parameters: dict[str, str]) -> set[str]:
        made = Stack(ROOT, parameters).nested()["Network"].of_type("AWS::EC2::VPCEndpoint")
        return {endpoint["ServiceName"]["Fn::Sub"].partition("}.")[2] for endpoint in made.values()}

    functions_need = {"s3", "sqs", "states", "secretsmanager"}
    assert endpoints({"ScannerService": "false"}) == functions_need
    assert endpoints({}) == functions_need | {"logs", "ecr.api", "ecr.dkr"}
    assert endpoints(IMAGES) == functions_need | {"logs", "ecr.api", "ecr.dkr", "xray"}


def test_the_small_footprint_leaves_out_what_costs_while_nothing_is_scanned() -> None:
    stacks = small_footprint().nested()
    server = stacks["Database"].resources["Server"]["Properties"]
    endpoints = stacks["Network"].of_type("AWS::EC2::VPCEndpoint").values()

    assert not small_footprint().broken_rules()
    assert not {"Key", "ApiWall"} & stacks.keys()
    assert (server["DBInstanceClass"], server["MultiAZ"]) == ("db.t4g.micro", "false")
    assert not stacks["Database"].of_type("AWS::RDS::DBProxy")
    assert {len(endpoint["SubnetIds"]) for endpoint in endpoints if "SubnetIds" in endpoint} == {1}
    assert stacks["Scanners"].parameters["MinTasks"] == "0"


def test_the_small_footprint_is_as_private_and_as_hard_to_delete() -> None:
    server = small_footprint().nested()["Database"].resources["Server"]["Properties"]

    assert server["DeletionProtection"] == "true"
    assert server["StorageEncrypted"] is True
    assert server["PubliclyAccessible"] is False


def attribute(stack: str, output: str) -> dict[str, Any]:
    return {"Fn::GetAtt": [stack, f"Outputs.{output}"]}
