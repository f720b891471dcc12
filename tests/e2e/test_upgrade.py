"""Jobs go on while a new version is deployed: new functions, a new schema and new passwords under running scanners."""

import time
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

from local.stack import LocalStack

from tests.e2e.calls import call, wait_for

OBJECTS: Final = 40

#: What a migration may do while code from before it still runs: add.
ADDITION: Final = """
ALTER TABLE job_objects ADD COLUMN added text;
CREATE INDEX job_objects_added ON job_objects (added) WHERE added IS NOT NULL;
"""


def scan(stack: LocalStack) -> str:
    """Start a scan, asking again for as long as the answer is to come back later."""
    deadline = time.monotonic() + 60
    while (answer := call(stack, "POST", "/scan", {"bucket": "upgraded"}))[0] == HTTPStatus.SERVICE_UNAVAILABLE:
        assert time.monotonic() < deadline
    status, accepted = answer
    assert status == HTTPStatus.ACCEPTED
    job_id: str = accepted["job_id"]
    return job_id


def passwords(stack: LocalStack) -> set[str]:
    """Return what scanners and migrations would log in with now."""
    secrets = stack.client("secretsmanager")
    found: dict[str, Any] = secrets.get_secret_value(SecretId=stack.outputs["ScannerLoginSecretArn"])
    return {found["SecretString"]}


def test_jobs_go_on_through_a_deployment(stack: LocalStack, project: Path) -> None:
    s3 = stack.client("s3")
    s3.create_bucket(Bucket="upgraded")
    for number in range(OBJECTS):
        s3.put_object(Bucket="upgraded", Key=f"{number}.txt", Body=b"Applicant's SSN: 536-22-8745\n")
    stack.stop_workers()
    listed_before = scan(stack)
    before = passwords(stack)
    stack.start_workers(1)  # of the version before
    scanned_across = [scan(stack) for _ in range(3)]

    (project / "sql" / "9100_addition.sql").write_text(ADDITION)
    for function in (project / "functions").glob("*/app.py"):
        function.write_text(function.read_text() + "\n# the next version\n")
    stack.build()
    stack.deploy(DatabaseLoginsVersion="2")
    stack.start_workers(1)  # of the version after

    assert passwords(stack) != before
    for job_id in (listed_before, *scanned_across, scan(stack)):
        job = wait_for(stack, job_id)
        assert (job["status"], job["totals"]["objects"]["succeeded"]) == ("completed", OBJECTS)
    assert stack.stop_workers() == [0, 0]
    stack.start_workers(1)
