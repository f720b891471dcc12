import time
from collections.abc import Iterator
from typing import Any

import pytest

from bucketsieve.errors import BucketError, TransientError
from bucketsieve.ports import ListingPage
from bucketsieve.reasons import Reason
from bucketsieve.store.database import Database
from tests.fakes import FakeLister, FakeQueue, listed
from tests.integration.scans import first_state, list_all, listing, new_job, rows, totals


def keys_of(database: Database) -> list[str]:
    return [row["key"] for row in rows(database, "SELECT key FROM job_objects ORDER BY key")]


def test_a_listing_in_rounds_gives_every_key_one_row_and_every_chunk_one_message(database: Database) -> None:
    lister = FakeLister({"data": [listed(f"key-{n:03}") for n in range(25)]}, page_keys=5)
    queue = FakeQueue()
    job_id = new_job(database)

    outputs = list_all(listing(database, lister, queue, round_keys=10), job_id)

    assert [output["batch_size"] for output in outputs] == [10, 10, 5]
    assert [output["messages_enqueued"] for output in outputs] == [6, 6, 3]
    assert keys_of(database) == [f"key-{n:03}" for n in range(25)]
    assert queue.chunk_nos() == list(range(15))
    assert totals(database, job_id)["objects"]["queued"] == 25


def test_a_repeated_step_changes_nothing_and_sends_nothing(database: Database) -> None:
    lister = FakeLister({"data": [listed(f"key-{n:03}") for n in range(25)]}, page_keys=5)
    queue = FakeQueue()
    job_id = new_job(database)
    service = listing(database, lister, queue, round_keys=10)
    first = service.step(first_state(job_id))

    again = service.step(first_state(job_id))

    assert again["objects_processed"] == first["objects_processed"] == 10
    assert again["batch_size"] == 10
    assert again["messages_enqueued"] == 0
    assert len(queue.sent) == 6


def test_a_refused_message_is_sent_by_the_repeated_step(database: Database) -> None:
    queue = FakeQueue(refuse=1)
    job_id = new_job(database)
    service = listing(database, FakeLister({"data": [listed("a"), listed("b"), listed("c")]}), queue)

    with pytest.raises(TransientError, match="refused 1 of 2"):
        service.step(first_state(job_id))
    repeated = service.step(first_state(job_id))

    assert repeated["done"]
    assert repeated["messages_enqueued"] == 1
    assert sorted(queue.chunk_nos()) == [0, 1]


