"""The API's handler on a real record: from the gateway's event to the rows and back."""

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from functions.api import app
from local.postgres import PostgresServer

from bucketsieve import bootstrap
from bucketsieve.jobs.control import JobControl
from bucketsieve.results.service import Results
from bucketsieve.settings import DatabaseSettings
from bucketsieve.store.connect import Connector
from bucketsieve.store.database import Database
from tests.events import event
from tests.fakes import FakeExecutions, FakeLister, FakeQueue
from tests.integration.api.record import Record, Seen
from tests.integration.scans import listing
from tests.lambda_context import Context

EVENT = event("api", "list_jobs")
LAMBDA_BYTES = 6_291_556
KEY = "2026/a b+ü,c\0.csv"
CREDENTIALS = '{"username": "postgres", "password": "postgres"}'


type Get = Callable[..., tuple[int, Any]]
type Post = Callable[..., tuple[int, Any]]


@pytest.fixture
def get(monkeypatch: pytest.MonkeyPatch, results: Results) -> Get:
    monkeypatch.setattr(bootstrap, "results", lambda: results)
    return _get


@pytest.fixture
def post(get: Get) -> Post:
    return _post


def _post(job_id: UUID, call: str, body: object = None) -> tuple[int, Any]:
    request = event("api", "retry_job_reason") | {"path": f"/jobs/{job_id}/{call}", "body": body and json.dumps(body)}
    answer = app.handler(request, Context())
    return answer["statusCode"], json.loads(answer["body"])


def _get(path: str, **parameters: str) -> tuple[int, Any]:
    answer = app.handler(EVENT | {"path": path, "queryStringParameters": parameters or None}, Context())
    return answer["statusCode"], json.loads(answer["body"])


def test_a_scan_is_followed_from_the_list_to_its_findings(get: Get, record: Record) -> None:
    job_id = record.job(status="scanning")
    record.chunk(job_id, 0, [Seen(KEY, "succeeded", found=(("us_ssn", "high"),)), Seen("b", "skipped", "EMPTY_OBJECT")])
    record.chunk(job_id, 1, [Seen("c")], state="processing")

    _, jobs = get("/jobs")
    _, job = get(f"/jobs/{job_id}", real_time="true")
    _, objects = get(f"/jobs/{job_id}/objects", outcome="succeeded")
    _, findings = get("/results", key=KEY, severity="high")

    assert [item["job_id"] for item in jobs["items"]] == [str(job_id)]
    assert job["totals"] == jobs["items"][0]["totals"]
    assert job["totals"]["objects"] == {
        "listed": 3, "queued": 0, "processing": 1, "succeeded": 1, "partial": 0, "skipped": 1, "failed": 0,
    }  # fmt: skip
    assert [item["key"] for item in objects["items"]] == [KEY]
    assert [(item["key"], item["masked"]) for item in findings["items"]] == [(KEY, "***-**-6789")]


def test_a_job_is_paused_resumed_retried_and_cancelled(
    get: Get, post: Post, record: Record, monkeypatch: pytest.MonkeyPatch, database: Database
) -> None:
    listing_service = listing(database, FakeLister({}), FakeQueue())
    control = JobControl(database, listing_service, FakeExecutions())
    monkeypatch.setattr(bootstrap, "control", lambda: control)
    job_id = record.job(status="scanning", listing_done=True)
    record.chunk(job_id, 0, [Seen("a", "succeeded"), Seen("b", "failed", "POISON"), Seen(KEY, "failed", "POISON")])
    record.chunk(job_id, 1, [Seen("c")], state="queued")

    assert post(job_id, "pause")[1]["status"] == "paused"
    assert post(job_id, "resume")[1]["status"] == "scanning"
    retried = post(job_id, "retry", {"key": KEY})
    _, job = get(f"/jobs/{job_id}", real_time="true")
    cancelled = post(job_id, "cancel")
    refused = post(job_id, "retry")

    assert retried == (202, {"job_id": str(job_id), "retried_objects": 1, "more": False})
    assert (job["totals"]["objects"]["queued"], job["totals"]["objects"]["failed"]) == (2, 1)
    assert (cancelled[0], cancelled[1]["status"], cancelled[1]["percent"]) == (200, "cancelled", 100)
    assert cancelled[1]["totals"]["reasons"] == {"POISON": 1, "CANCELLED": 2}
    assert (refused[0], refused[1]["type"]) == (409, "urn:bucketsieve:problem:job-conflict")


def test_an_unknown_detector_and_an_unknown_job_are_told_apart(get: Get) -> None:
    assert get("/results", detector="ssn")[0] == 400
    assert get("/results", job_id="00000000-0000-4000-8000-000000000000")[0] == 404


def test_the_strangest_keys_do_not_make_an_answer_too_large_for_lambda(get: Get, record: Record) -> None:
    job_id = record.job()
    keys = [f"{number:04}" + "\1" * 1020 for number in range(1000)]
    record.chunk(job_id, 0, [Seen(key, "succeeded") for key in keys])

    seen: list[str] = []
    cursor = None
    while not seen or cursor:
        request = EVENT | {
            "path": f"/jobs/{job_id}/objects",
            "queryStringParameters": {"limit": "1000"} | ({"cursor": cursor} if cursor else {}),
        }
        answer = app.handler(request, Context())
        assert len(json.dumps(answer, ensure_ascii=False).encode()) < LAMBDA_BYTES
        page = json.loads(answer["body"])
        seen += [item["key"] for item in page["items"]]
        cursor = page["next_cursor"]

    assert seen == keys


def test_a_database_that_stopped_is_answered_with_503(
    monkeypatch: pytest.MonkeyPatch, database_settings: DatabaseSettings
) -> None:
    server = PostgresServer.start()
    stopping = database_settings.model_copy(
        update={"database_port": server.address.port, "database_name": server.address.name}
    )
    database = Database(Connector(stopping, lambda _: CREDENTIALS, application="tests"), patience=0.5)
    monkeypatch.setattr(bootstrap, "results", lambda: Results(database, detectors=()))
    assert _get("/jobs")[0] == 500, "it answers, though it has no schema"
    server.stop()

    status, problem = _get("/jobs")

    assert (status, problem["type"]) == (503, "urn:bucketsieve:problem:unavailable")
