"""Cancel, pause, resume and retry: what is asked of the job, and what is answered."""

import pytest

from bucketsieve.models import JobStatus
from bucketsieve.reasons import Reason
from tests.unit.api.conftest import JOB, Call
from tests.unit.api.fakes import FakeControl, FakeResults, job_report

UNKNOWN = "00000000-0000-4000-8000-000000000000"
CHANGES = {"cancel": "cancelled", "pause": "paused", "resume": "scanning"}
CALLS = [*CHANGES, "retry"]


@pytest.mark.parametrize(("call", "status"), CHANGES.items())
def test_a_changed_job_is_answered_as_it_is_now(post: Call, call: str, status: str) -> None:
    first = post(None, path=f"/jobs/{JOB}/{call}")
    second = post(None, path=f"/jobs/{JOB}/{call}")

    assert (first.status, first.body["status"]) == (200, status)
    assert first.body["real_time"] is True
    assert first.body == second.body


@pytest.mark.parametrize("call", CHANGES)
def test_a_change_that_makes_no_sense_is_a_conflict(post: Call, results: FakeResults, call: str) -> None:
    results.known_jobs = [job_report(JOB, status=JobStatus.COMPLETED)]

    # curl -d '' sends this type with no body.
    answer = post("", path=f"/jobs/{JOB}/{call}", Content_Type="application/x-www-form-urlencoded")

    assert answer.status == 409
    assert answer.body["type"] == "urn:bucketsieve:problem:job-conflict"
    assert "completed" in answer.body["detail"]


@pytest.mark.parametrize("call", CALLS)
def test_a_job_that_is_not_there_is_not_found(post: Call, call: str) -> None:
    assert post(None, path=f"/jobs/{UNKNOWN}/{call}").status == 404
    assert post(None, path=f"/jobs/42/{call}").status == 400


@pytest.mark.parametrize(
    ("body", "chosen"),
    [
        (None, (None, None)),
        ("", (None, None)),
        ({}, (None, None)),
        ({"reason": "POISON"}, (Reason.POISON, None)),
        ({"key": "a b\0"}, (None, "a b\0")),
    ],
)
def test_a_retry_chooses_by_its_body(post: Call, control: FakeControl, body: object, chosen: object) -> None:
    answer = post(body, path=f"/jobs/{JOB}/retry")

    assert (answer.status, answer.body) == (202, {"job_id": str(JOB), "retried_objects": 3, "more": False})
    assert control.retries == [chosen]


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ({"reason": "POISON", "key": "a"}, ""),
        ({"reason": "BECAUSE"}, "reason"),
        ({"reason": ["POISON"]}, "reason"),
        ({"key": ""}, "key"),
        ({"key": "é" * 513}, "key"),
        ({"key": 7}, "key"),
        ({"keys": ["a"]}, "keys"),
        ({"outcome": "failed"}, "outcome"),
    ],
)
def test_a_retry_that_chooses_nothing_that_can_be_chosen_is_refused(
    post: Call, control: FakeControl, body: object, name: str
) -> None:
    answer = post(body, path=f"/jobs/{JOB}/retry")

    assert answer.status == 400, answer.text
    assert [error["name"] for error in answer.body["errors"]] == [name]
    assert control.retries == []


@pytest.mark.parametrize("body", ["reason=POISON", '{"reason": "POISON"}'])
def test_a_retry_in_another_form_is_refused(post: Call, control: FakeControl, body: str) -> None:
    answer = post(body, path=f"/jobs/{JOB}/retry", Content_Type="application/x-www-form-urlencoded")

    assert answer.status == 415
    assert control.retries == []