def test_a_page_that_takes_too_long_is_left_to_the_next_try(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bucketsieve.listing.service.PAGE_SECONDS", 0.05)

    class StalledLister(FakeLister):
        def pages(self, *arguments: Any, **position: Any) -> Iterator[ListingPage]:
            first, *_ = super().pages(*arguments, **position)
            yield first
            time.sleep(0.5)

    lister = StalledLister({"data": [listed(f"key-{n}") for n in range(4)]}, page_keys=2)
    job_id = new_job(database)

    with pytest.raises(TransientError, match="S3 took"):
        listing(database, lister, FakeQueue()).step(first_state(job_id))

    assert keys_of(database) == ["key-0", "key-1"]


def test_a_page_that_fails_leaves_the_pages_before_it_and_the_next_step_goes_on(database: Database) -> None:
    lister = FakeLister({"data": [listed(f"key-{n}") for n in range(9)]}, page_keys=3, fail_pages={3})
    queue = FakeQueue()
    job_id = new_job(database)
    service = listing(database, lister, queue)

    with pytest.raises(TransientError, match="SlowDown"):
        service.step(first_state(job_id))
    assert keys_of(database) == [f"key-{n}" for n in range(6)]
    repeated = service.step(first_state(job_id))
    assert (repeated["objects_processed"], repeated["done"]) == (6, False)
    service.step(repeated)

    assert keys_of(database) == [f"key-{n}" for n in range(9)]
    assert sorted(queue.chunk_nos()) == list(range(6))


def test_an_expired_token_falls_back_on_the_last_key(database: Database) -> None:
    lister = FakeLister({"data": [listed(f"key-{n}") for n in range(7)]}, page_keys=2, expire_tokens=True)
    job_id = new_job(database)

    list_all(listing(database, lister, FakeQueue(), round_keys=2), job_id)

    assert keys_of(database) == [f"key-{n}" for n in range(7)]


def test_keys_that_trouble_drivers_and_databases_keep_their_names(database: Database) -> None:
    keys = ["", " ", "null", "NULL", "a b", "a+b", "a//b", "/", "ü", "u\u0308", "\0", "\\0", "\\", "\n", "k" * 1_000]
    queue = FakeQueue()
    job_id = new_job(database)
    lister = FakeLister({"data": [listed(key) for key in keys if key]}, page_keys=4)

    list_all(listing(database, lister, queue, max_objects=1, round_keys=4), job_id)

    assert len(keys_of(database)) == len(keys) - 1
    assert totals(database, job_id)["objects"]["listed"] == len(keys) - 1


def test_objects_settled_by_listing_need_no_message(database: Database) -> None:
    objects = [listed("empty", 0), listed("a.png"), listed("big", 10_001), listed("cold", storage_class="GLACIER")]
    queue = FakeQueue()
    job_id = new_job(database)

    output = list_all(listing(database, FakeLister({"data": objects}), queue), job_id)[-1]

    assert output["messages_enqueued"] == 0
    assert totals(database, job_id)["reasons"] == {
        Reason.EMPTY_OBJECT: 1,
        Reason.UNSUPPORTED_FILE_TYPE: 1,
        Reason.FILE_EXCEEDS_SIZE_LIMIT: 1,
        Reason.INVALID_OBJECT_STATE: 1,
    }
    [job] = rows(database, "SELECT status, totals FROM jobs")
    assert job["status"] == "completed"
    assert job["totals"]["objects"]["skipped"] == 4


def test_an_empty_bucket_completes_at_once(database: Database) -> None:
    job_id = new_job(database)

    [output] = list_all(listing(database, FakeLister({"data": []}), FakeQueue()), job_id)

    assert (output["batch_size"], output["done"]) == (0, True)
    assert rows(database, "SELECT status FROM jobs") == [{"status": "completed"}]


def test_two_listers_at_once_list_every_key_once(database: Database) -> None:
    """The second lister reads the position, then loses the race to move it."""
    lister = FakeLister({"data": [listed(f"key-{n}") for n in range(6)]})
    queue = FakeQueue()
    job_id = new_job(database)
    rival = listing(database, FakeLister(lister.buckets), queue)

    class Overtaken(FakeLister):
        def pages(self, bucket, prefix, *, token, start_after):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
            rival.step(first_state(job_id))
            return super().pages(bucket, prefix, token=token, start_after=start_after)

    output = listing(database, Overtaken(lister.buckets), queue).step(first_state(job_id))

    assert output["done"]
    assert len(keys_of(database)) == 6
    assert sorted(queue.chunk_nos()) == [0, 1, 2]


def test_a_bucket_that_went_away_fails_the_job_with_its_reason(database: Database) -> None:
    job_id = new_job(database)
    service = listing(database, FakeLister({}), FakeQueue())

    with pytest.raises(BucketError) as caught:
        service.step(first_state(job_id))
    service.fail(job_id, error="BucketError", cause=f'{{"errorMessage": "{caught.value}"}}')

    [job] = rows(database, "SELECT status, failure_reason, totals FROM jobs")
    assert job["status"] == "failed"
    assert job["failure_reason"] == Reason.NO_SUCH_BUCKET_AVAILABLE
    assert job["totals"]["objects"]["listed"] == 0


def test_what_was_listed_before_a_failure_is_still_scanned(database: Database) -> None:
    lister = FakeLister({"data": [listed(f"key-{n}") for n in range(4)]}, page_keys=2)
    job_id = new_job(database)
    service = listing(database, lister, FakeQueue(), round_keys=2)
    service.step(first_state(job_id))

    service.fail(job_id, error="States.Timeout", cause="")

    [job] = rows(database, "SELECT status, failure_reason, totals FROM jobs")
    assert (job["status"], job["failure_reason"], job["totals"]) == ("failed", "LISTING_FAILED", None)
    assert totals(database, job_id)["objects"]["queued"] == 2
