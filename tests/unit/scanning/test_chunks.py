"""One message from its receipt to its end."""

from collections.abc import Sequence
from itertools import pairwise
from threading import Event

import pytest

from bucketsieve.errors import TransientError
from bucketsieve.models import ChunkMessage, ChunkState, ClaimedChunk, ObjectResult
from bucketsieve.ports import ReceivedMessage
from bucketsieve.reasons import Outcome, Reason
from bucketsieve.scanning.examine import ExaminerUnavailableError, LocalExaminer
from tests.unit.scanning.fakes import JOB
from tests.unit.scanning.world import World


def test_a_chunk_is_settled_in_one_write_and_its_message_deleted(world: World) -> None:
    world.chunk()

    world.deliver()

    assert world.outcomes() == dict.fromkeys(range(5), "succeeded")
    assert [sorted(ordinals) for ordinals in world.ledger.settled] == [[0, 1, 2, 3, 4]]
    assert world.queue.is_idle()


def test_a_redelivered_chunk_adds_nothing(world: World) -> None:
    world.chunk()
    world.deliver()
    world.send(ChunkMessage(JOB, 0))

    world.deliver()

    assert len(world.ledger.settled) == 1
    assert world.queue.is_idle()


def test_a_chunk_that_another_worker_holds_is_left_alone(world: World) -> None:
    world.chunk()
    world.ledger.claim(ChunkMessage(JOB, 0))

    world.deliver()

    assert world.ledger.settled == []
    assert len(world.queue.in_flight) == 1


def test_a_message_for_an_unknown_chunk_is_deleted(world: World) -> None:
    world.send(ChunkMessage(JOB, 7))

    world.deliver()

    assert world.queue.is_idle()


def test_a_message_that_nobody_understands_is_left_for_the_dead_letter_queue(world: World) -> None:
    world.queue.waiting.append(ReceivedMessage("1", "receipt-1", '{"version": 99}', None))

    world.deliver()

    assert len(world.queue.in_flight) == 1


def test_a_failing_source_leaves_its_object_open_and_gives_the_chunk_back(world: World) -> None:
    world.chunk()
    world.bucket.errors["3"] = TransientError("S3 answered SlowDown")

    message = world.deliver()

    assert sorted(world.outcomes()) == [0, 1, 2, 4]
    row = world.ledger.rows[0]
    assert (row.state, row.attempt - row.forgiven) == (ChunkState.QUEUED, 0)
    assert 30 <= world.queue.hidden[message.message_id] <= 60
    assert world.traces.faults == ["bucketsieve-scanner"]


def test_an_object_that_could_be_read_later_is_settled_then(world: World) -> None:
    world.chunk()
    world.bucket.errors["3"] = TransientError("S3 answered SlowDown")
    world.deliver()
    world.bucket.errors.clear()
    world.queue.redeliver()

    world.deliver()

    assert world.outcomes() == dict.fromkeys(range(5), "succeeded")
    assert world.ledger.settled[1] == [3]
    assert world.ledger.marked == []


def test_a_source_that_keeps_failing_fails_the_object_in_the_end(world: World) -> None:
    world.chunk()
    world.bucket.errors["3"] = TransientError("S3 answered InternalError")
    pauses = []
    for _ in range(4):
        message = world.deliver()
        pauses.append(world.queue.hidden[message.message_id])
        world.queue.redeliver()

    world.deliver()

    assert world.outcomes()[3] == Reason.SOURCE_UNAVAILABLE
    assert world.ledger.rows[0].results[3].verdict.outcome is Outcome.FAILED
    assert all(later > earlier for earlier, later in pairwise(pauses[::2]))
    assert world.queue.is_idle()


def test_deliveries_are_not_held_against_an_object_that_could_not_be_read(world: World) -> None:
    world.chunk()
    for _ in range(9):
        world.queue.receive(limit=1, wait_seconds=0, visibility_seconds=60)
        world.queue.redeliver()
    world.bucket.errors["3"] = TransientError("S3 answered SlowDown")

    message = world.deliver()

    assert message.receive_count == 10
    assert sorted(world.outcomes()) == [0, 1, 2, 4]
    assert 30 <= world.queue.hidden[message.message_id] <= 60


@pytest.mark.parametrize("attempt", [0, 1])
def test_only_trouble_of_s3_counts_as_that(world: World, monkeypatch: pytest.MonkeyPatch, attempt: int) -> None:
    def unavailable(*_: object) -> None:
        raise ExaminerUnavailableError("no process could be started")

    monkeypatch.setattr(LocalExaminer, "prepare", unavailable)
    monkeypatch.setattr(LocalExaminer, "open", unavailable)
    world.chunk(attempt=attempt)

    message = world.deliver()

    row = world.ledger.rows[0]
    assert (row.state, row.troubles) == (ChunkState.QUEUED, 0)
    assert 30 <= world.queue.hidden[message.message_id] <= 60


