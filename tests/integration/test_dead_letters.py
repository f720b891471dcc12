from uuid import UUID, uuid4

import pytest

from bucketsieve.dead_letters.service import MAX_CHUNK_ATTEMPTS, DeadLetters, DeadLetterVerdict
from bucketsieve.errors import LeaseLostError, MessageError, TransientError
from bucketsieve.models import SUCCEEDED, ChunkMessage, ObjectResult
from bucketsieve.store.chunks import settle
from bucketsieve.store.database import Database
from tests.fakes import FakeLister, FakeQueue, listed
from tests.integration.scans import claimed, list_all, listing, new_job, rows, totals


@pytest.fixture
def queue() -> FakeQueue:
    return FakeQueue()


@pytest.fixture
def dead_letters(database: Database, queue: FakeQueue) -> DeadLetters:
    return DeadLetters(database, queue)


@pytest.fixture
def job_id(database: Database) -> UUID:
    """Return a job of one chunk with two objects."""
    job_id = new_job(database)
    list_all(listing(database, FakeLister({"data": [listed("a"), listed("b")]}), FakeQueue()), job_id)
    return job_id


def letter(job_id: UUID) -> str:
    return ChunkMessage(job_id, 0).to_json()


def wear_out(database: Database) -> None:
    database.run(lambda tx: tx.execute("UPDATE job_chunks SET attempt = :attempt", attempt=MAX_CHUNK_ATTEMPTS - 1))


def test_a_chunk_that_was_hardly_tried_goes_back_to_the_queue(
    database: Database, dead_letters: DeadLetters, queue: FakeQueue, job_id: UUID
) -> None:
    assert dead_letters.settle(letter(job_id)) is DeadLetterVerdict.SENT_AGAIN
    assert queue.chunk_nos() == [0]


def test_a_chunk_that_was_tried_often_ends_in_the_ledger(
    database: Database, dead_letters: DeadLetters, queue: FakeQueue, job_id: UUID
) -> None:
    wear_out(database)
    last = claimed(database, job_id, 0, lease_seconds=-1)

    assert dead_letters.settle(letter(job_id)) is DeadLetterVerdict.ENDED

    assert totals(database, job_id)["reasons"] == {"POISON": 2}
    assert rows(database, "SELECT status FROM jobs") == [{"status": "completed"}]
    assert queue.sent == []
    with pytest.raises(LeaseLostError):
        database.run(lambda tx: settle(tx, last, [ObjectResult(0, SUCCEEDED)]))
    assert dead_letters.settle(letter(job_id)) is DeadLetterVerdict.ALREADY_DONE


def test_a_letter_that_the_queue_refuses_comes_again(dead_letters: DeadLetters, queue: FakeQueue, job_id: UUID) -> None:
    queue.refuse = 1

    with pytest.raises(TransientError):
        dead_letters.settle(letter(job_id))


def test_a_chunk_in_work_is_never_ended(
    database: Database, dead_letters: DeadLetters, queue: FakeQueue, job_id: UUID
) -> None:
    wear_out(database)
    chunk = claimed(database, job_id, 0)

    with pytest.raises(TransientError, match="lease"):
        dead_letters.settle(letter(job_id))

    assert queue.sent == []
    assert database.run(lambda tx: settle(tx, chunk, [ObjectResult(0, SUCCEEDED), ObjectResult(1, SUCCEEDED)]))


def test_a_letter_of_an_unknown_chunk_is_dropped(dead_letters: DeadLetters) -> None:
    assert dead_letters.settle(letter(uuid4())) is DeadLetterVerdict.UNKNOWN_CHUNK


@pytest.mark.parametrize("body", ["", "{}", "[]", "null", '{"version": 2, "job_id": "x"}'])
def test_a_letter_that_cannot_be_read_is_refused(dead_letters: DeadLetters, body: str) -> None:
    with pytest.raises(MessageError):
        dead_letters.settle(body)
