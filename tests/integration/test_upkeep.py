from uuid import UUID

import pytest

from bucketsieve.errors import TransientError
from bucketsieve.models import SUCCEEDED, ObjectResult
from bucketsieve.ports import ExecutionStatus
from bucketsieve.store.chunks import settle
from bucketsieve.store.control import set_cancelled
from bucketsieve.store.database import Database
from bucketsieve.store.progress import refresh_progress
from bucketsieve.upkeep.service import Upkeep, UpkeepReport
from tests.fakes import FakeExecutions, FakeLister, FakeQueue, listed
from tests.integration.scans import claimed, first_state, list_all, listing, new_job, rows

LISTER = FakeLister({"data": [listed(key) for key in "abcd"]})


@pytest.fixture
def queue() -> FakeQueue:
    return FakeQueue()


@pytest.fixture
def executions() -> FakeExecutions:
    return FakeExecutions()


@pytest.fixture
def upkeep(database: Database, queue: FakeQueue, executions: FakeExecutions) -> Upkeep:
    return Upkeep(database, queue, listing(database, LISTER, queue), executions)


@pytest.fixture
def job_id(database: Database) -> UUID:
    """Return a job of two chunks, listed and announced on a queue that then lost everything."""
    job_id = new_job(database)
    list_all(listing(database, LISTER, FakeQueue()), job_id)
    return job_id


def age(database: Database, interval: str) -> None:
    """Let all that has happened have happened so long ago."""
    for statement in (
        "UPDATE jobs SET progressed_at = progressed_at - CAST(:age AS interval)",
        "UPDATE job_chunks SET enqueued_at = enqueued_at - CAST(:age AS interval),"
        " lease_until = lease_until - CAST(:age AS interval)",
    ):
        database.run(lambda tx, statement=statement: tx.execute(statement, age=interval))  # type: ignore[misc]


def report(**actions: int) -> UpkeepReport:
    nothing = {"chunks_sent_again": 0, "listings_resumed": 0, "listings_failed": 0, "chunks_ended": 0, "jobs_closed": 0}
    return UpkeepReport(refreshed=True, **(nothing | actions))


def test_a_quiet_minute_only_refreshes(database: Database, upkeep: Upkeep, job_id: UUID) -> None:
    assert upkeep.run() == report()
    [row] = rows(database, "SELECT job_id, totals, as_of FROM job_progress")
    assert row["job_id"] == job_id
    assert row["totals"]["objects"]["queued"] == 4


def test_chunks_committed_but_never_announced_are_announced(
    database: Database, upkeep: Upkeep, queue: FakeQueue, job_id: UUID
) -> None:
    database.run(lambda tx: tx.execute("UPDATE job_chunks SET enqueued_at = NULL"))
    assert upkeep.run() == report(), "the lister may still be at it"

    age(database, "3 minutes")

    assert upkeep.run() == report(chunks_sent_again=2)
    assert queue.chunk_nos() == [0, 1]
    assert upkeep.run() == report()


def test_a_chunk_whose_worker_is_gone_is_announced_again(
    database: Database, upkeep: Upkeep, queue: FakeQueue, job_id: UUID
) -> None:
    settle_chunk(database, job_id, 1)
    claimed(database, job_id, 0)

    age(database, "20 minutes")

    assert upkeep.run() == report(chunks_sent_again=1)
    assert queue.chunk_nos() == [0]


def test_a_chunk_that_was_claimed_before_it_was_marked_as_announced_is_not_forgotten(
    database: Database, upkeep: Upkeep, queue: FakeQueue, job_id: UUID
) -> None:
    """Its lister died between the message and the mark, then its worker died, too."""
    settle_chunk(database, job_id, 1)
    claimed(database, job_id, 0)
    database.run(lambda tx: tx.execute("UPDATE job_chunks SET enqueued_at = NULL WHERE chunk_no = 0"))

    age(database, "20 minutes")

    assert upkeep.run() == report(chunks_sent_again=1)
    assert queue.chunk_nos() == [0]


def test_chunks_that_wait_on_an_empty_queue_are_announced_again(
    database: Database, upkeep: Upkeep, queue: FakeQueue, job_id: UUID
) -> None:
    age(database, "11 minutes")

    assert upkeep.run() == report(chunks_sent_again=2)
    assert upkeep.run() == report()


