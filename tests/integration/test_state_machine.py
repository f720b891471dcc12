"""The state machine's file, run by moto's engine, with the real handler, database, bucket and queue behind it."""

import json
import time
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any, Final
from uuid import UUID

import boto3
import pytest
from functions.list_batch import app
from moto import mock_aws
from moto.awslambda_simple.models import LambdaSimpleBackend
from moto.s3.models import s3_backends
from moto.stepfunctions.parser.asl.component.common.retry import retrier_decl
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_sfn import (
    StateTaskServiceSfn,
)

from bucketsieve import bootstrap
from bucketsieve.errors import TransientError
from bucketsieve.job import ScanOptions
from bucketsieve.store.database import Database
from tests.conftest import PROJECT
from tests.integration.scans import first_state, new_job, rows, totals
from tests.lambda_context import Context

ACCOUNT: Final = "123456789012"
REGION: Final = "us-east-1"
FUNCTION: Final = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:list-batch"
BUCKET: Final = "data"

#: What one round costs of an execution's 25,000 events.
ROUND_EVENTS: Final = 7


class Listing:
    """The state machine with what it lists and where to."""

    def __init__(self, database: Database, queue_url: str, machine_arn: str) -> None:
        self.database = database
        self.queue_url = queue_url
        self.machine_arn = machine_arn
        self.step_functions = boto3.client("stepfunctions")

    def fill_bucket(self, count: int) -> None:
        backend = s3_backends[ACCOUNT]["aws"]
        for number in range(count):
            backend.put_object(BUCKET, f"{number % 100:03}/{number:06}.txt", b"x")

    def start(self, job_id: UUID, *, continuation: int = 0) -> None:
        state = first_state(job_id) | {"rounds": 0, "continuation": continuation}
        self.step_functions.start_execution(
            stateMachineArn=self.machine_arn, name=f"{job_id}-{continuation}", input=json.dumps(state)
        )

    def run(self, job_id: UUID, *, until: int = 1) -> list[dict[str, Any]]:
        """Start a listing; when so many executions have ended, return them in the order of their names."""
        self.start(job_id)
        deadline = time.monotonic() + 3000
        while time.monotonic() < deadline:
            executions = self.executions()
            if len(executions) >= until and all(execution["status"] != "RUNNING" for execution in executions):
                return executions
            time.sleep(0.05)
        raise AssertionError(f"not {until} executions ended: {self.executions()}")

    def executions(self) -> list[dict[str, Any]]:
        found = self.step_functions.list_executions(stateMachineArn=self.machine_arn)["executions"]
        return sorted((dict(execution) for execution in found), key=lambda execution: str(execution["name"]))

    def event_types(self, execution: dict[str, Any]) -> list[str]:
        pages = self.step_functions.get_paginator("get_execution_history").paginate(
            executionArn=execution["executionArn"]
        )
        return [event["type"] for page in pages for event in page["events"]]

    def messages(self) -> int:
        attributes = boto3.client("sqs").get_queue_attributes(
            QueueUrl=self.queue_url, AttributeNames=["ApproximateNumberOfMessages"]
        )
        return int(attributes["Attributes"]["ApproximateNumberOfMessages"])

    def job(self, job_id: UUID) -> dict[str, Any]:
        [row] = rows(self.database, "SELECT * FROM jobs WHERE id = :id", id=job_id)
        return row


@pytest.fixture
def listing(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Listing]:
    """Deploy the state machine with two rounds of 10,000 keys to an execution."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.setattr(LambdaSimpleBackend, "invoke", _invoke)
    monkeypatch.setattr(StateTaskServiceSfn, "_normalise_parameters", _with_names_of_boto3)
    with mock_aws(config={"stepfunctions": {"execute_state_machine": True}, "lambda": {"use_docker": False}}):
        boto3.client("s3").create_bucket(Bucket=BUCKET)
        queue_url = boto3.client("sqs").create_queue(QueueName="scan")["QueueUrl"]
        environment = {
            "DATABASE_HOST": "database",
            "DATABASE_NAME": "bucketsieve",
            "DATABASE_SECRET_ARN": "arn",
            "SCAN_QUEUE_URL": queue_url,
            "LIST_ROUND_KEYS": "10000",
        }
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(bootstrap, "database", lambda _settings, **_options: database)
        cached = bootstrap.list_batch
        cached.cache_clear()
        machine = boto3.client("stepfunctions").create_state_machine(
            name="list-bucket", definition=_definition(rounds=2), roleArn=f"arn:aws:iam::{ACCOUNT}:role/listing"
        )
        yield Listing(database, queue_url, machine["stateMachineArn"])
        cached.cache_clear()


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Make the engine's waits before a retry short, and return them in seconds."""
    waited: list[float] = []
    monkeypatch.setattr(retrier_decl, "time", SimpleNamespace(sleep=waited.append))
    return waited


def _definition(*, rounds: int) -> str:
    definition = (PROJECT / "statemachine" / "list_bucket.asl.json").read_text()
    substitutions = {"ListBatchFunctionArn": FUNCTION, "RoundsPerExecution": str(rounds), "Partition": "aws"}
    for name, value in substitutions.items():
        definition = definition.replace(f"${{{name}}}", value)
    return definition


