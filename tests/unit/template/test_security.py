"""Nothing is public, everything is encrypted, every log has an end, and what data is in outlives the stack."""

import re
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import pytest
from lint.stacks import production
from lint.templates import ALL, actions, load, statements

from tests.conftest import PROJECT

APPLICATION: Final = production()
STACKS: Final = {"Application": APPLICATION, **APPLICATION.nested()}
NETWORK, DATABASE, SCANNERS = (STACKS[name] for name in ("Network", "Database", "Scanners"))
ANYWHERE: Final = {"0.0.0.0/0", "::/0"}


def of_type(kind: str) -> list[Any]:
    return [
        pytest.param(properties, id=f"{stack_name}-{name}")
        for stack_name, stack in STACKS.items()
        for name, properties in stack.of_type(kind).items()
    ]


def test_the_network_has_no_way_to_or_from_the_internet() -> None:
    kinds = {resource["Type"] for resource in NETWORK.resources.values()}

    assert not kinds & {"AWS::EC2::InternetGateway", "AWS::EC2::NatGateway", "AWS::EC2::Route", "AWS::EC2::EIP"}
    assert all(not subnet["MapPublicIpOnLaunch"] for subnet in NETWORK.of_type("AWS::EC2::Subnet").values())
    assert DATABASE.resources["Server"]["Properties"]["PubliclyAccessible"] is False
    network = SCANNERS.resources["Service"]["Properties"]["NetworkConfiguration"]["AwsvpcConfiguration"]
    assert network["AssignPublicIp"] == "DISABLED"


@pytest.mark.parametrize("group", of_type("AWS::EC2::SecurityGroup"))
def test_a_security_group_lets_in_only_other_groups(group: dict[str, Any]) -> None:
    assert all("SourceSecurityGroupId" in rule for rule in group.get("SecurityGroupIngress", []))
    assert group["SecurityGroupEgress"], "a group without a rule lets everything out"
    for rule in group["SecurityGroupEgress"]:
        if rule.get("CidrIp") in ANYWHERE:
            assert rule["FromPort"] == rule["ToPort"] == 443


@pytest.mark.parametrize("rule", of_type("AWS::EC2::SecurityGroupIngress"))
def test_a_rule_lets_in_only_another_group(rule: dict[str, Any]) -> None:
    assert "SourceSecurityGroupId" in rule


@pytest.mark.parametrize("endpoint", of_type("AWS::EC2::VPCEndpoint"))
def test_an_endpoint_says_what_may_go_through_it(endpoint: dict[str, Any]) -> None:
    assert all(actions(statement) != ["*"] for statement in statements(endpoint["PolicyDocument"]))


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
def test_a_statement_on_all_resources_has_its_reason_in_a_comment(path: Path) -> None:
    before_resource = re.split(r'Resource: "\*"', path.read_text())

    for before, after in pairwise(before_resource):
        statement = re.split(r"^ *- (?=Sid|Effect)", before, flags=re.MULTILINE)[-1] + after.partition("\n")[0]
        assert "#" in statement, statement


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
def test_no_role_is_allowed_whatever_a_service_can_do(path: Path) -> None:
    of_roles = [statement for statement in statements(load(path)["Resources"]) if "Principal" not in statement]

    assert not [action for statement in of_roles for action in actions(statement) if "*" in action]


def test_roles_are_for_services_of_aws_alone() -> None:
    for stack in STACKS.values():
        for role in stack.of_type("AWS::IAM::Role").values():
            [trust] = statements(role["AssumeRolePolicyDocument"])
            assert trust["Principal"].keys() == {"Service"}


def test_the_database_takes_only_tls() -> None:
    assert DATABASE.resources["Settings"]["Properties"]["Parameters"]["rds.force_ssl"] == "1"
    assert DATABASE.resources["DatabaseProxy"]["Properties"]["RequireTLS"] is True


def test_clients_check_the_certificate_unless_somebody_says_otherwise() -> None:
    everybody = APPLICATION.resolved(APPLICATION.template["Globals"]["Function"]["Environment"]["Variables"])
    migrations = APPLICATION.resources["MigrateFunction"]["Properties"]["Environment"]["Variables"]

    assert (
        everybody["DATABASE_TLS"] == migrations["DATABASE_TLS"] == SCANNERS.parameters["DatabaseTls"] == "verify-full"
    )


def test_nobody_sees_the_databases_password() -> None:
    server = DATABASE.resources["Server"]["Properties"]

    assert server["ManageMasterUserPassword"] is True
    assert "MasterUserPassword" not in server
    assert not {name for name in DATABASE.template["Parameters"] if "assword" in name}


@pytest.mark.parametrize("group", of_type("AWS::Logs::LogGroup"))
def test_a_log_has_an_end(group: dict[str, Any]) -> None:
    assert group["RetentionInDays"] == APPLICATION.parameters["LogRetentionDays"]


def test_findings_outlive_the_stack() -> None:
    server = DATABASE.resources["Server"]

    assert server["DeletionPolicy"] == server["UpdateReplacePolicy"] == "Snapshot"
    assert server["Properties"]["DeletionProtection"] == "true"
    assert server["Properties"]["DeleteAutomatedBackups"] is False
    assert APPLICATION.resources["FingerprintKey"]["DeletionPolicy"] == "Retain"


def test_every_parameter_of_the_database_has_a_reason() -> None:
    text = (PROJECT / "infra" / "database.yaml").read_text()
    settings = text.partition("  Settings:\n")[2].partition("      Parameters:\n")[2].partition("\n\n")[0]
    reasons = [group for group in settings.split("        # ") if group.strip()]

    assert settings.lstrip().startswith("# ")
    assert len(reasons) >= 8
    assert all("\n" in reason and ": " in reason.partition("\n")[2] for reason in reasons)