def test_a_chunk_that_lost_a_worker_goes_one_object_at_a_time(world: World) -> None:
    world.chunk(attempt=1)

    world.deliver()

    assert world.ledger.marked == [0, 1, 2, 3, 4]
    assert world.ledger.settled == [[0], [1], [2], [3], [4]]
    assert world.queue.is_idle()


def test_a_try_alone_is_on_record_before_the_object_is_read(world: World) -> None:
    marked_before_read: list[bool] = []
    world.chunk(attempt=1)
    world.bucket.before = lambda key: marked_before_read.append(int(key) in world.ledger.marked)

    world.deliver()

    assert marked_before_read == [True] * 5


def test_no_try_is_on_record_before_it_can_begin(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def unavailable(_examiner: LocalExaminer, _stop: Event) -> None:
        raise ExaminerUnavailableError("no process could be started")

    monkeypatch.setattr(LocalExaminer, "prepare", unavailable)
    world.chunk(attempt=1)

    world.deliver()

    assert world.ledger.marked == []
    assert world.outcomes() == {}


def test_only_an_object_tried_alone_twice_is_poison(world: World) -> None:
    world.chunk(attempt=3, attempts=[0, 1, 2, 0, 0])

    world.deliver()

    assert world.outcomes() == {0: "succeeded", 1: "succeeded", 2: "POISON", 3: "succeeded", 4: "succeeded"}
    assert world.ledger.marked == [0, 1, 3, 4]
    assert "2" not in world.bucket.closed


def test_a_try_alone_that_the_source_did_not_serve_is_not_held_against_the_object(world: World) -> None:
    world.chunk(attempt=1)
    world.bucket.errors["2"] = TransientError("S3 answered SlowDown")
    for _ in range(3):
        world.deliver()
        world.queue.redeliver()
    world.bucket.errors.clear()

    world.deliver()

    assert world.outcomes() == dict.fromkeys(range(5), "succeeded")
    assert world.ledger.marked.count(2) == 4


def test_a_worker_that_lost_its_lease_writes_nothing(world: World) -> None:
    world.chunk()
    world.bucket.before = lambda key: world.ledger.take_over(0) if key == "0" else None

    world.deliver()

    assert world.outcomes() == {}
    assert len(world.queue.in_flight) == 1
    assert world.traces.faults == ["settle", "bucketsieve-scanner"]


def test_a_lost_lease_stops_a_chunk_that_goes_one_by_one(world: World) -> None:
    world.chunk(attempt=1)
    world.bucket.before = lambda key: world.ledger.take_over(0) if key == "2" else None

    world.deliver()

    assert sorted(world.outcomes()) == [0, 1]
    assert len(world.queue.in_flight) == 1


@pytest.mark.parametrize("attempt", [0, 1])
def test_on_stop_the_settled_is_kept_and_the_rest_given_back_at_once(world: World, attempt: int) -> None:
    world.chunk([b"short SECRET\n", b"long\n" * 100_000], attempt=attempt)
    world.bucket.before = lambda key: world.stop.set() if key == "1" else None

    message = world.deliver()

    assert set(world.outcomes()) <= {0}
    assert world.ledger.rows[0].state is ChunkState.QUEUED
    assert world.queue.hidden[message.message_id] == 0
    assert world.traces.faults == []
    assert all(each.attempts == 0 for each in world.ledger.rows[0].objects if each.ordinal == 1)


def test_many_findings_are_written_before_the_end_of_the_chunk(world: World) -> None:
    world.engine.findings_each = 4_000
    world.chunk()
    written = Event()
    settle = world.ledger.settle

    def noted(chunk: ClaimedChunk, results: Sequence[ObjectResult]) -> bool:
        written.set()
        return settle(chunk, results)

    world.ledger.settle = noted  # type: ignore[method-assign]
    world.bucket.before = lambda key: key != "4" or written.wait(10)  # the others have more than enough

    world.deliver()

    assert len(world.ledger.settled) > 1
    assert world.outcomes() == dict.fromkeys(range(5), "succeeded")


def test_an_error_of_the_record_is_told_and_stops_the_reading(world: World) -> None:
    class ConstraintError(Exception):
        pass

    def refuse(*_: object) -> bool:
        raise ConstraintError

    world.chunk()
    world.ledger.settle = refuse  # type: ignore[assignment]

    with pytest.raises(ConstraintError):
        world.deliver()

    assert world.stop.is_set()
    assert len(world.queue.in_flight) == 1


def test_the_load_is_given_back_whatever_happens(world: World) -> None:
    world.chunk()
    world.bucket.errors |= {"0": TransientError("S3 answered SlowDown"), "1": ValueError("broken")}

    world.deliver()

    world.load.add(3)
    assert world.load.wait_for_room(0)
    world.load.add(1)
    assert not world.load.wait_for_room(0)
