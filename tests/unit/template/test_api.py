"""Who may call the API and how often, and what the gateway turns away before the function sees it."""

from typing import Any, Final

import pytest
from lint.stacks import local, production
from lint.templates import ROOT, Stack, actions, load, statements

from bucketsieve.api.requests import MAX_KEY_BYTES, ScanRequest

ENDPOINTS: Final = "vpce-0123456789abcdef0,vpce-0123456789abcdef1"


def definition(stack: Stack) -> dict[str, Any]:
    """Return the API's definition, conditions decided."""
    body: dict[str, Any] = stack.resources["Api"]["Properties"]["DefinitionBody"]
    return body


def methods(stack: Stack) -> list[dict[str, Any]]:
    return [method for route in definition(stack)["paths"].values() for method in route.values()]


def test_every_call_is_signed_unless_the_api_is_opened() -> None:
    assert all(method["security"] == [{"sigv4": []}] for method in methods(production()))
    assert all(method["security"] == [] for method in methods(local()))


@pytest.mark.parametrize("parameters", [{"ApiCidrs": "203.0.113.0/24"}, {"ApiVpcEndpointIds": ENDPOINTS}])
def test_the_resource_policy_lets_in_nobody_without_a_policy_of_iam(parameters: dict[str, str]) -> None:
    policy = definition(Stack(ROOT, parameters))["x-amazon-apigateway-policy"]

    assert {statement["Effect"] for statement in statements(policy)} == {"Deny"}


@pytest.mark.parametrize(
    ("parameters", "condition"),
    [
        (
            {"ApiCidrs": "203.0.113.0/24,2001:db8::/32"},
            {"NotIpAddress": {"aws:SourceIp": ["203.0.113.0/24", "2001:db8::/32"]}},
        ),
        ({"ApiVpcEndpointIds": ENDPOINTS}, {"StringNotEquals": {"aws:SourceVpce": ENDPOINTS.split(",")}}),
    ],
)
def test_callers_from_elsewhere_are_refused(parameters: dict[str, str], condition: dict[str, Any]) -> None:
    policy = definition(Stack(ROOT, parameters))["x-amazon-apigateway-policy"]
    [denied] = statements(policy)

    assert (denied["Principal"], actions(denied)) == ("*", ["execute-api:Invoke"])
    assert denied["Condition"] == condition


def test_an_api_with_endpoints_has_no_public_address() -> None:
    private = Stack(ROOT, {"ApiVpcEndpointIds": ENDPOINTS}).resources["Api"]["Properties"]["EndpointConfiguration"]
    public = production().resources["Api"]["Properties"]["EndpointConfiguration"]

    assert private == {"Type": "PRIVATE", "VPCEndpointIds": ENDPOINTS.split(",")}
    assert public == {"Type": "REGIONAL"}


def test_an_address_and_an_endpoint_are_not_asked_for_at_once() -> None:
    stack = Stack(ROOT, {"ApiVpcEndpointIds": ENDPOINTS, "ApiCidrs": "203.0.113.0/24"})

    assert stack.broken_rules() == {"ApiHasOneDoor"}


def test_every_method_is_throttled_and_starting_scans_more_than_others() -> None:
    settings = {
        (setting["HttpMethod"], setting["ResourcePath"]): int(setting["ThrottlingRateLimit"])
        for setting in production().resources["Api"]["Properties"]["MethodSettings"]
    }

    assert settings.keys() == {("*", "/*"), ("POST", "/~1scan")}
    assert settings["POST", "/~1scan"] < settings["*", "/*"]


def test_a_firewall_stands_before_the_api_where_it_is_asked_for() -> None:
    stack = Stack(ROOT, {"ApiFirewall": "true"})
    rules = stack.nested()["ApiWall"].resources["WebAcl"]["Properties"]["Rules"]

    assert "ApiWall" not in production().nested()
    assert [rule["Priority"] for rule in rules] == list(range(len(rules)))
    assert sum("ManagedRuleGroupStatement" in rule["Statement"] for rule in rules) == 3
    assert sum("RateBasedStatement" in rule["Statement"] for rule in rules) == 1


def test_the_model_of_a_scan_refuses_nothing_that_the_function_takes() -> None:
    model = load(ROOT)["Resources"]["Api"]["Properties"]["DefinitionBody"]["components"]["schemas"]["ScanRequest"]
    taken = ScanRequest.model_json_schema()["properties"]

    assert model.keys() == {"type", "properties"}, "a missing or unknown field is the function's to explain"
    assert model["properties"].keys() <= taken.keys()
    assert model["properties"]["prefix"]["maxLength"] == MAX_KEY_BYTES
    for name in ("include_extensions", "exclude_extensions"):
        assert model["properties"][name]["maxItems"] == taken[name]["maxItems"]
    longest = {
        "bucket": "b" * model["properties"]["bucket"]["maxLength"],
        "include_extensions": ["." + "e" * (model["properties"]["include_extensions"]["items"]["maxLength"] - 1)],
    }
    assert ScanRequest.model_validate(longest)


def test_the_gateway_looks_at_the_body_of_a_scan() -> None:
    body = definition(production())
    scan = body["paths"]["/scan"]["post"]

    assert body["x-amazon-apigateway-request-validators"][scan["x-amazon-apigateway-request-validator"]] == {
        "validateRequestBody": True,
        "validateRequestParameters": False,
    }
    assert scan["requestBody"]["content"].keys() == {"application/json"}


def test_every_condition_is_used() -> None:
    template = load(ROOT)
    text = str(template)

    assert all(f"'Fn::If': ['{name}'" in text or f"'Condition': '{name}'" in text for name in template["Conditions"])
