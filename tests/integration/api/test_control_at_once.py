"""Calls that change one job at once take turns: whichever comes first, the ledger of the job adds up."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID

import pytest

from bucketsieve.errors import ConflictError, LeaseLostError
from bucketsieve.jobs.control import JobControl
from bucketsieve.listing.service import ListingService
from bucketsieve.models import SUCCEEDED, ClaimedChunk, ObjectResult, Verdict
from bucketsieve.reasons import Outcome, Reason
from bucketsieve.store.chunks import claim, settle
from bucketsieve.store.database import Database
from bucketsieve.store.jobs import close_job
from tests.fakes import FakeExecutions, FakeLister, FakeQueue, listed
from tests.integration.scans import list_all, listing, new_job, rows, totals

CHUNKS = 6
FAILED_CHUNKS = (0, 1)
ROUNDS = range(5)

type Action = Callable[[], object]


@pytest.fixture
def service(database: Database) -> ListingService:
    lister = FakeLister({"data": [listed(f"{number:02}") for number in range(2 * CHUNKS)]}, page_keys=1000)
    return listing(database, lister, FakeQueue())


@pytest.fixture
def control(database: Database, service: ListingService) -> JobControl:
    return JobControl(database, service, FakeExecutions())


@pytest.fixture
def job_id(database: Database, service: ListingService) -> UUID:
    """Return a job of six chunks with two objects each, two of them settled as failed."""
    job_id = new_job(database)
    list_all(service, job_id)
    for chunk_no in FAILED_CHUNKS:
        _scan(database, job_id, chunk_no, Verdict(Outcome.FAILED, Reason.SOURCE_UNAVAILABLE))
    return job_id


def _scan(database: Database, job_id: UUID, chunk_no: int, verdict: Verdict = SUCCEEDED) -> None:
    """Do what a worker does with a message, if there is anything to do."""
    chunk = database.run(lambda tx: claim(tx, job_id, chunk_no, 60))
    if isinstance(chunk, ClaimedChunk):
        results = [ObjectResult(found.ordinal, verdict, 10) for found in chunk.objects]
        database.run(lambda tx: settle(tx, chunk, results))
        database.run(lambda tx: close_job(tx, job_id))


def _at_once(*actions: Action) -> list[object]:
    """Run all in threads that begin together, and return what they return or were refused with."""
    start = Barrier(len(actions))

    def run(action: Action) -> object:
        start.wait(timeout=30)
        try:
            return action()
        except (ConflictError, LeaseLostError) as refusal:
            return refusal

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(run, actions))


@pytest.mark.parametrize("_round", ROUNDS)
def test_a_cancel_among_all_others_prevails(database: Database, control: JobControl, job_id: UUID, _round: int) -> None:
    _at_once(
        lambda: control.resume(job_id),
        lambda: control.retry(job_id),
        lambda: control.cancel(job_id),
        lambda: control.pause(job_id),
        lambda: _scan(database, job_id, 2),
        lambda: control.retry(job_id, reason=Reason.SOURCE_UNAVAILABLE),
    )

    [job] = rows(database, "SELECT status, ended_at, totals FROM jobs")
    assert job["status"] == "cancelled"
    assert job["ended_at"]
    assert job["totals"] == totals(database, job_id)
    assert rows(database, "SELECT FROM job_chunks WHERE state <> 'done'") == []
    assert rows(database, "SELECT FROM job_objects WHERE outcome IS NULL") == []


@pytest.mark.parametrize("_round", ROUNDS)
def test_pauses_resumes_and_retries_lose_and_double_nothing(
    database: Database, control: JobControl, job_id: UUID, _round: int
) -> None:
    _at_once(
        lambda: control.pause(job_id),
        lambda: control.retry(job_id),
        lambda: control.resume(job_id),
        lambda: _scan(database, job_id, 2),
        lambda: control.pause(job_id),
        lambda: control.retry(job_id),
        lambda: control.resume(job_id),
    )
    assert sum(totals(database, job_id)["objects"].values()) == 2 * 2 * CHUNKS

    control.resume(job_id)
    for chunk_no in range(CHUNKS):
        _scan(database, job_id, chunk_no)

    [job] = rows(database, "SELECT status, totals FROM jobs")
    assert job["status"] == "completed"
    assert job["totals"]["objects"] == totals(database, job_id)["objects"]
    assert job["totals"]["objects"]["succeeded"] == 2 * CHUNKS
    assert job["totals"]["bytes"]["scanned"] == 10 * 2 * CHUNKS


def test_retries_at_once_count_every_object_once(database: Database, control: JobControl, job_id: UUID) -> None:
    retried = _at_once(*[lambda: control.retry(job_id).objects] * 4)

    assert sorted(retried, key=str) == [0, 0, 0, 2 * len(FAILED_CHUNKS)]
    assert totals(database, job_id)["objects"]["failed"] == 0


def test_cancels_at_once_agree(database: Database, control: JobControl, job_id: UUID) -> None:
    assert _at_once(*[lambda: control.cancel(job_id)] * 4) == [None] * 4

    assert totals(database, job_id)["reasons"] == {"CANCELLED": 2 * (CHUNKS - 2), "SOURCE_UNAVAILABLE": 4}
