"""Lease and visibility are renewed together, and a lost lease is noticed."""

from threading import Event

import pytest

from bucketsieve.errors import TransientError
from bucketsieve.models import ClaimedChunk
from bucketsieve.scanning.heartbeat import Heartbeat
from tests.unit.scanning.fakes import FakeLedger, RedeliveringQueue, claimed_object

LEASE = 120


class Clock:
    """Seconds that pass when they are told to."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def ledger() -> FakeLedger:
    return FakeLedger()


@pytest.fixture
def queue() -> RedeliveringQueue:
    return RedeliveringQueue()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def heartbeat(ledger: FakeLedger, queue: RedeliveringQueue, clock: Clock) -> Heartbeat:
    nudge = ledger.add(0, [claimed_object(0, b"x")])
    queue.send([nudge], group="data", trace_header=None)
    [message] = queue.receive(limit=1, wait_seconds=0, visibility_seconds=LEASE)
    chunk = ledger.claim(nudge)
    assert isinstance(chunk, ClaimedChunk)
    return Heartbeat(ledger, queue, chunk, message, lease_seconds=LEASE, stop=Event(), clock=clock)


def test_a_beat_renews_lease_and_visibility(heartbeat: Heartbeat, ledger: FakeLedger, queue: RedeliveringQueue) -> None:
    heartbeat.beat()

    assert ledger.holds == 1
    assert queue.hidden == {"1": LEASE}


def test_a_lease_that_another_worker_has_is_lost(
    heartbeat: Heartbeat, ledger: FakeLedger, queue: RedeliveringQueue
) -> None:
    ledger.take_over(0)

    heartbeat.beat()

    assert heartbeat.lost
    assert queue.hidden == {}


def test_a_record_that_is_away_costs_the_lease_only_when_it_is_over(
    heartbeat: Heartbeat, ledger: FakeLedger, clock: Clock
) -> None:
    ledger.fail_holds = TransientError("the database connection failed")
    clock.now = LEASE - 1
    heartbeat.beat()
    assert not heartbeat.lost

    clock.now = LEASE
    heartbeat.beat()

    assert heartbeat.lost


def test_a_renewed_lease_lasts_from_its_renewal_on(heartbeat: Heartbeat, ledger: FakeLedger, clock: Clock) -> None:
    clock.now = 100
    heartbeat.beat()
    ledger.fail_holds = TransientError("the database connection failed")
    clock.now = 100 + LEASE - 1

    heartbeat.beat()

    assert not heartbeat.lost


def test_a_queue_that_does_not_answer_does_not_stop_the_work(heartbeat: Heartbeat, queue: RedeliveringQueue) -> None:
    queue.fail_extends = TransientError("the visibility was not changed")

    heartbeat.beat()

    assert not heartbeat.lost


def test_the_heart_beats_while_work_goes_on(ledger: FakeLedger, queue: RedeliveringQueue) -> None:
    nudge = ledger.add(0, [claimed_object(0, b"x")])
    queue.send([nudge], group="data", trace_header=None)
    [message] = queue.receive(limit=1, wait_seconds=0, visibility_seconds=LEASE)
    chunk = ledger.claim(nudge)
    assert isinstance(chunk, ClaimedChunk)
    beaten, stop = Event(), Event()
    hold = ledger.hold

    def noted_hold(held: ClaimedChunk) -> None:
        hold(held)
        ledger.take_over(0)
        beaten.set()

    ledger.hold = noted_hold  # type: ignore[assignment]
    with Heartbeat(ledger, queue, chunk, message, lease_seconds=0, stop=stop) as heart:
        assert beaten.wait(10)
        assert stop.wait(10)

    assert heart.lost
