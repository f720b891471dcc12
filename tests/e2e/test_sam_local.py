"""``sam local invoke`` of every event, in Lambda's container, against the stack."""

import json
import os
import subprocess
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from local.sam import ENVIRONMENT, TOOLS, aws_environment
from local.stack import LocalStack
from pg8000.native import Connection

from bucketsieve.job import NewJob, NewScan, ScanOptions
from bucketsieve.store.database import Database
from bucketsieve.store.jobs import insert_job
from tests.conftest import PROJECT
from tests.e2e.conftest import DIRECTORY
from tests.e2e.containers import LoopbackBridge, missing_engine

FUNCTIONS: Final = {
    "api": "ApiFunction",
    "list_batch": "ListBatchFunction",
    "refresh": "RefreshFunction",
    "migrate": "MigrateFunction",
    "dead_letter": "DeadLetterFunction",
}
EVENTS: Final = sorted(str(path.relative_to(PROJECT / "events")) for path in PROJECT.glob("events/*/*.json"))

#: The job and the bucket that the events speak of.
JOB: Final = UUID("2f6b1d3e-8c4a-4b7e-9a57-0d1c2e3f4a5b")
BUCKET: Final = "data"


class CloudFormation(ThreadingHTTPServer):
    """Takes the answers of the custom resource."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.answers: list[dict[str, Any]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/"


class _Answers(BaseHTTPRequestHandler):
    server: CloudFormation

    def do_PUT(self) -> None:
        self.server.answers.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def cloudformation() -> Iterator[CloudFormation]:
    with CloudFormation() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def reachable(stack: LocalStack, cloudformation: CloudFormation) -> Iterator[LocalStack]:
    """Have the events' bucket and job in a stack that containers can reach."""
    missing = missing_engine()
    if missing:
        pytest.skip(missing)
    stack.client("s3").create_bucket(Bucket=BUCKET)
    stack.client("s3").put_object(Bucket=BUCKET, Key="a.txt", Body=b"nothing to see")
    _insert_job(stack)
    emulator = urlsplit(stack.endpoint_url).port
    assert emulator
    with LoopbackBridge([emulator, stack.database.port, cloudformation.server_port]):
        yield stack


def _insert_job(stack: LocalStack) -> None:
    address = stack.database
    database = Database(
        lambda: Connection(
            address.user, host=address.host, port=address.port, database=address.name, password=address.password
        )
    )
    with database.transaction() as tx:
        insert_job(
            tx,
            NewJob(
                id=JOB,
                scan=NewScan(BUCKET, ScanOptions(max_object_bytes=10_000)),
                idempotency_key=None,
                fair_share_group=BUCKET,
                trace_header=None,
                ruleset_version="test",
            ),
        )
    database.close()


def invoke(stack: LocalStack, project: Path, function: str, event: Path) -> Any:
    """Return what the function answered."""
    result = subprocess.run(
        [
            *(TOOLS / "sam" / "bin" / "sam", "local", "invoke", function, "--config-env", ENVIRONMENT),
            *("--event", event, "--env-vars", DIRECTORY / "env.json"),
        ],
        cwd=project,
        env={**os.environ, **aws_environment(stack.endpoint_url), "SAM_CLI_TELEMETRY": "0"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    answer = json.loads(result.stdout.splitlines()[-1])
    assert not (isinstance(answer, dict) and "errorType" in answer), result.stderr
    return answer


@pytest.fixture(scope="module")
def answers(reachable: LocalStack, project: Path) -> Iterator[Mapping[str, Future[Any]]]:
    """Invoke functions with every event that needs no preparation, two at a time: SAM keeps one processor busy."""
    names = [name for name in EVENTS if not name.startswith("migrate/")]
    with ThreadPoolExecutor(2) as pool:
        answers: dict[str, Future[Any]] = {}
        for name in names:
            function = FUNCTIONS[Path(name).parent.name]
            answers[name] = pool.submit(invoke, reachable, project, function, PROJECT / "events" / name)
            if name == names[0]:  # which makes SAM build the image that all use
                answers[name].exception()
        yield answers
        pool.shutdown(cancel_futures=True)


@pytest.mark.parametrize("name", [name for name in EVENTS if name.startswith("api/")])
def test_the_api_answers_every_event(name: str, answers: Mapping[str, Future[Any]]) -> None:
    answer = answers[name].result()

    assert 200 <= answer["statusCode"] < 500, answer
    assert json.loads(answer["body"])


@pytest.mark.parametrize("name", [name for name in EVENTS if not name.startswith(("api/", "migrate/"))])
def test_a_function_bears_every_event(name: str, answers: Mapping[str, Future[Any]]) -> None:
    answers[name].result()


@pytest.mark.parametrize("name", [name for name in EVENTS if name.startswith("migrate/")])
def test_the_custom_resource_answers_every_event(
    name: str, reachable: LocalStack, cloudformation: CloudFormation, project: Path, tmp_path: Path
) -> None:
    event = json.loads((PROJECT / "events" / name).read_text()) | {"ResponseURL": cloudformation.url}
    redirected = tmp_path / "event.json"
    redirected.write_text(json.dumps(event))
    cloudformation.answers.clear()

    invoke(reachable, project, "MigrateFunction", redirected)

    [answer] = cloudformation.answers
    assert answer["Status"] == "SUCCESS", answer
