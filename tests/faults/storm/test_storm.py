"""Three workers, one of them killed every two seconds, over a PostgreSQL that crashes twice: as if nothing had been.

``OBJECTS=20000`` makes the bucket larger than the 3,000 objects of the default.
"""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from random import Random
from time import monotonic, sleep
from typing import Any, Final
from uuid import UUID

import pytest

from bucketsieve.listing.plan import ChunkLimits
from bucketsieve.listing.service import ListingService
from bucketsieve.store.database import Database
from tests.fakes import FakeLister, FakeTraces
from tests.faults.cloud import Cloud
from tests.faults.durable import DurablePostgres
from tests.faults.plant import Plant, dice
from tests.integration.scanning.gated_s3 import GatedS3
from tests.integration.scans import list_all, new_job, rows

OBJECTS: Final = int(os.environ.get("OBJECTS", "3000"))
WORKERS: Final = 3
SECONDS_BETWEEN_KILLS: Final = 2.0
CRASHES: Final = (0.3, 0.6)  # of the database, when this share of the objects is settled
_PATIENCE_SECONDS: Final = 900.0
#: What a worker had sent to the database before it stood still has arrived.
_MOMENT_SECONDS: Final = 0.05

LEDGER: Final = (
    "SELECT key, outcome, reason, bytes_scanned, detectors, severities FROM job_objects"
    " WHERE job_id = :job_id ORDER BY key"
)
FINDINGS: Final = (
    "SELECT key, detector, fingerprint, severity, confidence, masked, context, occurrences, locations"
    " FROM findings JOIN job_objects USING (job_id, chunk_no, ordinal)"
    " WHERE job_id = :job_id ORDER BY key, detector, fingerprint"
)
#: A third death, the second one alone, would convict an object; the storm spares those few milliseconds.
ON_TRIAL: Final = "SELECT key FROM job_objects WHERE attempts >= 2 AND outcome IS NULL"
SETTLED: Final = "SELECT count(*) AS settled FROM job_objects WHERE job_id = :job_id AND outcome IS NOT NULL"


@pytest.fixture
def s3() -> Iterator[GatedS3]:
    """Serve a bucket of small objects, two thirds of them with something to find."""
    random = dice(20_000)
    with GatedS3().serving() as s3:
        for number in range(OBJECTS):
            ssn = f"536-{random.randint(10, 99)}-{random.randint(1000, 9999)}"
            body = ["nothing here\n", f"ssn: {ssn}\n", f"ssn: {ssn}\nmail: person{number}@mail.test.org\n"][number % 3]
            s3.objects[f"{number % 97:02}/{number:06}.txt"] = f"row {number}\n{body}".encode()
        yield s3


@pytest.fixture
def storm_plant(
    durable_database: Database, durable: DurablePostgres, aws: Cloud, s3: GatedS3, tmp_path: Path
) -> Iterator[Plant]:
    """Return a place for three workers."""
    plant = Plant(durable_database, durable.server.address, aws, tmp_path / "log", s3_url=s3.url)
    plant.environment["MAX_WORKERS"] = "20"
    with plant.closing():
        yield plant


def test_a_storm_leaves_the_ledger_and_the_findings_of_a_quiet_run(
    storm_plant: Plant, durable: DurablePostgres, s3: GatedS3, capsys: pytest.CaptureFixture[str]
) -> None:
    quiet, stormy = Storm(), Storm(crashes_at=CRASHES)
    with _working(storm_plant) as workers:
        quiet_job = _announced(storm_plant, s3)
        quiet.last(storm_plant, durable, workers, quiet_job)
    with _working(storm_plant) as workers:
        stormy_job = _announced(storm_plant, s3)
        stormy.last(storm_plant, durable, workers, stormy_job, kills=True)

    with capsys.disabled():
        print(
            f"\n{OBJECTS} objects: {quiet.seconds:.0f} s in quiet; {stormy.seconds:.0f} s"
            f" with {stormy.kills} workers killed and {stormy.crashes} crashes of the database"
        )
    assert stormy.kills >= 1
    assert stormy.crashes == len(CRASHES)
    ledger, findings = _ledger(storm_plant, stormy_job), _findings(storm_plant, stormy_job)
    assert len(ledger) == OBJECTS
    assert {each["outcome"] for each in ledger} == {"succeeded"}
    assert ledger == _ledger(storm_plant, quiet_job)
    assert len(findings) >= OBJECTS // 2
    assert findings == _findings(storm_plant, quiet_job)
    [first, second] = rows(storm_plant.database, "SELECT totals FROM jobs")
    assert first == second


@dataclass
class Storm:
    """What happens to the workers and the database until a job has completed. Without ``kills`` it is a quiet time.

    ``crashes_at`` are the shares of the objects at which the database crashes.
    """

    crashes_at: tuple[float, ...] = ()
    kills: int = 0
    crashes: int = 0
    seconds: float = 0.0
    _dice: Random = field(default_factory=lambda: dice("storm"))

    def last(
        self,
        plant: Plant,
        durable: DurablePostgres,
        workers: list[ForkServerProcess],
        job_id: UUID,
        *,
        kills: bool = False,
    ) -> None:
        """Return when the job has completed."""
        started = killed = monotonic()
        while not plant.is_over(job_id):
            sleep(0.1)
            assert monotonic() < started + _PATIENCE_SECONDS, "the job does not complete"
            if kills and monotonic() > killed + SECONDS_BETWEEN_KILLS and self._kill_one(plant, workers):
                killed = monotonic()
            if self.crashes < len(self.crashes_at) and _settled(plant, job_id) >= self.crashes_at[self.crashes]:
                durable.crash()
                durable.recover()
                self.crashes += 1
        self.seconds = monotonic() - started

    def _kill_one(self, plant: Plant, workers: list[ForkServerProcess]) -> bool:
        """Kill a worker, unless an object is on trial: asked while the worker stands still, or it might begin one."""
        place = self._dice.randrange(len(workers))
        victim = workers[place]
        assert victim.is_alive(), "a worker ended by itself"
        assert victim.pid is not None
        os.kill(victim.pid, signal.SIGSTOP)
        sleep(_MOMENT_SECONDS)
        if rows(plant.database, ON_TRIAL):
            os.kill(victim.pid, signal.SIGCONT)
            return False
        victim.kill()
        self.kills += 1
        workers[place] = plant.scanner()
        return True


@contextmanager
def _working(plant: Plant) -> Iterator[list[ForkServerProcess]]:
    workers = [plant.scanner() for _ in range(WORKERS)]
    yield workers
    for worker in workers:
        worker.kill()


def _announced(plant: Plant, s3: GatedS3) -> UUID:
    job_id = new_job(plant.database)
    lister = FakeLister({"data": s3.listed()})
    limits = ChunkLimits(25, 1024**2)
    service = ListingService(plant.database, lister, plant.queue, FakeTraces(), limits=limits, round_keys=10_000)
    list_all(service, job_id)
    return job_id


def _settled(plant: Plant, job_id: UUID) -> float:
    """Return the share of the objects that have an outcome."""
    return float(rows(plant.database, SETTLED, job_id=job_id)[0]["settled"] / OBJECTS)


def _ledger(plant: Plant, job_id: UUID) -> list[dict[str, Any]]:
    return rows(plant.database, LEDGER, job_id=job_id)


def _findings(plant: Plant, job_id: UUID) -> list[dict[str, Any]]:
    return rows(plant.database, FINDINGS, job_id=job_id)
