"""Calls of the deployed API."""

import json
import time
from http import HTTPStatus
from typing import Any

import urllib3
from local.stack import LocalStack


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
