"""Cancelling, pausing, resuming and retrying, against everything else that may happen to a job meanwhile."""

from threading import Thread
from typing import Any
from uuid import UUID, uuid4

import pytest

from bucketsieve.errors import ConflictError, LeaseLostError, NotFoundError
from bucketsieve.jobs.control import JobControl, Retried
from bucketsieve.listing.service import ListingService
from bucketsieve.models import SUCCEEDED, ChunkState, ObjectResult, Verdict
from bucketsieve.reasons import Outcome, Reason
from bucketsieve.store.chunks import claim, release, settle
from bucketsieve.store.control import requeue
from bucketsieve.store.database import Database
from bucketsieve.store.jobs import close_job
from tests.fakes import FakeExecutions, FakeLister, FakeQueue, listed
from tests.integration.scans import claimed, first_state, list_all, listing, new_job, rows, totals

FAILED = Verdict(Outcome.FAILED, Reason.SOURCE_UNAVAILABLE)
DENIED = Verdict(Outcome.SKIPPED, Reason.PERMISSION_DENIED)


@pytest.fixture
def queue() -> FakeQueue:
    return FakeQueue()


@pytest.fixture
def executions() -> FakeExecutions:
    return FakeExecutions()


@pytest.fixture
def service(database: Database, queue: FakeQueue) -> ListingService:
    lister = FakeLister({"data": [listed(key) for key in "abcdef"]}, page_keys=2)
    return listing(database, lister, queue, round_keys=2)


@pytest.fixture
def control(database: Database, service: ListingService, executions: FakeExecutions) -> JobControl:
    return JobControl(database, service, executions)


@pytest.fixture
def job_id(database: Database, service: ListingService) -> UUID:
    """Return a job of three chunks with two objects each, all listed and announced."""
    job_id = new_job(database)
    list_all(service, job_id)
    return job_id


def status(database: Database) -> str:
    [job] = rows(database, "SELECT status FROM jobs")
    return str(job["status"])


def settle_chunk(database: Database, job_id: UUID, chunk_no: int, *verdicts: Verdict) -> None:
    chunk = claimed(database, job_id, chunk_no)
    results = [ObjectResult(o.ordinal, v, 10) for o, v in zip(chunk.objects, verdicts, strict=True)]
    assert database.run(lambda tx: settle(tx, chunk, results))
    database.run(lambda tx: close_job(tx, job_id))


def objects_of(database: Database, job_id: UUID) -> dict[str, int]:
    counted: dict[str, int] = totals(database, job_id)["objects"]
    return {name: count for name, count in counted.items() if count and name != "listed"}


def test_a_cancelled_job_skips_what_was_not_scanned(database: Database, control: JobControl, job_id: UUID) -> None:
    settle_chunk(database, job_id, 0, SUCCEEDED, FAILED)
    held = claimed(database, job_id, 1)

    control.cancel(job_id)
    control.cancel(job_id)

    assert status(database) == "cancelled"
    assert objects_of(database, job_id) == {"succeeded": 1, "failed": 1, "skipped": 4}
    assert totals(database, job_id)["reasons"] == {"SOURCE_UNAVAILABLE": 1, "CANCELLED": 4}
    with pytest.raises(LeaseLostError):
        database.run(lambda tx: settle(tx, held, [ObjectResult(0, SUCCEEDED)]))
    [job] = rows(database, "SELECT totals FROM jobs")
    assert job["totals"] == totals(database, job_id)


def test_a_job_cancelled_while_it_is_listed_lists_no_more(
    database: Database, control: JobControl, service: ListingService
) -> None:
    job_id = new_job(database)
    state = service.step(first_state(job_id))

    control.cancel(job_id)

    assert service.step(state) | {"rounds": 0} == state | {"rounds": 0, "batch_size": 0, "done": True,
                                                          "messages_enqueued": 0}  # fmt: skip
    assert objects_of(database, job_id) == {"skipped": 2}


def test_a_job_that_has_ended_cannot_be_stopped(database: Database, control: JobControl, job_id: UUID) -> None:
    for chunk_no in range(3):
        settle_chunk(database, job_id, chunk_no, SUCCEEDED, SUCCEEDED)

    for change in (control.cancel, control.pause, control.resume):
        with pytest.raises(ConflictError, match="completed"):
            change(job_id)
    with pytest.raises(NotFoundError):
        control.cancel(uuid4())


def test_a_paused_job_begins_nothing_and_finishes_what_it_began(
    database: Database, control: JobControl, job_id: UUID
) -> None:
    held = claimed(database, job_id, 0)

    control.pause(job_id)
    control.pause(job_id)

    assert database.run(lambda tx: claim(tx, job_id, 1, 60)) is ChunkState.QUEUED
    assert database.run(lambda tx: settle(tx, held, [ObjectResult(n, SUCCEEDED) for n in (0, 1)]))
    assert objects_of(database, job_id) == {"succeeded": 2, "queued": 4}
    assert not database.run(lambda tx: close_job(tx, job_id))


