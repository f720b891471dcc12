"""What tests of the record share: a job, and the ledger as it stands."""

from typing import Any
from uuid import UUID, uuid4

from bucketsieve.job import NewJob, NewScan, ScanOptions
from bucketsieve.listing.plan import ChunkLimits
from bucketsieve.listing.service import ListingService
from bucketsieve.models import ClaimedChunk
from bucketsieve.store.chunks import claim
from bucketsieve.store.database import Database
from bucketsieve.store.jobs import insert_job
from tests.fakes import FakeLister, FakeQueue, FakeTraces

OPTIONS = ScanOptions(max_object_bytes=10_000)


def new_job(database: Database, bucket: str = "data", *, options: ScanOptions = OPTIONS) -> UUID:
    """Record a job that has listed nothing yet."""
    job = NewJob(
        id=uuid4(),
        scan=NewScan(bucket, options),
        idempotency_key=None,
        fair_share_group=bucket,
        trace_header="Root=1-67891233-abcdef012345678912345678;Parent=53995c3f42cd8ad8;Sampled=1",
        ruleset_version="test",
    )
    with database.transaction() as tx:
        assert insert_job(tx, job)
    return job.id


def listing(
    database: Database, lister: FakeLister, queue: FakeQueue, *, max_objects: int = 2, round_keys: int = 1_000
) -> ListingService:
    """Return a listing service with chunks of a few objects."""
    return ListingService(
        database, lister, queue, FakeTraces(), limits=ChunkLimits(max_objects, 1_000), round_keys=round_keys
    )


def first_state(job_id: UUID) -> dict[str, Any]:
    """Return the input of a job's first step."""
    return {"job_id": str(job_id), "bucket": "data", "prefix": "", "continuation_token": None, "objects_processed": 0}


def list_all(service: ListingService, job_id: UUID) -> list[dict[str, Any]]:
    """Run steps until the listing is done, and return their outputs."""
    outputs = [service.step(first_state(job_id))]
    while not outputs[-1]["done"]:
        outputs.append(service.step(outputs[-1]))
    return outputs


def claimed(database: Database, job_id: UUID, chunk_no: int, *, lease_seconds: int = 60) -> ClaimedChunk:
    """Claim a chunk that must be there to claim."""
    chunk = database.run(lambda tx: claim(tx, job_id, chunk_no, lease_seconds))
    assert isinstance(chunk, ClaimedChunk)
    return chunk


def rows(database: Database, sql: str, **parameters: object) -> list[dict[str, Any]]:
    """Return a query's rows."""
    return database.run(lambda tx: tx.rows(sql, **parameters))


def totals(database: Database, job_id: UUID) -> dict[str, Any]:
    """Return the job's live totals, after checking that the ledger adds up."""
    [row] = rows(database, "SELECT totals FROM job_live_totals WHERE job_id = :job_id", job_id=job_id)
    found: dict[str, Any] = row["totals"]
    objects = found["objects"]
    assert objects["listed"] == sum(count for name, count in objects.items() if name != "listed")
    return found
