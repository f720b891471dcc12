"""A record, a cloud, and the processes between them, which die and are started again."""

import json
import multiprocessing
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from random import Random
from time import monotonic, sleep
from typing import Any, Final
from uuid import UUID

import boto3
from local.postgres import DatabaseAddress

from bucketsieve.adapters.chunk_queue import SqsChunkQueue
from bucketsieve.faults import CRASH_AT
from bucketsieve.models import ChunkMessage
from bucketsieve.ports import ExecutionStatus
from bucketsieve.store.database import Database
from bucketsieve.upkeep.service import Upkeep
from tests.fakes import FakeExecutions, FakeLister
from tests.faults import programs
from tests.faults.cloud import REGION, Cloud, let_visibilities_end
from tests.faults.engine import FINGERPRINT_KEY
from tests.integration.scans import listing, rows

#: The shortest that the settings allow.
LEASE_SECONDS: Final = 10
#: Longer than any of the sweeper's waits but those for the end of retention.
_LONG: Final = "1 hour"

_AGE: Final = (
    "UPDATE job_chunks SET enqueued_at = enqueued_at - CAST(:age AS interval), "
    "lease_until = lease_until - CAST(:age AS interval)",
    "UPDATE jobs SET progressed_at = progressed_at - CAST(:age AS interval)",
)
_TABLES: Final = {
    "jobs": "SELECT * FROM jobs",
    "job_chunks": "SELECT * FROM job_chunks ORDER BY chunk_no",
    "job_objects": "SELECT * FROM job_objects ORDER BY chunk_no, ordinal",
    "findings": "SELECT * FROM findings ORDER BY chunk_no, ordinal, detector, fingerprint",
}

_processes: Final = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload(["tests.faults.programs"])
_numbers: Final = count(1)


def wait_until(met: Callable[[], bool], what: str, *, seconds: float = 60) -> None:
    """Return as soon as ``met`` is; fail after some time."""
    deadline = monotonic() + seconds
    while not met():
        assert monotonic() < deadline, f"waited in vain until {what}"
        sleep(0.02)


def dice(seed: object) -> Random:
    """Return dice that fall the same way for the same seed."""
    return Random(str(seed))


@dataclass
class Plant:
    """Everything around one job. ``logs`` is the file that all processes write to."""

    database: Database
    address: DatabaseAddress
    cloud: Cloud
    logs: Path
    s3_url: str = ""
    bucket: str = ""
    queue_url: str = ""
    started: list[ForkServerProcess] = field(default_factory=list)

    def __post_init__(self) -> None:
        number = next(_numbers)
        self.bucket = f"data-{number}"
        self.s3 = self.client("s3")
        self.sqs = self.client("sqs")
        self.s3.create_bucket(Bucket=self.bucket)
        self.queue_url = self.sqs.create_queue(QueueName=f"scan-{number}")["QueueUrl"]
        credentials = {"username": self.address.user, "password": self.address.password}
        secret = self.client("secretsmanager").create_secret(
            Name=f"database-{number}", SecretString=json.dumps(credentials)
        )
        self.environment = {
            "AWS_ENDPOINT_URL": self.cloud.url,
            "AWS_ENDPOINT_URL_S3": self.s3_url or self.cloud.url,
            "DATABASE_HOST": self.address.host,
            "DATABASE_PORT": str(self.address.port),
            "DATABASE_NAME": self.address.name,
            "DATABASE_SECRET_ARN": secret["ARN"],
            "DATABASE_TLS": "disable",
            "SCAN_QUEUE_URL": self.queue_url,
            "FINGERPRINT_KEY": FINGERPRINT_KEY,
            "LEASE_SECONDS": str(LEASE_SECONDS),
            "MAX_WORKERS": "4",
            "CHUNK_MAX_OBJECTS": "4",
            "LIST_ROUND_KEYS": "5",
        }

    def client(self, service: str) -> Any:
        """Return a client of the cloud for the test itself."""
        return boto3.client(service, endpoint_url=self.cloud.url, region_name=REGION)  # type: ignore[call-overload]

    @property
    def queue(self) -> SqsChunkQueue:
        """The scan queue."""
        return SqsChunkQueue(self.sqs, self.queue_url)

    def put(self, objects: dict[str, bytes]) -> None:
        """Fill the bucket."""
        for key, body in objects.items():
            self.s3.put_object(Bucket=self.bucket, Key=key, Body=body)

    def scanner(self, crash_at: str = "", **environment: str) -> ForkServerProcess:
        """Start a scanner that dies at a label, if one is given."""
        return self._start(programs.scan, crash_at, environment)

    def lister(self, state: Path, crash_at: str = "") -> ForkServerProcess:
        """Start what lists from the state in a file on, and dies at a label, if one is given."""
        return self._start(programs.list_bucket, crash_at, {}, str(state))

    def _start(
        self, program: Callable[..., None], crash_at: str, environment: dict[str, str], *arguments: str
    ) -> ForkServerProcess:
        environment = {**self.environment, **environment, CRASH_AT: crash_at}
        process = _processes.Process(target=program, args=(environment, str(self.logs), *arguments), daemon=True)
        process.start()
        self.started.append(process)
        return process

    @contextmanager
    def closing(self) -> Iterator["Plant"]:
        """Let no process outlive the block."""
        try:
            yield self
        finally:
            for process in self.started:
                process.kill()
            for process in self.started:
                process.join()
                process.close()

    def let_time_pass(self) -> None:
        """Let all leases and visibilities of dead processes end, and the sweeper come by an hour later."""
        self.cloud.wait_for_silence("ReceiveMessage")
        for sql in _AGE:
            self.database.run(lambda tx, sql=sql: tx.execute(sql, age=_LONG))  # type: ignore[misc]
        let_visibilities_end(self.queue_url)
        executions = FakeExecutions(statuses={programs.EXECUTION_ARN: ExecutionStatus.RUNNING})
        service = listing(self.database, FakeLister({}), self.queue)  # type: ignore[arg-type]
        Upkeep(self.database, self.queue, service, executions).run()

    def announce_all(self, job_id: UUID) -> None:
        """Send the message of every chunk once more."""
        chunks = rows(self.database, "SELECT chunk_no FROM job_chunks WHERE job_id = :job_id", job_id=job_id)
        self.queue.send([ChunkMessage(job_id, c["chunk_no"]) for c in chunks], group="again", trace_header=None)

    def is_over(self, job_id: UUID) -> bool:
        """Whether the job has completed."""
        [job] = rows(self.database, "SELECT totals IS NOT NULL AS over FROM jobs WHERE id = :id", id=job_id)
        return bool(job["over"])

    def snapshot(self) -> dict[str, list[dict[str, Any]]]:
        """Return every row of the record."""
        with self.database.transaction() as tx:
            return {table: tx.rows(query) for table, query in _TABLES.items()}
