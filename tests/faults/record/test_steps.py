"""Steps of a listing and of a worker in a world that moves between them: the bucket, and the clocks."""

import json
import time

import pytest

from bucketsieve.models import ChunkState
from bucketsieve.store.chunks import claim
from bucketsieve.store.database import Database
from tests.fakes import FakeLister, FakeQueue, listed
from tests.integration.scans import claimed, first_state, list_all, listing, new_job, rows

#: What Step Functions takes is 256 KiB.
STATE_BYTES = 2_048
LONG_KEY = "k" * 1_000
DAY = 86_400.0


def test_keys_that_come_and_go_while_a_bucket_is_listed_are_listed_once_or_not_at_all(database: Database) -> None:
    bucket = [listed(key) for key in ("b", "d", "f", "h")]
    service = listing(database, FakeLister({"data": bucket}, page_keys=2), FakeQueue(), round_keys=2)
    job_id = new_job(database)
    state = service.step(first_state(job_id))

    bucket[:] = [listed(key) for key in ("a", "b", "e", "h", "i")]  # d and f are deleted, a, e and i are new
    while not state["done"]:
        state = service.step(state)

    ledger = rows(database, "SELECT key FROM job_objects ORDER BY key")
    assert [row["key"] for row in ledger] == ["b", "d", "e", "h", "i"]


def test_the_state_does_not_grow_with_the_bucket(database: Database) -> None:
    bucket = [listed(f"{LONG_KEY}{number:04}") for number in range(3_000)]
    service = listing(database, FakeLister({"data": bucket}), FakeQueue(), max_objects=1_000)

    outputs = list_all(service, new_job(database))

    assert max(len(json.dumps(output)) for output in outputs) < STATE_BYTES


@pytest.mark.parametrize("skew", [-DAY, DAY])
def test_a_workers_clock_has_no_say_in_leases(skew: float, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    job_id = new_job(database)
    list_all(listing(database, FakeLister({"data": [listed("a")]}), FakeQueue()), job_id)
    first = claimed(database, job_id, 0)
    now = time.time
    monkeypatch.setattr(time, "time", lambda: now() + skew)

    second = database.run(lambda tx: claim(tx, job_id, first.chunk_no, 60))

    assert second is ChunkState.PROCESSING
