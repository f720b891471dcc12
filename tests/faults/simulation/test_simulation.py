"""The protocol under a thousand small disasters, and the proof that leaving out any of its rules would be seen.

``SEEDS=100`` (the default) decides how many lives are simulated; a failing one is repeated by its number:
``pytest tests/faults/simulation -k 'seed-53'`` with ``FIRST_SEED`` and ``SEEDS`` around it.
"""

import logging
import os
from collections.abc import Callable
from dataclasses import replace
from typing import Final

import pytest

from bucketsieve.errors import RecordError
from bucketsieve.listing import service
from bucketsieve.listing.service import ListingService
from bucketsieve.models import Verdict
from bucketsieve.observability import logger
from bucketsieve.ports import ReceivedMessage
from bucketsieve.reasons import Outcome, Reason
from bucketsieve.scanning.chunks import ChunkWorker
from bucketsieve.scanning.run import ChunkRun
from bucketsieve.store import chunks, listing
from bucketsieve.store.database import Database, Transaction
from bucketsieve.store.ending import end_chunk
from bucketsieve.store.listing import PagePlan
from tests.faults.simulation.invariants import ViolationError, check
from tests.faults.simulation.run import Run, Variant

FIRST_SEED: Final = int(os.environ.get("FIRST_SEED", "0"))
SEEDS: Final = int(os.environ.get("SEEDS", "100"))
#: A broken protocol has this many lives to be caught in; most are caught within ten.
POWER_SEEDS: Final = 60
#: SQLSTATE class (PostgreSQL, appendix A).
INTEGRITY_CONSTRAINT_VIOLATION: Final = "23"


@pytest.fixture(autouse=True)
def quiet_logs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Disasters are expected here."""
    monkeypatch.setattr(logging.getLogger(logger.service), "disabled", True)


def live(seed: int, database: Database, variant: Variant | None = None) -> None:
    """Simulate a life on an empty record, and check the invariants."""
    database.run(lambda tx: tx.execute("TRUNCATE jobs CASCADE"))
    run = Run(seed, database, variant or Variant())
    run.play()
    check(run)


@pytest.mark.parametrize("seed", range(FIRST_SEED, FIRST_SEED + SEEDS), ids="seed-{}".format)
def test_nothing_is_lost_or_counted_twice(seed: int, shared_database: Database) -> None:
    live(seed, shared_database)


def caught(database: Database, variant: Variant) -> str | None:
    """Return how the first life of a broken protocol ended badly; ``None`` where none did."""
    for seed in range(POWER_SEEDS):
        try:
            live(seed, database, variant)
        except ViolationError as error:
            return f"seed {seed}: {error}"
        except RecordError as error:
            # A constraint of the schema saw it first; anything else is a mistake of the test.
            if not error.sqlstate.startswith(INTEGRITY_CONSTRAINT_VIOLATION):
                raise
            return f"seed {seed}: {error}"
    return None


@pytest.fixture
def statement(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str, str], None]:
    """Return how to change a part of one of the store's statements."""

    def change(name: str, old: str, new: str) -> None:
        text = getattr(chunks, name)
        assert old in text
        monkeypatch.setattr(chunks, name, text.replace(old, new))

    return change


def test_without_the_fence_a_stale_worker_is_seen(
    shared_database: Database, statement: Callable[[str, str, str], None]
) -> None:
    statement("LOCK_FENCED", "AND attempt = :attempt AND state = 'processing'", "AND attempt >= :attempt")
    statement("SELECT_SETTLED_BY", "AND attempt = :attempt", "AND attempt = :attempt AND false")

    assert caught(shared_database, Variant())


def test_without_the_sweeper_a_dropped_chunk_is_seen(shared_database: Database) -> None:
    assert caught(shared_database, Variant(sweeper=False))


def test_without_the_dead_letter_consumer_a_chunk_that_kills_every_worker_is_seen(shared_database: Database) -> None:
    assert caught(shared_database, Variant(dead_letters=False))


def test_incremented_totals_are_seen(shared_database: Database, statement: Callable[[str, str, str], None]) -> None:
    statement("SET_TOTALS", "SET succeeded = counted.succeeded", "SET succeeded = chunk.succeeded + counted.succeeded")

    assert caught(shared_database, Variant())


def test_a_position_outside_the_transaction_is_seen(shared_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rows of a page are committed first, and the position after them moves in a transaction of its own."""

    def rows_only(tx: Transaction, page: PagePlan) -> bool:
        with monkeypatch.context() as patched:
            patched.setattr(listing, "ADVANCE_POSITION", "SELECT 1 WHERE :seen_objects >= 0")
            listing.append_page(tx, page)
        return True

    def position_only(tx: Transaction, page: PagePlan) -> bool:
        with monkeypatch.context() as patched:
            patched.setattr(listing, "INSERT_CHUNKS", "SELECT 1")
            patched.setattr(listing, "INSERT_OBJECTS", "SELECT 1")
            return listing.append_page(tx, page)

    class PositionOutside(ListingService):
        def _list_round(self, job):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
            plans: list[PagePlan] = []

            def remember(tx: Transaction, page: PagePlan) -> bool:
                plans.append(page)
                return rows_only(tx, page)

            monkeypatch.setattr(service, "append_page", remember)
            super()._list_round(job)
            for plan in plans:
                self._database.run(lambda tx, plan=plan: position_only(tx, plan))  # type: ignore[misc]

    assert caught(shared_database, Variant(listing=PositionOutside))


def test_the_queue_as_judge_of_poison_is_seen(shared_database: Database) -> None:
    """Three deliveries and out: messages are delivered twice for many reasons, of which poison is one."""

    class DeliveriesJudge(ChunkWorker):
        def scan(self, run: ChunkRun) -> None:
            if run.message.receive_count < 3:
                super().scan(run)
                return
            poison = Verdict(Outcome.FAILED, Reason.POISON)
            ledger = self._ledger
            assert hasattr(ledger, "_database")
            ledger._database.run(lambda tx: end_chunk(tx, run.chunk.job_id, run.chunk.chunk_no, poison))
            self._queue.delete(run.message)

    assert caught(shared_database, Variant(worker=DeliveriesJudge))


def test_the_queue_as_judge_of_s3_is_seen(shared_database: Database) -> None:
    """Five deliveries and S3 is given up, though workers died of four of them."""

    class DeliveriesJudge(ChunkWorker):
        def take(self, message: ReceivedMessage) -> ChunkRun | None:
            run = super().take(message)
            if run is not None:
                run.chunk = replace(run.chunk, troubles=message.receive_count - 1)
            return run

    assert caught(shared_database, Variant(worker=DeliveriesJudge))
