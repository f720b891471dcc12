"""How fast the record takes a listing and its results, each beside the obvious way to write them.

Both ways run in turn in one process against one PostgreSQL, so the ratios hold on any machine; the times do not.
"""

import json
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from uuid import UUID, uuid4

from local.postgres import PostgresServer
from rich.console import Console
from rich.table import Table
from tests.fakes import MODIFIED

from bucketsieve.job import NewJob, NewScan, ScanOptions
from bucketsieve.listing.plan import ChunkLimits, plan_chunks
from bucketsieve.models import SUCCEEDED, ClaimedChunk, ListedObject, ObjectResult, PlannedChunk
from bucketsieve.settings import DatabaseSettings
from bucketsieve.store.chunks import claim, settle
from bucketsieve.store.connect import Connector
from bucketsieve.store.database import Database
from bucketsieve.store.jobs import insert_job
from bucketsieve.store.listing import PagePlan, append_page

SQL = Path(__file__).parent.parent / "sql"
ROUNDS = 5
PAGE_KEYS = 1_000
OPTIONS = ScanOptions(max_object_bytes=10**9)

INSERT_CHUNK = """
INSERT INTO job_chunks (job_id, chunk_no, state, object_count, byte_count)
VALUES (:job_id, :chunk_no, 'queued', :object_count, :byte_count)
"""
INSERT_OBJECT = """
INSERT INTO job_objects (job_id, chunk_no, ordinal, key, size, etag, storage_class, last_modified)
VALUES (:job_id, :chunk_no, :ordinal, :key, :size, :etag, :storage_class, :last_modified)
"""


def main() -> None:
    """Measure, and print a table."""
    server = PostgresServer.start()
    try:
        with server.create_database("benchmark").connect() as connection:
            for path in sorted(SQL.glob("*.sql")):
                connection.run(path.read_text())
        address = server.create_database("record", template="benchmark")
        settings = DatabaseSettings(
            database_host=address.host,
            database_port=address.port,
            database_name=address.name,
            database_secret_arn="unused",
            database_tls="disable",
        )
        credentials = json.dumps({"username": address.user, "password": address.password})
        database = Database(Connector(settings, lambda _: credentials, application="benchmark"))
        table = Table("what", "ours, objects/s", "row by row, objects/s", "ratio", title="Writing the record")
        compare(table, "list a page of 1,000 keys", lambda: list_page(database), lambda: list_rows(database))
        compare(table, "settle 10 chunks of 100", lambda: settle_chunks(database), lambda: settle_objects(database))
        Console().print(table)
        database.close()
    finally:
        server.stop()


def compare(table: Table, what: str, ours: Callable[[], float], plain: Callable[[], float]) -> None:
    """Run both in turn and add the medians and their ratio. Each returns the seconds that 1,000 objects took."""
    times = [(ours(), plain()) for _ in range(ROUNDS)]
    our_time, plain_time = median(ours for ours, _ in times), median(plain for _, plain in times)
    rates = [f"{PAGE_KEYS / seconds:,.0f}" for seconds in (our_time, plain_time)]
    table.add_row(what, *rates, f"{plain_time / our_time:.1f} x")


def list_page(database: Database) -> float:
    """Store a page as the listing does: one parameter for all rows."""
    job_id, chunks = prepare(database)
    started = time.perf_counter()
    with database.transaction() as tx:
        assert append_page(tx, page(job_id, chunks))
    return time.perf_counter() - started


def list_rows(database: Database) -> float:
    """Store a page one row at a time, in one transaction."""
    job_id, chunks = prepare(database)
    started = time.perf_counter()
    with database.transaction() as tx:
        for chunk in chunks:
            counts = {"object_count": len(chunk.objects), "byte_count": chunk.byte_count}
            tx.execute(INSERT_CHUNK, job_id=job_id, chunk_no=chunk.chunk_no, **counts)
            for ordinal, planned in enumerate(chunk.objects):
                tx.execute(
                    INSERT_OBJECT,
                    job_id=job_id,
                    chunk_no=chunk.chunk_no,
                    ordinal=ordinal,
                    key=planned.listed.key,
                    size=planned.listed.size,
                    etag=planned.listed.etag,
                    storage_class=planned.listed.storage_class,
                    last_modified=planned.listed.last_modified,
                )
    return time.perf_counter() - started


def settle_chunks(database: Database) -> float:
    """Settle each chunk's objects in one transaction."""
    claimed = claim_all(database)
    started = time.perf_counter()
    for chunk in claimed:
        results = [ObjectResult(each.ordinal, SUCCEEDED, each.size) for each in chunk.objects]
        with database.transaction() as tx:
            assert settle(tx, chunk, results)
    return time.perf_counter() - started


def settle_objects(database: Database) -> float:
    """Settle each object in a transaction of its own, as a suspect chunk is."""
    claimed = claim_all(database)
    started = time.perf_counter()
    for chunk in claimed:
        for each in chunk.objects:
            with database.transaction() as tx:
                settle(tx, chunk, [ObjectResult(each.ordinal, SUCCEEDED, each.size)])
    return time.perf_counter() - started


def claim_all(database: Database) -> list[ClaimedChunk]:
    """Return a listed page's chunks, claimed."""
    job_id, chunks = prepare(database)
    with database.transaction() as tx:
        append_page(tx, page(job_id, chunks))
        claimed = [claim(tx, job_id, chunk.chunk_no, 600) for chunk in chunks]
    return [chunk for chunk in claimed if isinstance(chunk, ClaimedChunk)]


def prepare(database: Database) -> tuple[UUID, tuple[PlannedChunk, ...]]:
    """Return a new job and the chunks of its first page."""
    job = NewJob(uuid4(), NewScan("data", OPTIONS), None, "data", None, "benchmark")
    with database.transaction() as tx:
        assert insert_job(tx, job)
    etag = '"d41d8cd98f00b204e9800998ecf8427e"'
    objects = [ListedObject(f"logs/{n:09}.log", 1_000, etag, "STANDARD", MODIFIED) for n in range(PAGE_KEYS)]
    return job.id, plan_chunks(objects, OPTIONS, ChunkLimits(100, 10**9), first_chunk_no=0)


def page(job_id: UUID, chunks: tuple[PlannedChunk, ...]) -> PagePlan:
    """Return the page to store."""
    return PagePlan(
        job_id=job_id,
        seen_objects=0,
        chunks=chunks,
        last_key=chunks[-1].objects[-1].listed.key,
        continuation_token=None,
        listing_done=True,
    )


if __name__ == "__main__":
    main()
