"""A scan through everything: API, state machine, queue, worker, and back through the API."""

import json
import time
from http import HTTPStatus
from typing import Any

import urllib3
from local.stack import LocalStack

SSN = "536-22-8745"


def call(stack: LocalStack, method: str, path: str, body: dict[str, Any] | None = None) -> tuple[int, Any]:
    with urllib3.PoolManager() as http:
        answer = http.request(method, stack.api_url + path, json=body, timeout=30.0)
        return answer.status, json.loads(answer.data)


def wait_for(stack: LocalStack, job_id: str) -> dict[str, Any]:
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        status, job = call(stack, "GET", f"/jobs/{job_id}?real_time=true")
        assert status == HTTPStatus.OK
        if job["status"] in {"completed", "failed", "cancelled"}:
            ended: dict[str, Any] = job
            return ended
        time.sleep(0.5)
    raise AssertionError(f"the job did not end: {job}")


def test_a_planted_value_is_found_and_masked(stack: LocalStack) -> None:
    s3 = stack.client("s3")
    s3.create_bucket(Bucket="planted")
    s3.put_object(Bucket="planted", Key="notes/applicant.txt", Body=f"Applicant's SSN: {SSN}\n".encode())
    s3.put_object(Bucket="planted", Key="notes/empty.txt", Body=b"")

    status, accepted = call(stack, "POST", "/scan", {"bucket": "planted"})
    assert status == HTTPStatus.ACCEPTED
    job = wait_for(stack, accepted["job_id"])

    assert job["status"] == "completed"
    objects = job["totals"]["objects"]
    assert (objects["listed"], objects["succeeded"], objects["skipped"]) == (2, 1, 1)
    _, results = call(stack, "GET", f"/results?job_id={accepted['job_id']}")
    assert [finding["key"] for finding in results["items"]] == ["notes/applicant.txt"]
    assert SSN not in json.dumps(results)


def test_a_bucket_that_is_not_there_is_refused(stack: LocalStack) -> None:
    status, problem = call(stack, "POST", "/scan", {"bucket": "nobodys-bucket"})

    assert status == HTTPStatus.NOT_FOUND
    assert problem["type"].endswith("no-such-bucket")


def test_a_worker_ends_in_order_when_it_is_asked_to(stack: LocalStack) -> None:
    assert stack.stop_workers() == [0]

    stack.start_workers(1)