def test_chunks_that_wait_in_a_busy_queue_are_left_alone_until_their_retention_nears(
    database: Database, upkeep: Upkeep, queue: FakeQueue, job_id: UUID
) -> None:
    list_all(listing(database, LISTER, queue), new_job(database))
    age(database, "11 minutes")
    assert upkeep.run() == report()

    age(database, "84 hours")

    assert upkeep.run().chunks_sent_again == 4


def test_a_listing_that_was_never_started_is_started(
    database: Database, upkeep: Upkeep, executions: FakeExecutions
) -> None:
    job_id = new_job(database)
    age(database, "6 minutes")

    assert upkeep.run() == report(listings_resumed=1)

    assert executions.inputs == {f"{job_id}-0": first_state(job_id)}
    assert upkeep.run() == report(), "it is running now"


def test_a_listing_whose_execution_failed_fails_its_job(
    database: Database, upkeep: Upkeep, executions: FakeExecutions
) -> None:
    new_job(database)
    age(database, "6 minutes")
    upkeep.run()
    [arn] = executions.statuses
    executions.statuses[arn] = ExecutionStatus.TIMED_OUT

    assert upkeep.run() == report(listings_failed=1)

    [job] = rows(database, "SELECT status, failure_reason, failure_detail FROM jobs")
    assert (job["status"], job["failure_reason"]) == ("failed", "LISTING_FAILED")
    assert "TIMED_OUT" in job["failure_detail"]


@pytest.mark.parametrize("ended", [ExecutionStatus.SUCCEEDED, ExecutionStatus.ABORTED])
def test_a_listing_whose_execution_ended_too_early_is_taken_up_by_the_next(
    database: Database, upkeep: Upkeep, executions: FakeExecutions, ended: ExecutionStatus
) -> None:
    job_id = new_job(database)
    age(database, "6 minutes")
    upkeep.run()
    [arn] = executions.statuses
    executions.statuses[arn] = ended

    assert upkeep.run() == report(listings_resumed=1)

    assert executions.inputs[f"{job_id}-1"] == first_state(job_id) | {"continuation": 1}


def test_without_a_state_machine_a_stalled_listing_is_stepped_on(database: Database, queue: FakeQueue) -> None:
    job_id = new_job(database)
    age(database, "6 minutes")

    assert Upkeep(database, queue, listing(database, LISTER, queue), None).run() == report(listings_resumed=1)

    assert rows(database, "SELECT id, status FROM jobs") == [{"id": job_id, "status": "scanning"}]


def test_a_job_whose_last_worker_died_before_closing_it_is_closed(
    database: Database, upkeep: Upkeep, job_id: UUID
) -> None:
    settle_chunk(database, job_id, 0)
    settle_chunk(database, job_id, 1)

    assert upkeep.run() == report(jobs_closed=1)

    assert rows(database, "SELECT status FROM jobs") == [{"status": "completed"}]
    [row] = rows(database, "SELECT totals FROM job_progress")
    assert row["totals"]["objects"]["succeeded"] == 4


def test_a_cancelled_job_is_ended_to_its_last_chunk(database: Database, upkeep: Upkeep, job_id: UUID) -> None:
    database.run(lambda tx: set_cancelled(tx, job_id))

    assert upkeep.run() == report(chunks_ended=2, jobs_closed=1)

    [job] = rows(database, "SELECT status, totals FROM jobs")
    assert (job["status"], job["totals"]["reasons"]) == ("cancelled", {"CANCELLED": 4})


def test_a_queue_that_is_away_stops_nothing_else(
    database: Database, upkeep: Upkeep, job_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_queue: FakeQueue) -> bool:
        raise TransientError("SQS did not answer")

    monkeypatch.setattr(FakeQueue, "is_idle", away)
    settle_chunk(database, job_id, 0)
    settle_chunk(database, job_id, 1)

    assert upkeep.run() == report(jobs_closed=1)


def test_a_refresh_leaves_another_one_to_finish(database: Database, job_id: UUID) -> None:
    with database.transaction() as first:
        assert refresh_progress(first)
        assert not database.run(refresh_progress)


def settle_chunk(database: Database, job_id: UUID, chunk_no: int) -> None:
    chunk = claimed(database, job_id, chunk_no)
    results = [ObjectResult(o.ordinal, SUCCEEDED, 100) for o in chunk.objects]
    assert database.run(lambda tx: settle(tx, chunk, results))
