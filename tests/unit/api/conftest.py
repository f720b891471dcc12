import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import pytest
from functions.api import app

from bucketsieve import bootstrap
from bucketsieve.reasons import Reason
from bucketsieve.results.model import ObjectState
from bucketsieve.settings import ApiSettings
from tests.events import event
from tests.lambda_context import Context
from tests.unit.api.fakes import FakeControl, FakeResults, FakeScans, finding_report, job_report, object_report

#: The job that the events ask for.
JOB: Final = UUID("2f6b1d3e-8c4a-4b7e-9a57-0d1c2e3f4a5b")


@dataclass(frozen=True)
class Answer:
    status: int
    content_type: str
    headers: dict[str, list[str]]
    body: Any
    text: str


Call = Callable[..., Answer]


@pytest.fixture
def scans(monkeypatch: pytest.MonkeyPatch) -> FakeScans:
    fake = FakeScans()
    settings = ApiSettings(
        database_host="database",
        database_name="bucketsieve",
        database_secret_arn="arn",
        scan_queue_url="https://sqs.us-east-1.amazonaws.com/123456789012/scan",
    )
    monkeypatch.setattr(bootstrap, "jobs", lambda: fake)
    monkeypatch.setattr(bootstrap, "api_settings", lambda: settings)
    return fake


@pytest.fixture
def results(monkeypatch: pytest.MonkeyPatch) -> FakeResults:
    fake = FakeResults(
        known_jobs=[job_report(JOB)],
        known_objects={
            JOB: [
                object_report("a", ObjectState.SUCCEEDED),
                object_report("b", ObjectState.SKIPPED, Reason.EMPTY_OBJECT),
                object_report("c", ObjectState.QUEUED),
            ]
        },
        known_findings=[finding_report(JOB, "a", number) for number in range(3)],
    )
    monkeypatch.setattr(bootstrap, "results", lambda: fake)
    return fake


@pytest.fixture
def control(monkeypatch: pytest.MonkeyPatch, results: FakeResults) -> FakeControl:
    fake = FakeControl(results)
    monkeypatch.setattr(bootstrap, "control", lambda: fake)
    return fake


@pytest.fixture
def send(scans: FakeScans, results: FakeResults, control: FakeControl) -> Callable[[dict[str, Any]], Answer]:
    """Hand an event to the handler."""

    def hand(request: dict[str, Any]) -> Answer:
        raw = app.handler(request, Context())
        headers = raw["multiValueHeaders"]
        return Answer(raw["statusCode"], headers["Content-Type"][0], headers, json.loads(raw["body"]), raw["body"])

    return hand


@pytest.fixture
def post(send: Callable[[dict[str, Any]], Answer]) -> Call:
    """POST with a body, as text or as what is to be encoded; to /scan, or to another path."""

    def call(body: object, *, path: str = "/scan", **headers: str) -> Answer:
        request = event("api", "post_scan") | {"path": path}
        request["body"] = body if isinstance(body, str | None) else json.dumps(body)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        request["headers"] |= named
        request["multiValueHeaders"] |= {name: [value] for name, value in named.items()}
        return send(request)

    return call


@pytest.fixture
def get(send: Callable[[dict[str, Any]], Answer]) -> Call:
    """GET a path with parameters; a list is a parameter given more than once."""

    def call(path: str, **parameters: str | list[str]) -> Answer:
        request = event("api", "list_jobs")
        values = {name: [given] if isinstance(given, str) else given for name, given in parameters.items()}
        request |= {
            "path": path,
            "queryStringParameters": {name: given[-1] for name, given in values.items()} or None,
            "multiValueQueryStringParameters": values or None,
        }
        return send(request)

    return call
