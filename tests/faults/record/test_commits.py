"""Every COMMIT of a job carried out, and its answer lost."""

from collections.abc import Callable, Iterator
from itertools import count
from typing import Any
from uuid import UUID

import pytest
from local.postgres import DatabaseAddress

from bucketsieve.errors import TransientError
from bucketsieve.models import SUCCEEDED, ChunkState, ClaimedChunk, ObjectResult
from bucketsieve.store import chunks, jobs
from bucketsieve.store.database import Database
from tests.fakes import FakeLister, FakeQueue, listed
from tests.faults.conftest import way_to
from tests.faults.proxy import Proxy
from tests.integration.scans import first_state, listing, new_job, rows, totals

KEYS = [f"{number:02}" for number in range(7)]


@pytest.fixture
def proxy(database_address: DatabaseAddress) -> Iterator[Proxy]:
    with Proxy((database_address.host, database_address.port)).serving() as proxy:
        yield proxy


@pytest.fixture
def cut(proxy: Proxy, database_address: DatabaseAddress) -> Iterator[Database]:
    """Return the store's way into the database through the proxy."""
    database = way_to(DatabaseAddress(database_address.host, proxy.port, database_address.name))
    yield database
    database.close()


def nth(number: int) -> Callable[[], bool]:
    """Return what cuts the n-th COMMIT from now on, counted from 1."""
    commits = count(1)
    return lambda: next(commits) == number


def test_a_transaction_whose_commit_got_no_answer_is_made_again(cut: Database, proxy: Proxy) -> None:
    cut.run(lambda tx: tx.execute("CREATE TABLE marks (mark integer UNIQUE)"))
    proxy.cuts = nth(1)

    cut.run(lambda tx: tx.execute("INSERT INTO marks VALUES (1) ON CONFLICT DO NOTHING"))

    assert proxy.cut == 1
    assert cut.run(lambda tx: tx.rows("SELECT mark FROM marks")) == [{"mark": 1}]


@pytest.mark.parametrize("number", range(1, 9))
def test_a_listing_lists_every_key_once_whichever_commit_is_cut(
    number: int, cut: Database, proxy: Proxy, database: Database
) -> None:
    queue = FakeQueue()
    job_id = new_job(database)
    lister = FakeLister({"data": [listed(key) for key in KEYS]}, page_keys=4)
    service = listing(cut, lister, queue, round_keys=4)
    proxy.cuts = nth(number)

    _step_until_done(service.step, first_state(job_id))

    assert proxy.cut == 1
    ledger = rows(database, "SELECT key FROM job_objects ORDER BY key")
    assert [row["key"] for row in ledger] == KEYS
    assert totals(database, job_id)["objects"]["listed"] == len(KEYS)
    assert set(queue.chunk_nos()) == {0, 1, 2, 3}


def _step_until_done(step: Callable[[dict[str, Any]], dict[str, Any]], state: dict[str, Any]) -> None:
    """Be the state machine: a step that fails is tried again with the same input."""
    for _ in range(20):
        try:
            state = step(state)
        except TransientError:
            continue
        if state["done"]:
            return
    raise AssertionError("the listing did not end")


@pytest.mark.parametrize("number", range(1, 5))
def test_a_chunk_is_settled_once_whichever_commit_is_cut(
    number: int, cut: Database, proxy: Proxy, database: Database
) -> None:
    job_id = new_job(database)
    lister = FakeLister({"data": [listed(key) for key in KEYS[:2]]})
    _step_until_done(listing(database, lister, FakeQueue()).step, first_state(job_id))
    proxy.cuts = nth(number)

    chunk = _claimed(cut, job_id)
    results = [ObjectResult(ordinal, SUCCEEDED, bytes_scanned=100) for ordinal in range(2)]
    assert cut.run(lambda tx: chunks.settle(tx, chunk, results[:1])) is False
    assert cut.run(lambda tx: chunks.settle(tx, chunk, results[1:])) is True
    cut.run(lambda tx: jobs.close_job(tx, job_id))

    assert proxy.cut == 1
    [job] = rows(database, "SELECT status, totals FROM jobs")
    assert job["status"] == "completed"
    assert job["totals"]["objects"]["succeeded"] == 2
    assert job["totals"]["bytes"]["scanned"] == 200


def _claimed(database: Database, job_id: UUID) -> ClaimedChunk:
    """Claim the chunk as workers do: one whose claim was lost is taken when its lease is over."""
    while True:
        claim = database.run(lambda tx: chunks.claim(tx, job_id, 0, 60))
        if isinstance(claim, ClaimedChunk):
            return claim
        assert claim is ChunkState.PROCESSING
        database.run(lambda tx: tx.execute("UPDATE job_chunks SET lease_until = now() - interval '1 second'"))