def _invoke(
    _backend: LambdaSimpleBackend,
    _function: str,
    _qualifier: str | None,
    body: str,
    _headers: object,
    response_headers: dict[str, str],
) -> bytes:
    try:
        answer = app.handler(json.loads(body), Context())
    except Exception as error:  # noqa: BLE001 (as Lambda reports a function's error)
        response_headers["x-amz-function-error"] = "Unhandled"
        answer = {"errorType": type(error).__name__, "errorMessage": str(error)}
    return json.dumps(answer).encode()


def _with_names_of_boto3(_task: StateTaskServiceSfn, parameters: dict[str, Any]) -> None:
    """Mend moto, which hands an integration's parameters to boto3 under the names they have in a state machine."""
    parameters["Input"] = json.dumps(parameters["Input"])
    for name in list(parameters):
        parameters[f"{name[0].lower()}{name[1:]}"] = parameters.pop(name)


class Flaky:
    """A listing service whose first steps fail."""

    def __init__(self, error: Callable[[], Exception], times: int) -> None:
        self._service = bootstrap.list_batch()
        self._error = error
        self._times = times
        self.steps = 0

    def step(self, state: dict[str, Any]) -> dict[str, Any]:
        self.steps += 1
        if self.steps <= self._times:
            raise self._error()
        return self._service.step(state)

    def fail(self, job_id: UUID, *, error: str, cause: str) -> None:
        self._service.fail(job_id, error=error, cause=cause)


def test_25_000_keys_take_three_rounds_over_two_executions(listing: Listing) -> None:
    listing.fill_bucket(25_000)
    job_id = new_job(listing.database, BUCKET, options=ScanOptions(max_object_bytes=10_000))

    first, second = listing.run(job_id, until=2)

    assert [first["name"], second["name"]] == [f"{job_id}-0", f"{job_id}-1"]
    assert [first["status"], second["status"]] == ["SUCCEEDED", "SUCCEEDED"]
    events = listing.event_types(first)
    assert events.index("TaskStateEntered", 2) - events.index("TaskStateEntered") == ROUND_EVENTS
    [ledger] = rows(
        listing.database,
        "SELECT count(*) AS objects, count(DISTINCT key) AS keys FROM job_objects WHERE job_id = :id",
        id=job_id,
    )
    assert ledger == {"objects": 25_000, "keys": 25_000}
    assert totals(listing.database, job_id)["objects"]["queued"] == 25_000
    assert listing.job(job_id)["status"] == "scanning"
    assert listing.job(job_id)["execution_arn"] == second["executionArn"]
    assert listing.messages() == 250


def test_a_continuation_that_was_started_before_is_not_started_again(
    listing: Listing, waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIST_ROUND_KEYS", "1000")
    listing.fill_bucket(2_100)
    job_id = new_job(listing.database, BUCKET, options=ScanOptions(max_object_bytes=10_000))
    listing.start(job_id, continuation=1)

    first, *_ = listing.run(job_id, until=2)

    assert first["status"] == "SUCCEEDED"
    assert listing.event_types(first).count("TaskFailed") == 1
    assert waits == []
    assert totals(listing.database, job_id)["objects"]["listed"] == 2_100


def test_an_error_that_passes_is_tried_again_after_growing_waits(
    listing: Listing, waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    listing.fill_bucket(3)
    job_id = new_job(listing.database, BUCKET)
    flaky = Flaky(lambda: TransientError("the database is away"), times=3)
    monkeypatch.setattr(bootstrap, "list_batch", lambda: flaky)

    [execution] = listing.run(job_id)

    assert execution["status"] == "SUCCEEDED"
    assert flaky.steps == 4
    assert len(waits) == 3
    assert totals(listing.database, job_id)["objects"]["listed"] == 3


def test_an_error_that_never_passes_fails_the_job_with_its_cause(
    listing: Listing, waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = new_job(listing.database, BUCKET)
    flaky = Flaky(lambda: TransientError("the database is away"), times=100)
    monkeypatch.setattr(bootstrap, "list_batch", lambda: flaky)

    [execution] = listing.run(job_id)

    assert execution["status"] == "FAILED"
    assert flaky.steps == 7
    assert max(waits) <= 60
    job = listing.job(job_id)
    assert (job["status"], job["failure_reason"]) == ("failed", "LISTING_FAILED")
    assert job["failure_detail"] == "TransientError: the database is away"


def test_a_bucket_that_is_gone_fails_the_job_at_once(listing: Listing, waits: list[float]) -> None:
    job_id = new_job(listing.database, "no-such-bucket")

    [execution] = listing.run(job_id)

    assert execution["status"] == "FAILED"
    described = listing.step_functions.describe_execution(executionArn=execution["executionArn"])
    assert described["error"] == "ListingFailed"
    assert described["cause"].startswith("BucketError: ")
    assert waits == []
    job = listing.job(job_id)
    assert (job["status"], job["failure_reason"]) == ("failed", "NO_SUCH_BUCKET_AVAILABLE")


def test_the_file_is_json_before_anything_is_substituted() -> None:
    definition = json.loads((PROJECT / "statemachine" / "list_bucket.asl.json").read_text())

    tasks = [state for state in definition["States"].values() if state["Type"] == "Task"]
    assert all(task["TimeoutSeconds"] for task in tasks)
    assert all("States.ALL" not in retrier["ErrorEquals"] for task in tasks for retrier in task["Retry"])
    assert all(task["Catch"][-1]["ErrorEquals"] == ["States.ALL"] for task in tasks)
