"""Every event of events/api has the answer its name promises."""

from collections.abc import Callable
from datetime import timedelta, timezone
from typing import Any, Final

import pytest

from tests.events import EVENTS, event
from tests.unit.api.conftest import JOB, Answer
from tests.unit.api.fakes import NOW, FakeResults, job_report

EXPECTED: Final = {
    "post_scan": 202,
    "post_scan_with_options": 202,
    "post_scan_idempotent": 202,
    "post_scan_no_such_bucket": 404,
    "post_scan_bad_body": 400,
    "post_scan_missing_bucket": 400,
    "post_scan_wrong_types": 400,
    "post_scan_unknown_field": 400,
    "post_scan_form": 415,
    "list_jobs": 200,
    "list_jobs_limit_too_large": 400,
    "list_jobs_tampered_cursor": 400,
    "get_job": 200,
    "get_job_real_time": 200,
    "get_job_bad_id": 400,
    "cancel_job": 200,
    "pause_job": 200,
    "resume_job": 200,
    "retry_job": 202,
    "retry_job_reason": 202,
    "retry_job_key": 202,
    "retry_job_both": 400,
    "list_objects": 200,
    "list_objects_skipped": 200,
    "list_objects_bad_outcome": 400,
    "list_results": 200,
    "list_results_filtered": 200,
    "list_results_unknown_filter": 400,
    "list_results_unknown_detector": 400,
    "unknown_call": 404,
}

Send = Callable[[dict[str, Any]], Answer]


def test_every_event_is_expected() -> None:
    assert {path.stem for path in EVENTS.glob("api/*.json")} == EXPECTED.keys()


@pytest.mark.parametrize("name", EXPECTED)
def test_an_event_is_answered(send: Send, name: str) -> None:
    answer = send(event("api", name))

    assert answer.status == EXPECTED[name], answer.text
    assert answer.content_type == ("application/json" if answer.status < 300 else "application/problem+json")


def test_a_job_is_answered_with_its_totals(send: Send) -> None:
    body = send(event("api", "get_job_real_time")).body

    assert body["job_id"] == str(JOB)
    assert body["totals"]["objects"]["succeeded"] == 1
    assert body["created_at"] == "2026-11-21T12:00:00.123456Z"
    assert body["real_time"] is True


def test_filters_reach_the_ledger(send: Send) -> None:
    assert [item["key"] for item in send(event("api", "list_objects_skipped")).body["items"]] == ["b"]


def test_times_are_told_in_utc(send: Send, results: FakeResults) -> None:
    eastern = NOW.astimezone(timezone(-timedelta(hours=5)))
    results.known_jobs = [job_report(JOB, eastern)]

    assert send(event("api", "get_job")).body["created_at"] == "2026-11-21T12:00:00.123456Z"
