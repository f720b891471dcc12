"""Each component gets the login of its own role, and nobody but the migrations gets the owner's."""

import json
import re
from typing import Any, Final, get_args

import pytest
from lint.stacks import OWN_DATABASE, OWN_SUBNETS, production
from lint.templates import ROOT, Stack, statements

from bucketsieve.settings import ComponentRole

LOGINS: Final = {
    "bucketsieve_api": "ApiLogin",
    "bucketsieve_lister": "ListerLogin",
    "bucketsieve_scanner": "ScannerLogin",
    "bucketsieve_upkeep": "UpkeepLogin",
}
OF_FUNCTION: Final = {
    "ApiFunction": "ApiLogin",
    "ListBatchFunction": "ListerLogin",
    "RefreshFunction": "UpkeepLogin",
    "DeadLetterFunction": "UpkeepLogin",
}
OWNER: Final = {"Fn::GetAtt": ["Database", "Outputs.SecretArn"]}
STACKS: Final = [production(), Stack(ROOT, {**OWN_SUBNETS, **OWN_DATABASE})]


def secrets_read_by(stack: Stack, function: str) -> list[Any]:
    policies = stack.resources[function]["Properties"]["Policies"]
    templates = [
        policy["AWSSecretsManagerGetSecretValuePolicy"]["SecretArn"]
        for policy in policies
        if "AWSSecretsManagerGetSecretValuePolicy" in policy
    ]
    written = [
        secret
        for statement in statements(policies)
        if statement["Action"] == "secretsmanager:GetSecretValue"
        for secret in statement["Resource"]
    ]
    return templates + written


@pytest.mark.parametrize("stack", STACKS, ids=["production", "own database"])
def test_a_function_has_the_secret_of_its_own_login_alone(stack: Stack) -> None:
    for function, login in OF_FUNCTION.items():
        variables = stack.resources[function]["Properties"]["Environment"]["Variables"]

        assert variables["DATABASE_SECRET_ARN"] == {"Ref": login}
        assert secrets_read_by(stack, function) == [{"Ref": login}]


@pytest.mark.parametrize(("stack", "owner"), [(STACKS[0], OWNER), (STACKS[1], OWN_DATABASE["DatabaseSecretArn"])])
def test_only_migrations_are_the_owner_and_make_every_login(stack: Stack, owner: Any) -> None:
    variables = stack.resources["MigrateFunction"]["Properties"]["Environment"]["Variables"]
    named = json.loads(variables["DATABASE_LOGIN_SECRET_ARNS"]["Fn::Sub"])

    assert variables["DATABASE_SECRET_ARN"] == owner
    assert named == {role: f"${{{login}}}" for role, login in LOGINS.items()}
    assert named.keys() == set(get_args(ComponentRole.__value__))
    assert secrets_read_by(stack, "MigrateFunction") == [owner, *({"Ref": login} for login in LOGINS.values())]
    others = {
        name: resource for name, resource in stack.resources.items() if name not in {"MigrateFunction", "Database"}
    }
    assert str(owner) not in str(others)


def test_scanners_log_in_as_scanners() -> None:
    for stack in STACKS:
        assert stack.resources["Scanners"]["Properties"]["Parameters"]["DatabaseSecretArn"] == {"Ref": "ScannerLogin"}


def test_the_proxy_knows_the_logins() -> None:
    stack = production()
    proxy = stack.nested()["Database"].resources["DatabaseProxy"]["Properties"]

    assert stack.resources["Database"]["Properties"]["Parameters"]["LoginSecretArns"] == {
        "Fn::Join": [",", [{"Ref": login} for login in LOGINS.values()]]
    }
    assert len(proxy["Auth"]) == 1 + len(LOGINS)
    assert {auth["IAMAuth"] for auth in proxy["Auth"]} == {"DISABLED"}


@pytest.mark.parametrize("login", LOGINS.values())
def test_a_login_is_named_by_its_database_and_has_a_password_that_needs_no_quoting(login: str) -> None:
    made = production().resources[login]["Properties"]["GenerateSecretString"]
    [template] = made["SecretStringTemplate"].values()

    name = json.loads(template)["username"]
    assert re.fullmatch(r"\$\{DatabaseName\}_[a-z]+_login", name)
    longest = re.search(r"\{0,(\d+)\}", Stack(ROOT).template["Parameters"]["DatabaseName"]["AllowedPattern"])
    assert longest
    assert len(name) - len("${DatabaseName}") + 1 + int(longest[1]) <= 63, "PostgreSQL cuts longer names"
    assert made["ExcludePunctuation"] is True
    assert "${DatabaseLoginsVersion}" in template
