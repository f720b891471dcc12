"""A scanner with a real record, a real queue protocol, and an S3 that does what a test tells it."""

from collections.abc import Iterator
from itertools import count
from typing import Any

import boto3
import pytest
from local.postgres import DatabaseAddress
from moto.server import ThreadedMotoServer

from bucketsieve.detect.engine import Engine
from bucketsieve.scanning import service
from bucketsieve.store.database import Database
from tests.integration.scanning.gated_s3 import GatedS3
from tests.integration.scanning.site import Site, make_engine

_numbers = count(1)


@pytest.fixture(scope="session")
def aws_url() -> Iterator[str]:
    """Serve SQS, S3 and Secrets Manager on a free port."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(scope="session")
def engine() -> Engine:
    """Return the engine with the whole catalogue."""
    return make_engine()


@pytest.fixture(autouse=True)
def environment(aws_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every client in this process talk to the server."""
    for name, value in {
        "AWS_ENDPOINT_URL": aws_url,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "POWERTOOLS_SERVICE_NAME": "bucketsieve-scanner",
        "POWERTOOLS_METRICS_NAMESPACE": "BucketSieve",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(service, "_POLL_SECONDS", 1)


@pytest.fixture
def s3() -> Iterator[GatedS3]:
    """Serve a bucket."""
    with GatedS3().serving() as s3:
        yield s3


@pytest.fixture
def site(database: Database, process_address: DatabaseAddress, engine: Engine, s3: GatedS3, environment: None) -> Site:
    """Return a place where jobs can be listed and scanned."""
    sqs: Any = boto3.client("sqs")
    queue_url = sqs.create_queue(QueueName=f"scan-{next(_numbers)}")["QueueUrl"]
    return Site(database, process_address, engine, s3, sqs, queue_url)
