"""Every way to be wrong has its problem: what is wrong, and what to do about it."""

import io
import json
from typing import Any

import pytest

from bucketsieve.errors import TransientError
from bucketsieve.observability import logger
from tests.unit.api.conftest import JOB, Answer, Call
from tests.unit.api.fakes import FakeResults, FakeScans

LONG = "x" * 5000


def _is_problem(answer: Answer, status: int, kind: str) -> dict[str, Any]:
    body: dict[str, Any] = answer.body
    assert (answer.status, body["status"]) == (status, status), answer.text
    assert body["type"] == f"urn:bucketsieve:problem:{kind}"
    assert answer.content_type == "application/problem+json"
    assert body["title"]
    assert body["detail"]
    assert body["request_id"] == "6f0a7c52-3f1e-4f5b-8a55-9d2b6d7e8f90"
    return body


@pytest.mark.parametrize(
    ("body", "within", "name"),
    [
        (None, "body", ""),
        ("", "body", ""),
        ({}, "body", "bucket"),
        ({"bucket": None}, "body", "bucket"),
        ({"bucket": 7}, "body", "bucket"),
        ({"bucket": ["acme-exports"]}, "body", "bucket"),
        ({"bucket": "ab"}, "body", "bucket"),
        ({"bucket": "acme/exports"}, "body", "bucket"),
        ({"bucket": "acme-exports\n"}, "body", "bucket"),
        ({"bucket": "acme-exports", "prefix": 7}, "body", "prefix"),
        ({"bucket": "acme-exports", "prefix": "é" * 513}, "body", "prefix"),
        ('{"bucket": "acme-exports", "prefix": "\\ud800"}', "body", "prefix"),
        ({"bucket": "acme-exports", "max_object_bytes": "9"}, "body", "max_object_bytes"),
        ({"bucket": "acme-exports", "max_object_bytes": 0}, "body", "max_object_bytes"),
        ({"bucket": "acme-exports", "max_object_bytes": True}, "body", "max_object_bytes"),
        ({"bucket": "acme-exports", "max_object_bytes": 10**30}, "body", "max_object_bytes"),
        ({"bucket": "acme-exports", "include_extensions": "csv"}, "body", "include_extensions"),
        ({"bucket": "acme-exports", "include_extensions": ["a/b"]}, "body", "include_extensions.0"),
        ({"bucket": "acme-exports", "exclude_extensions": ["a"] * 101}, "body", "exclude_extensions"),
        ({"bucket": "acme-exports", "modified_after": 5}, "body", "modified_after"),
        ({"bucket": "acme-exports", "modified_after": "yesterday"}, "body", "modified_after"),
        ({"bucket": "acme-exports", "modified_after": "2026-11-01T00:00:00"}, "body", "modified_after"),
        ({"bucket": "acme-exports", "buckets": []}, "body", "buckets"),
    ],
)
def test_a_wrong_body_says_which_part(post: Call, scans: FakeScans, body: object, within: str, name: str) -> None:
    problem = _is_problem(post(body), 400, "invalid-request")

    assert [(error["in"], error["name"]) for error in problem["errors"]] == [(within, name)]
    assert all(error["detail"] for error in problem["errors"])
    assert scans.taken == []


@pytest.mark.parametrize(
    "body",
    ['{"bucket": ', "null", "[]", '[{"bucket": "acme-exports"}]', '"acme-exports"', "7", "[" * 200_000, "9" * 10_000],
)
def test_a_body_that_is_no_json_object_is_refused(post: Call, scans: FakeScans, body: str) -> None:
    problem = _is_problem(post(body), 400, "invalid-request")

    assert "errors" not in problem or problem["errors"][0]["name"] == ""
    assert "JSON" in problem["detail"]
    assert scans.taken == []


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/x-www-form-urlencoded", "bucket=acme-exports"),
        ("application/x-www-form-urlencoded", '{"bucket": "acme-exports"}'),
        ("text/plain", '{"bucket": "acme-exports"}'),
        ("application/jsonp", '{"bucket": "acme-exports"}'),
        ("multipart/form-data", "bucket=acme-exports"),
    ],
)
@pytest.mark.filterwarnings("ignore:Received multipart")
def test_a_body_of_another_type_is_refused(post: Call, scans: FakeScans, content_type: str, body: str) -> None:
    problem = _is_problem(post(body, Content_Type=content_type), 415, "unsupported-media-type")

    assert "application/json" in problem["detail"]
    assert scans.taken == []


@pytest.mark.filterwarnings("ignore:Received multipart")
def test_a_form_with_a_good_bucket_is_refused_as_well(post: Call, scans: FakeScans) -> None:
    part = '--b\r\nContent-Disposition: form-data; name="bucket"\r\n\r\nacme-exports\r\n--b--\r\n'

    _is_problem(post(part, Content_Type="multipart/form-data; boundary=b"), 415, "unsupported-media-type")

    assert scans.taken == []


@pytest.mark.parametrize("key", ["", "two words", "ü", "k" * 256])
def test_an_idempotency_key_is_short_and_visible(post: Call, scans: FakeScans, key: str) -> None:
    problem = _is_problem(post({"bucket": "acme-exports"}, Idempotency_Key=key), 400, "invalid-request")

    assert [(error["in"], error["name"]) for error in problem["errors"]] == [("header", "idempotency-key")]
    assert scans.taken == []


