"""The process as a whole: it takes on what it can start, and ends in good order."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Barrier, Event

import pytest

from bucketsieve.errors import TransientError
from bucketsieve.models import ChunkState
from bucketsieve.ports import ReceivedMessage
from bucketsieve.scanning import chunks, service
from bucketsieve.scanning.examine import LocalExaminer
from bucketsieve.scanning.objects import ObjectScanner
from bucketsieve.scanning.service import ObjectHangsError, Scanner
from tests.fakes import FakeTraces
from tests.unit.scanning.fakes import (
    SEVERITIES,
    FakeBucket,
    FakeEngine,
    FakeLedger,
    FakeSession,
    RedeliveringQueue,
    claimed_object,
)

LONG = b"long\n" * 100_000


@dataclass
class ScriptedQueue(RedeliveringQueue):
    """Calls ``when_empty`` on a poll that finds nothing, which is where a test lets time pass."""

    when_empty: Callable[[], None] = lambda: None
    failures: list[Exception] = field(default_factory=list)

    def receive(self, *, limit: int, wait_seconds: int, visibility_seconds: int) -> Sequence[ReceivedMessage]:
        if self.failures:
            raise self.failures.pop()
        messages = super().receive(limit=limit, wait_seconds=wait_seconds, visibility_seconds=visibility_seconds)
        if not messages:
            self.when_empty()
        return messages


@dataclass
class World:
    queue: ScriptedQueue = field(default_factory=ScriptedQueue)
    ledger: FakeLedger = field(default_factory=FakeLedger)
    bucket: FakeBucket = field(default_factory=FakeBucket)

    def chunks(self, *chunks: Sequence[bytes]) -> None:
        for chunk_no, contents in enumerate(chunks):
            objects = [claimed_object(100 * chunk_no + n, content) for n, content in enumerate(contents)]
            self.bucket.contents |= {each.key: content for each, content in zip(objects, contents, strict=True)}
            self.queue.send([self.ledger.add(chunk_no, objects)], group="data", trace_header=None)

    def scanner(
        self,
        *,
        max_workers: int = 2,
        shutdown_seconds: float = 10.0,
        hang_seconds: float = 60.0,
        step_seconds: float = 60.0,
    ) -> Scanner:
        local = LocalExaminer(FakeEngine())
        objects = ObjectScanner(self.bucket, local, SEVERITIES, time_limit_seconds=60)
        return Scanner(
            self.queue,
            self.ledger,
            objects,
            objects,
            FakeTraces(),
            max_workers=max_workers,
            lease_seconds=60,
            shutdown_seconds=shutdown_seconds,
            hang_seconds=hang_seconds,
            step_seconds=step_seconds,
            longest_step=local.longest_step,
        )

    def states(self) -> list[ChunkState]:
        return [row.state for row in self.ledger.rows.values()]


@pytest.fixture
def world() -> World:
    return World()


def test_it_works_off_the_queue_and_stops_when_told(world: World) -> None:
    world.chunks(*[[b"one SECRET\n", b"two\n"]] * 5)
    scanner = world.scanner()
    world.queue.when_empty = scanner.stop

    scanner.run()

    assert world.states() == [ChunkState.DONE] * 5
    assert world.queue.is_idle()


def test_it_fetches_no_more_than_it_can_start(world: World) -> None:
    world.chunks([b"a\n", b"b\n"], [b"c\n"])
    scanner = world.scanner(max_workers=2)
    in_flight_while_full: list[int] = []
    both_busy = Barrier(2, timeout=10)

    def while_read(key: str) -> None:
        if key in {"0", "1"}:
            both_busy.wait()
            Event().wait(0.3)  # long enough for a poll that should not be made
            in_flight_while_full.append(len(world.queue.in_flight))
            both_busy.wait()

    world.bucket.before = while_read
    world.queue.when_empty = scanner.stop

    scanner.run()

    assert in_flight_while_full == [1, 1]
    assert world.states() == [ChunkState.DONE] * 2


def test_chunks_of_a_single_object_fill_all_readers(world: World) -> None:
    world.chunks([b"a\n"], [b"b\n"], [b"c\n"])
    scanner = world.scanner(max_workers=3)
    all_read = Barrier(3, timeout=10)
    world.bucket.before = lambda _key: bool(all_read.wait())
    world.queue.when_empty = scanner.stop

    scanner.run()

    assert world.states() == [ChunkState.DONE] * 3


def test_an_idle_reader_takes_from_the_next_chunk(world: World) -> None:
    world.chunks([b"a\n"], [b"b\n"])
    scanner = world.scanner(max_workers=4)
    second_read = Event()

    def while_read(key: str) -> None:
        if key == "100":
            second_read.set()
        else:
            assert second_read.wait(10), "the second chunk waits for the first"

    world.bucket.before = while_read
    world.queue.when_empty = scanner.stop

    scanner.run()

    assert world.states() == [ChunkState.DONE] * 2


def test_what_is_in_flight_on_stop_is_finished(world: World) -> None:
    world.chunks([LONG])
    scanner = world.scanner()
    world.bucket.before = lambda _key: scanner.stop()

    scanner.run()

    assert world.states() == [ChunkState.DONE]


def test_what_cannot_be_finished_in_time_is_given_back(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "_GIVE_BACK_SHARE", 1.0)  # nothing gets time to finish
    world.chunks([LONG])
    scanner = world.scanner()

    def slowly(_key: str) -> None:
        scanner.stop()
        Event().wait(0.6)

    world.bucket.before = slowly

    scanner.run()

    assert world.states() == [ChunkState.QUEUED]
    assert world.queue.hidden["1"] == 0


def test_a_message_that_arrives_after_stop_is_given_back(world: World) -> None:
    world.chunks([b"a\n"])
    scanner = world.scanner()
    receive = world.queue.receive

    def stopping_receive(**limits: int) -> Sequence[ReceivedMessage]:
        scanner.stop()
        return receive(**limits)

    world.queue.receive = stopping_receive  # type: ignore[method-assign]

    scanner.run()

    assert world.states() == [ChunkState.QUEUED]
    assert world.queue.hidden["1"] == 0


def test_what_hangs_in_the_network_is_given_back_too(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "_GIVE_BACK_SHARE", 1.0)
    monkeypatch.setattr(chunks, "_STOP_SECONDS", 0.1)
    released = Event()
    world.chunks([LONG, b"short SECRET\n"])
    scanner = world.scanner()

    def hang(key: str) -> None:
        if key == "0":
            scanner.stop()
            released.wait(10)

    world.bucket.before = hang

    scanner.run()

    assert world.states() == [ChunkState.QUEUED]
    assert sorted(world.ledger.rows[0].results) == [1]
    assert world.queue.hidden["1"] == 0
    released.set()


def test_only_a_chunk_that_takes_long_is_long_work(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.chunks([b"a\n"])
    scanner = world.scanner()
    seen = [scanner.in_long_work]

    def while_read(_key: str) -> None:
        seen.append(scanner.in_long_work)
        monkeypatch.setattr(service, "_LONG_SECONDS", 0)
        seen.append(scanner.in_long_work)

    world.bucket.before = while_read
    world.queue.when_empty = scanner.stop

    scanner.run()

    assert seen == [False, False, True]
    assert not scanner.in_long_work


def test_an_object_that_never_ends_ends_the_process(world: World) -> None:
    released = Event()
    world.chunks([b"a\n"])
    world.bucket.before = lambda _key: released.wait(10)
    scanner = world.scanner(hang_seconds=0.1)

    with pytest.raises(ObjectHangsError):
        scanner.run()

    assert world.states() == [ChunkState.PROCESSING]
    released.set()


def test_a_step_that_never_ends_ends_the_process(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    released = Event()
    monkeypatch.setattr(FakeSession, "feed", lambda *_: released.wait(10))
    world.chunks([b"a\n"])
    scanner = world.scanner(step_seconds=0.1)

    with pytest.raises(ObjectHangsError):
        scanner.run()

    assert world.states() == [ChunkState.PROCESSING]
    released.set()


def test_many_short_steps_are_no_hang(world: World) -> None:
    world.chunks(*[[b"one SECRET\n" * 10_000, b"two\n"]] * 5)
    scanner = world.scanner(step_seconds=5.0)
    world.queue.when_empty = scanner.stop

    scanner.run()

    assert set(world.states()) == {ChunkState.DONE}


def test_a_record_that_hangs_does_not_hold_the_exit_back(world: World) -> None:
    released = Event()
    world.chunks([b"a\n"])
    scanner = world.scanner(shutdown_seconds=0.2)

    def hang(*_: object) -> bool:
        scanner.stop()
        return released.wait(10)

    world.ledger.settle = hang  # type: ignore[assignment]

    scanner.run()

    assert world.states() == [ChunkState.PROCESSING]
    released.set()


def test_a_queue_that_does_not_answer_is_asked_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "_PAUSE_SECONDS", 0)
    world.chunks([b"a\n"])
    world.queue.failures = [TransientError("nothing was received")] * 3
    scanner = world.scanner()
    world.queue.when_empty = scanner.stop

    scanner.run()

    assert world.states() == [ChunkState.DONE]


def test_a_chunk_that_breaks_off_takes_nothing_else_with_it(world: World, caplog: pytest.LogCaptureFixture) -> None:
    world.chunks([b"a\n"], [b"b\n"])
    settle = world.ledger.settle
    failures = iter([RuntimeError("row (SECRET) violates a constraint")])

    def failing_settle(*arguments: object) -> bool:
        for failure in failures:
            raise failure
        return settle(*arguments)  # type: ignore[arg-type]

    world.ledger.settle = failing_settle  # type: ignore[assignment]
    scanner = world.scanner(max_workers=1)
    world.queue.when_empty = scanner.stop

    scanner.run()

    assert world.states() == [ChunkState.PROCESSING, ChunkState.DONE]
    assert [vars(record)["error"] for record in caplog.records if record.levelname == "ERROR"] == ["RuntimeError"]
    assert "SECRET" not in caplog.text
