"""A job is steered through the API while nobody scans it."""

import time
from collections.abc import Iterator
from http import HTTPStatus
from uuid import uuid4

import pytest
from local.stack import LocalStack

from tests.e2e.calls import call


@pytest.fixture
def unscanned(stack: LocalStack) -> Iterator[str]:
    """Return the path of a job that is listed, and stays unscanned."""
    stack.stop_workers()
    bucket = f"steered-{uuid4().hex[:8]}"
    s3 = stack.client("s3")
    s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key="a.txt", Body=b"nothing to find here\n")
    _, accepted = call(stack, "POST", "/scan", {"bucket": bucket})
    path = f"/jobs/{accepted['job_id']}"
    deadline = time.monotonic() + 60
    while call(stack, "GET", f"{path}?real_time=true")[1]["status"] != "scanning":
        assert time.monotonic() < deadline
        time.sleep(0.2)
    yield path
    stack.start_workers(1)


def test_a_job_is_paused_resumed_and_cancelled(stack: LocalStack, unscanned: str) -> None:
    assert call(stack, "POST", f"{unscanned}/pause")[1]["status"] == "paused"
    assert call(stack, "POST", f"{unscanned}/resume")[1]["status"] == "scanning"

    status, job = call(stack, "POST", f"{unscanned}/cancel")

    assert (status, job["status"], job["totals"]["reasons"]) == (HTTPStatus.OK, "cancelled", {"CANCELLED": 1})
    assert call(stack, "POST", f"{unscanned}/retry", {"key": "a.txt"})[0] == HTTPStatus.CONFLICT


def test_a_retry_with_nothing_to_retry_is_accepted(stack: LocalStack, unscanned: str) -> None:
    status, retried = call(stack, "POST", f"{unscanned}/retry", {"reason": "PERMISSION_DENIED"})

    assert (status, retried["retried_objects"], retried["more"]) == (HTTPStatus.ACCEPTED, 0, False)