def test_a_resumed_job_announces_what_waits_in_its_next_execution(
    database: Database,
    control: JobControl,
    service: ListingService,
    executions: FakeExecutions,
    queue: FakeQueue,
    job_id: UUID,
) -> None:
    settle_chunk(database, job_id, 0, SUCCEEDED, SUCCEEDED)
    control.pause(job_id)
    for chunk_no in (1, 2):  # their messages are received, and dropped
        assert database.run(lambda tx, chunk_no=chunk_no: claim(tx, job_id, chunk_no, 60)) is ChunkState.QUEUED  # type: ignore[misc]
    queue.sent.clear()

    control.resume(job_id)
    control.resume(job_id)

    [(name, state)] = executions.inputs.items()
    assert name == f"{job_id}-1"
    assert service.step(dict(state))["done"]
    assert queue.chunk_nos() == [1, 2]
    assert status(database) == "scanning"


def test_a_job_paused_while_it_is_listed_goes_on_listing(
    database: Database, control: JobControl, service: ListingService, executions: FakeExecutions
) -> None:
    job_id = new_job(database)
    state = service.step(first_state(job_id))
    control.pause(job_id)
    assert service.step(state)["done"], "the execution ends"
    control.resume(job_id)

    [resumed] = executions.inputs.values()
    output = service.step(dict(resumed))
    while not output["done"]:
        output = service.step(output)

    assert [row["key"] for row in rows(database, "SELECT key FROM job_objects ORDER BY key")] == list("abcdef")


def test_a_retry_scans_failed_objects_again_and_only_those(
    database: Database, control: JobControl, executions: FakeExecutions, job_id: UUID
) -> None:
    troubled = claimed(database, job_id, 0)
    database.run(lambda tx: release(tx, troubled, troubled=True))
    settle_chunk(database, job_id, 0, SUCCEEDED, FAILED)
    settle_chunk(database, job_id, 1, DENIED, SUCCEEDED)
    settle_chunk(database, job_id, 2, SUCCEEDED, SUCCEEDED)
    assert status(database) == "completed"

    assert control.retry(job_id) == Retried(1, more=False)
    assert control.retry(job_id) == Retried(0, more=False)

    assert status(database) == "scanning"
    assert list(executions.inputs) == [f"{job_id}-1"]
    again = claimed(database, job_id, 0)
    assert [o.key for o in again.objects] == ["b"]
    assert not again.isolated
    assert again.troubles == 0
    database.run(lambda tx: settle(tx, again, [ObjectResult(1, SUCCEEDED, 10)]))
    database.run(lambda tx: close_job(tx, job_id))
    assert status(database) == "completed"
    assert objects_of(database, job_id) == {"succeeded": 5, "skipped": 1}


@pytest.mark.parametrize(("by", "key"), [({"reason": Reason.PERMISSION_DENIED}, "c"), ({"key": "b"}, "b")])
def test_a_retry_may_choose_by_reason_or_by_key(
    database: Database, control: JobControl, job_id: UUID, by: dict[str, Any], key: str
) -> None:
    settle_chunk(database, job_id, 0, SUCCEEDED, FAILED)
    settle_chunk(database, job_id, 1, DENIED, SUCCEEDED)

    assert control.retry(job_id, **by) == Retried(1, more=False)

    [waiting] = rows(database, "SELECT key FROM job_objects WHERE outcome IS NULL AND chunk_no < 2")
    assert waiting["key"] == key


def test_a_retry_that_could_not_be_announced_is_left_to_the_sweeper(
    database: Database, control: JobControl, executions: FakeExecutions, job_id: UUID
) -> None:
    settle_chunk(database, job_id, 0, SUCCEEDED, FAILED)
    executions.away = True

    assert control.retry(job_id).objects == 1

    assert rows(database, "SELECT chunk_no FROM job_chunks WHERE state = 'queued' AND enqueued_at IS NULL") == [
        {"chunk_no": 0}
    ]


def test_a_job_is_not_closed_over_chunks_that_a_retry_queues_at_that_moment(
    database: Database, control: JobControl, job_id: UUID
) -> None:
    for chunk_no in range(3):
        settle_chunk(database, job_id, chunk_no, SUCCEEDED, FAILED)
    database.run(lambda tx: tx.execute("UPDATE jobs SET status = 'scanning', totals = NULL"))
    closing = Thread(target=lambda: database.run(lambda tx: close_job(tx, job_id)))

    with database.transaction() as tx:
        assert requeue(tx, job_id, reason=None, key=None) == (3, 3)
        closing.start()
        closing.join(0.3)  # it waits for the job's row
    closing.join()

    assert status(database) == "scanning"
    assert rows(database, "SELECT totals FROM jobs") == [{"totals": None}]


def test_a_retry_while_the_job_is_listed_starts_no_second_lister(
    database: Database, control: JobControl, service: ListingService, executions: FakeExecutions
) -> None:
    job_id = new_job(database)
    service.step(first_state(job_id))
    settle_chunk(database, job_id, 0, SUCCEEDED, FAILED)

    assert control.retry(job_id).objects == 1

    assert executions.inputs == {}


def test_a_cancelled_job_is_not_retried(control: JobControl, job_id: UUID) -> None:
    control.cancel(job_id)

    with pytest.raises(ConflictError, match="cancelled"):
        control.retry(job_id)
