"""What API Gateway answers by itself has the form of the function's problems, and is told of in the guide."""

import json
from typing import Any, Final

import pytest
from functions.api import app as api
from lint.templates import ROOT, load

from bucketsieve.api.problems import CONTENT_TYPE, UNAVAILABLE, Problem
from tests.conftest import PROJECT

DEFINITION: Final[dict[str, Any]] = load(ROOT)["Resources"]["Api"]["Properties"]["DefinitionBody"]
RESPONSES: Final[dict[str, Any]] = DEFINITION["x-amazon-apigateway-gateway-responses"]
#: API Gateway puts variables into the text as they are; this one is JSON already.
VARIABLES: Final = {
    "$context.error.messageString": '"Missing \\"Authentication\\" Token"',
    "$context.requestId": "6f0a",
}
#: https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
STATUSES: Final = {"BAD_REQUEST_BODY": 400, "REQUEST_TOO_LARGE": 413, "THROTTLED": 429}
METHODS: Final = {"get", "post", "put", "patch", "delete"}


def _body(response: str) -> dict[str, Any]:
    text = RESPONSES[response]["responseTemplates"]["application/json"]
    for name, value in VARIABLES.items():
        text = text.replace(name, value)
    body: dict[str, Any] = json.loads(text)
    return body


@pytest.mark.parametrize("response", RESPONSES)
def test_an_answer_of_the_gateway_is_a_problem(response: str) -> None:
    body = _body(response)

    assert Problem.model_validate({"status": 0} | body).request_id == "6f0a"
    assert body.get("status") == STATUSES.get(response), "only where every answer of this kind has it"
    assert body["type"].removeprefix("urn:bucketsieve:problem:") in (PROJECT / "docs" / "api.md").read_text()
    assert RESPONSES[response]["responseParameters"]["gatewayresponse.header.Content-Type"] == f"'{CONTENT_TYPE}'"


def test_no_error_of_the_gateway_keeps_its_own_form() -> None:
    assert {"DEFAULT_4XX", "DEFAULT_5XX"} <= RESPONSES.keys()


@pytest.mark.parametrize("response", ["THROTTLED", "DEFAULT_5XX"])
def test_what_can_be_sent_again_says_when(response: str) -> None:
    headers = RESPONSES[response]["responseParameters"]

    assert headers["gatewayresponse.header.Retry-After"] == f"'{UNAVAILABLE.headers['Retry-After']}'"


def test_the_gateway_routes_what_the_function_answers() -> None:
    answered = {
        (path, method)
        for path, item in (api.app.get_openapi_schema().paths or {}).items()
        for method in METHODS & item.model_fields_set
    }

    assert {(path, method) for path, route in DEFINITION["paths"].items() for method in route} == answered
    events = load(ROOT)["Resources"]["ApiFunction"]["Properties"]["Events"].values()
    assert {(event["Properties"]["Path"], event["Properties"]["Method"].lower()) for event in events} == answered