@pytest.mark.parametrize(
    ("path", "parameters", "name"),
    [
        ("/jobs", {"limit": "0"}, "limit"),
        ("/jobs", {"limit": "1001"}, "limit"),
        ("/jobs", {"limit": "ten"}, "limit"),
        ("/jobs", {"limit": ["1", "2"]}, "limit"),
        ("/jobs", {"cursor": "c" * 1025}, "cursor"),
        ("/jobs", {"status": "listing"}, "status"),
        ("/jobs/42", {}, "job_id"),
        (f"/jobs/{JOB}", {"real_time": "maybe"}, "real_time"),
        (f"/jobs/{JOB}", {"realtime": "true"}, "realtime"),
        (f"/jobs/{JOB}/objects", {"outcome": "clean"}, "outcome"),
        (f"/jobs/{JOB}/objects", {"reason": "BECAUSE"}, "reason"),
        (f"/jobs/{JOB}/objects", {"key": "a"}, "key"),
        ("/results", {"job_id": "42"}, "job_id"),
        ("/results", {"bucket": "a/b"}, "bucket"),
        ("/results", {"key": "é" * 513}, "key"),
        ("/results", {"severity": "severe"}, "severity"),
        ("/results", {"Detector": "us_ssn"}, "Detector"),
    ],
)
def test_a_wrong_parameter_is_named(get: Call, path: str, parameters: dict[str, Any], name: str) -> None:
    problem = _is_problem(get(path, **parameters), 400, "invalid-request")

    assert [error["name"] for error in problem["errors"]] == [name]


def test_all_that_is_wrong_is_told_at_once(get: Call) -> None:
    errors = get("/results", limit="0", severity="severe", job_id="42").body["errors"]

    assert {error["name"] for error in errors} == {"limit", "severity", "job_id"}


@pytest.mark.parametrize(
    ("path", "parameters"),
    [
        ("/results", {"detector": LONG}),
        ("/results", {"severity": LONG}),
        ("/results", {LONG: "1"}),
        ("/results", {"bucket": LONG}),
        ("/jobs/" + LONG, {}),
        ("/jobs", {"cursor": LONG[:1000]}),
        ("/" + LONG, {}),
    ],
)
def test_a_problem_does_not_repeat_what_was_sent(get: Call, path: str, parameters: dict[str, Any]) -> None:
    answer = get(path, **parameters)

    assert answer.status in (400, 404)
    assert "x" * 100 not in answer.text
    assert len(answer.text) < 1000


def test_a_body_with_many_faults_is_answered_briefly(post: Call) -> None:
    answer = post({f"field-{number}": LONG for number in range(1000)})

    assert len(answer.body["errors"]) == 20
    assert LONG not in answer.text


def test_a_bucket_that_is_not_there_is_not_found(post: Call) -> None:
    _is_problem(post({"bucket": "elsewhere"}), 404, "no-such-bucket")


def test_a_bucket_that_may_not_be_listed_is_forbidden(post: Call, scans: FakeScans) -> None:
    scans.forbidden.add("acme-payroll")

    problem = _is_problem(post({"bucket": "acme-payroll"}), 403, "forbidden-bucket")

    assert "s3:ListBucket" in problem["detail"]
    assert "AccessDenied" not in json.dumps(problem)


def test_a_key_of_another_request_is_a_conflict(post: Call) -> None:
    post({"bucket": "acme-exports"}, Idempotency_Key="nightly")

    problem = _is_problem(
        post({"bucket": "acme-exports", "prefix": "a"}, Idempotency_Key="nightly"), 409, "idempotency-conflict"
    )

    assert "another request" in problem["detail"]


def test_an_unknown_job_is_not_found(get: Call) -> None:
    _is_problem(get("/jobs/00000000-0000-4000-8000-000000000000"), 404, "not-found")


@pytest.mark.parametrize("path", ["/", "/job", "/scan", f"/jobs/{JOB}/findings"])
def test_an_unknown_call_is_not_found_whatever_its_parameters(get: Call, path: str) -> None:
    _is_problem(get(path, no="matter"), 404, "no-such-call")


def test_a_database_that_is_away_says_when_to_come_back(post: Call, scans: FakeScans) -> None:
    scans.error = TransientError("the database connection failed: TimeoutError at 10.0.0.7")

    answer = post({"bucket": "acme-exports"})

    _is_problem(answer, 503, "unavailable")
    assert answer.headers["Retry-After"] == ["5"]
    assert "10.0.0.7" not in answer.text


def test_an_unexpected_error_is_logged_and_not_told(
    post: Call, scans: FakeScans, monkeypatch: pytest.MonkeyPatch
) -> None:
    scans.error = RuntimeError("password=hunter2")
    log = io.StringIO()
    monkeypatch.setattr(logger.registered_handler, "stream", log)

    answer = post({"bucket": "acme-exports"})

    _is_problem(answer, 500, "internal")
    assert "hunter2" not in answer.text
    entry = json.loads(log.getvalue())
    assert entry["exception_name"] == "RuntimeError"
    assert entry["correlation_id"] == answer.body["request_id"]


def test_an_answer_that_breaks_its_own_contract_is_our_error(
    get: Call, results: FakeResults, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(results, "job", lambda *_, **__: {"job_id": str(JOB)})

    _is_problem(get(f"/jobs/{JOB}"), 500, "internal")
