"""Jobs, scanners in this process, and scanners that are processes of their own, around one record and one queue."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Thread
from typing import Any, Final
from uuid import UUID

import boto3
from local.postgres import DatabaseAddress

from bucketsieve.adapters.chunk_queue import SqsChunkQueue
from bucketsieve.adapters.object_reader import S3ObjectReader
from bucketsieve.detect.cache import Cache
from bucketsieve.detect.catalogue import load_catalogue
from bucketsieve.detect.engine import Engine
from bucketsieve.detect.lanes.vectorscan import VectorscanLane
from bucketsieve.detect.model import Severity
from bucketsieve.detect.native import native_lane
from bucketsieve.job import ScanOptions
from bucketsieve.listing.plan import ChunkLimits
from bucketsieve.listing.service import ListingService
from bucketsieve.models import ChunkMessage
from bucketsieve.ports import BucketLister
from bucketsieve.scanning.examine import LocalExaminer
from bucketsieve.scanning.isolation import ChildExaminer
from bucketsieve.scanning.ledger import DatabaseLedger
from bucketsieve.scanning.objects import ObjectScanner
from bucketsieve.scanning.service import Scanner
from bucketsieve.store.database import Database
from tests.conftest import CACHE
from tests.fakes import FakeLister, FakeTraces
from tests.integration.scanning.gated_s3 import GatedS3
from tests.integration.scans import list_all, new_job, rows, totals

FINGERPRINT_KEY: Final = "a key of a test, thirty-two bytes"
PROJECT: Final = Path(__file__).parents[3]
_PATIENCE_SECONDS: Final = 60.0
_LARGEST_BYTES: Final = 64 * 1024**2
#: The shortest that the settings allow.
_LEASE_SECONDS: Final = 10


def wait_until(met: Callable[[], bool], what: str, *, seconds: float = _PATIENCE_SECONDS) -> None:
    """Return as soon as ``met`` is; fail when the time is over."""
    deadline = time.monotonic() + seconds
    while not met():
        assert time.monotonic() < deadline, f"waited in vain until {what}"
        time.sleep(0.02)


def make_engine() -> Engine:
    """Return an engine with the whole catalogue."""
    cache = Cache(CACHE)
    return Engine(
        load_catalogue(cache),
        fingerprint_key=FINGERPRINT_KEY.encode(),
        lane=partial(VectorscanLane, cache=cache),
        native=partial(native_lane, cache=cache),
    )


@dataclass
class Site:
    """Everything around the scanner."""

    database: Database
    address: DatabaseAddress
    engine: Engine
    s3: GatedS3
    sqs: Any
    queue_url: str

    @property
    def queue(self) -> SqsChunkQueue:
        """The scan queue."""
        return SqsChunkQueue(self.sqs, self.queue_url)

    def job(self, *, max_objects: int = 100, lister: BucketLister | None = None) -> UUID:
        """Record a job for the bucket, list it, and announce its chunks."""
        job_id = new_job(self.database, options=ScanOptions(max_object_bytes=_LARGEST_BYTES))
        source: Any = lister or FakeLister({"data": self.s3.listed()})
        limits = ChunkLimits(max_objects, _LARGEST_BYTES)
        list_all(
            ListingService(self.database, source, self.queue, FakeTraces(), limits=limits, round_keys=1_000), job_id
        )
        return job_id

    def announce(self, job_id: UUID, *, copies: int = 1) -> None:
        """Send the message of every chunk once more, or several times."""
        chunks = rows(self.database, "SELECT chunk_no FROM job_chunks WHERE job_id = :job_id", job_id=job_id)
        for _ in range(copies):
            self.queue.send([ChunkMessage(job_id, c["chunk_no"]) for c in chunks], group="data", trace_header=None)

    def scanner(self, *, max_workers: int = 4, s3_url: str | None = None) -> Scanner:
        """Return a scanner for this process, with all its real parts."""
        os.environ["AWS_ENDPOINT_URL_S3"] = s3_url or self.s3.url
        try:
            reader = S3ObjectReader(boto3.Session(), piece_bytes=64 * 1024, time_limit_seconds=60)
        finally:
            del os.environ["AWS_ENDPOINT_URL_S3"]
        local = LocalExaminer(self.engine)
        child = ChildExaminer(make_engine, step_seconds=60, memory_bytes=256 * 1024**2)
        severities = {detector.id: Severity(detector.severity) for detector in self.engine.compiled.detectors}
        return Scanner(
            self.queue,
            DatabaseLedger(self.database, lease_seconds=_LEASE_SECONDS),
            ObjectScanner(reader, local, severities, time_limit_seconds=60),
            ObjectScanner(reader, child, severities, time_limit_seconds=60),
            FakeTraces(),
            max_workers=max_workers,
            lease_seconds=_LEASE_SECONDS,
            shutdown_seconds=10,
            hang_seconds=120,
            step_seconds=60,
            longest_step=local.longest_step,
        )

    @contextmanager
    def running(self, *scanners: Scanner) -> Iterator[None]:
        """Run scanners beside the block, and stop them at its end."""
        threads = [Thread(target=scanner.run) for scanner in scanners]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            for scanner in scanners:
                scanner.stop()
            for thread in threads:
                thread.join()

    def work_off(self, job_id: UUID, *scanners: Scanner) -> None:
        """Scan until the job has completed and the queue is empty."""
        with self.running(*(scanners or (self.scanner(),))):
            wait_until(lambda: self.status(job_id) == "completed" and self.queue.is_idle(), "the job has completed")

    def process(self, module: str, **settings: object) -> subprocess.Popen[str]:
        """Start a scanner, the ``module``, as its own process, with all it says in its standard output."""
        secrets: Any = boto3.client("secretsmanager")
        credentials = {"username": self.address.user, "password": self.address.password}
        secret = secrets.create_secret(Name=f"database-{time.monotonic_ns()}", SecretString=json.dumps(credentials))
        environment = {
            **os.environ,
            "AWS_ENDPOINT_URL_S3": self.s3.url,
            "DATABASE_HOST": self.address.host,
            "DATABASE_PORT": str(self.address.port),
            "DATABASE_NAME": self.address.name,
            "DATABASE_SECRET_ARN": secret["ARN"],
            "DATABASE_TLS": "disable",
            "SCAN_QUEUE_URL": self.queue_url,
            "FINGERPRINT_KEY": FINGERPRINT_KEY,
            "CACHE_PATH": str(CACHE),
            "LEASE_SECONDS": str(_LEASE_SECONDS),
            **{name.upper(): str(value) for name, value in settings.items()},
        }
        return subprocess.Popen(
            [sys.executable, "-m", module],
            env=environment,
            cwd=PROJECT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def status(self, job_id: UUID) -> str:
        """Return the job's status."""
        return str(rows(self.database, "SELECT status FROM jobs WHERE id = :job_id", job_id=job_id)[0]["status"])

    def outcomes(self, job_id: UUID) -> dict[str, str]:
        """Return the reason of every key, or the outcome of those that have none, after checking the totals."""
        totals(self.database, job_id)
        ledger = rows(
            self.database,
            "SELECT key, coalesce(reason, outcome, 'open') AS became FROM job_objects WHERE job_id = :job_id",
            job_id=job_id,
        )
        return {row["key"]: row["became"] for row in ledger}

    def findings(self, job_id: UUID) -> list[tuple[str, str, int]]:
        """Return key, detector and occurrences of every finding."""
        found = rows(
            self.database,
            "SELECT object.key, finding.detector, finding.occurrences FROM findings finding"
            " JOIN job_objects object USING (job_id, chunk_no, ordinal) WHERE job_id = :job_id ORDER BY 1, 2",
            job_id=job_id,
        )
        return [(row["key"], row["detector"], row["occurrences"]) for row in found]

    def snapshot(self) -> list[str]:
        """Return every row of the record, as text."""
        return [
            row["line"]
            for sql in (
                "SELECT job_chunks::text AS line FROM job_chunks ORDER BY 1",
                "SELECT job_objects::text AS line FROM job_objects ORDER BY 1",
                "SELECT findings::text AS line FROM findings ORDER BY 1",
                "SELECT (status, totals)::text AS line FROM jobs ORDER BY 1",
            )
            for row in rows(self.database, sql)
        ]

    def lapse(self) -> None:
        """Let every lease end now."""
        self.database.run(
            lambda tx: tx.execute("UPDATE job_chunks SET lease_until = now() - interval '1 second'"
                                  " WHERE lease_until IS NOT NULL")
        )  # fmt: skip
