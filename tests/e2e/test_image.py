"""The scanner's image takes the place of the local worker, as Fargate would run it."""

import json
import subprocess
from collections.abc import Iterator
from typing import Final

import pytest
from local.stack import LocalStack

from tests.conftest import PROJECT
from tests.e2e.calls import call, wait_for
from tests.e2e.containers import missing_engine

IMAGE: Final = "bucketsieve-scanner:e2e"
SSN: Final = "536-22-8745"


def docker(*arguments: str) -> str:
    result = subprocess.run(["docker", *arguments], check=False, capture_output=True, text=True, timeout=900)
    assert result.returncode == 0, result.stdout[-3_000:] + result.stderr[-3_000:]
    return result.stdout + result.stderr


@pytest.fixture
def container(stack: LocalStack) -> Iterator[str]:
    """Replace the stack's worker with a container of the image."""
    missing = missing_engine()
    if missing:
        pytest.skip(missing)
    docker("build", "--network", "host", "--file", "containers/scanner/Dockerfile", "--tag", IMAGE, str(PROJECT))
    stack.stop_workers()
    variables = [part for name, value in stack.worker_environment.items() for part in ("--env", f"{name}={value}")]
    container = docker("run", "--detach", "--network", "host", "--read-only", *variables, IMAGE).strip()
    yield container
    docker("rm", "--force", container)
    stack.start_workers(1)


def test_the_image_scans_a_bucket_and_ends_in_order(stack: LocalStack, container: str) -> None:
    s3 = stack.client("s3")
    s3.create_bucket(Bucket="for-the-image")
    s3.put_object(Bucket="for-the-image", Key="applicant.txt", Body=f"Applicant's SSN: {SSN}\n".encode())

    _, accepted = call(stack, "POST", "/scan", {"bucket": "for-the-image"})
    job = wait_for(stack, accepted["job_id"])

    assert job["totals"]["objects"]["succeeded"] == 1
    _, results = call(stack, "GET", f"/results?job_id={accepted['job_id']}")
    assert [finding["key"] for finding in results["items"]] == ["applicant.txt"]
    docker("stop", "--time", "60", container)
    assert json.loads(docker("inspect", "--format", "{{json .State.ExitCode}}", container)) == 0
    assert SSN not in docker("logs", container)
