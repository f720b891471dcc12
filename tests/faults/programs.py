"""What runs in processes of its own: a server forks them, so that a start takes no time."""

import json
import os
import sys
from pathlib import Path
from typing import Any, Final

import boto3
from functions.list_batch import app

from bucketsieve import bootstrap
from bucketsieve.errors import TransientError
from bucketsieve.scanning import service, worker
from tests.faults.engine import CATALOGUE, make_engine
from tests.lambda_context import Context

EXECUTION_ARN: Final = "arn:aws:states:us-east-1:123456789012:execution:list:simulated-0"

for _service in ("s3", "sqs", "secretsmanager"):
    boto3.client(_service, region_name="us-east-1")


def scan(environment: dict[str, str], log: str) -> None:
    """Be one worker process of the scanner."""
    _begin(environment, log)
    sys.argv = ["worker"]
    bootstrap.load_catalogue = lambda _cache: CATALOGUE  # type: ignore[assignment, attr-defined, misc]
    service._POLL_SECONDS = 1  # type: ignore[misc]
    worker.main(make_engine)


def list_bucket(environment: dict[str, str], log: str, state_file: str) -> None:
    """Be the listing's state machine from the state in the file on: call the function until it is done."""
    _begin(environment, log)
    state: dict[str, Any] = json.loads(Path(state_file).read_text())
    while not state.get("done"):
        try:
            answer = app.handler({"state": state, "execution_arn": EXECUTION_ARN}, Context())
        except TransientError:
            continue  # the state machine tries again with the same input
        assert answer is not None
        state = answer
        following = Path(f"{state_file}.next")
        following.write_text(json.dumps(state))
        following.rename(state_file)


def _begin(environment: dict[str, str], log: str) -> None:
    os.environ.update(environment)
    boto3.DEFAULT_SESSION = None
    with Path(log).open("a") as output:
        os.dup2(output.fileno(), sys.stdout.fileno())
        os.dup2(output.fileno(), sys.stderr.fileno())
