from itertools import count

import pytest

from bucketsieve.errors import BucketError, IdempotencyConflictError
from bucketsieve.job import AcceptedScan, NewScan
from bucketsieve.jobs.service import JobService
from bucketsieve.store.database import Database
from tests.fakes import FakeExecutions, FakeLister, FakeQueue, FakeTraces, listed
from tests.integration.scans import OPTIONS, listing, rows

LISTER = FakeLister({"data": [listed(f"key-{n}") for n in range(6)]})


def service(
    database: Database, executions: FakeExecutions | None, queue: FakeQueue | None = None, *, round_keys: int = 1_000
) -> JobService:
    return JobService(
        database,
        LISTER,
        listing(database, FakeLister(LISTER.buckets, page_keys=2), queue or FakeQueue(), round_keys=round_keys),
        executions,
        FakeTraces(),
        fair_share_by="bucket",
        ruleset_version="2026.11-test",
        clock=count(0, 15).__next__,
    )


def scan(bucket: str = "data", prefix: str = "") -> NewScan:
    return NewScan(bucket, OPTIONS, prefix)


def test_a_scan_becomes_one_job_and_one_execution(database: Database) -> None:
    executions = FakeExecutions()

    accepted = service(database, executions).create(scan(prefix="logs/"), idempotency_key=None)

    [job] = rows(
        database, "SELECT id, status, execution_arn, fair_share_group, trace_header, ruleset_version FROM jobs"
    )
    assert accepted == AcceptedScan(job["id"], "data", "logs/", "listing", job["execution_arn"])
    assert executions.inputs == {
        f"{job['id']}-0": {
            "job_id": str(job["id"]), "bucket": "data", "prefix": "logs/", "continuation_token": None,
            "objects_processed": 0,
        }
    }  # fmt: skip
    assert job["fair_share_group"] == "data"
    assert job["ruleset_version"] == "2026.11-test"
    assert job["trace_header"] == FakeTraces().header()


def test_the_same_key_and_request_give_the_same_job(database: Database) -> None:
    executions = FakeExecutions()
    jobs = service(database, executions)

    first = jobs.create(scan(), idempotency_key="once")

    assert jobs.create(scan(), idempotency_key="once") == first
    assert len(executions.inputs) == 1


def test_the_same_key_with_another_request_is_a_conflict(database: Database) -> None:
    jobs = service(database, FakeExecutions())
    jobs.create(scan(), idempotency_key="once")

    with pytest.raises(IdempotencyConflictError):
        jobs.create(scan(prefix="other/"), idempotency_key="once")


def test_an_unknown_bucket_leaves_no_job(database: Database) -> None:
    with pytest.raises(BucketError):
        service(database, FakeExecutions()).create(scan("nowhere"), idempotency_key=None)

    assert rows(database, "SELECT id FROM jobs") == []


def test_a_job_whose_execution_did_not_start_is_accepted_and_started_by_the_next_request(database: Database) -> None:
    executions = FakeExecutions(away=True)
    jobs = service(database, executions)
    accepted = jobs.create(scan(), idempotency_key="once")
    assert (accepted.status, accepted.execution_arn) == ("listing", None)

    executions.away = False
    again = jobs.create(scan(), idempotency_key="once")

    assert again.job_id == accepted.job_id
    assert list(executions.inputs) == [f"{accepted.job_id}-0"]


def test_without_a_state_machine_the_request_lists(database: Database) -> None:
    queue = FakeQueue()

    accepted = service(database, None, queue).create(scan(), idempotency_key=None)

    assert (accepted.status, accepted.asynchronous) == ("queued", False)
    assert (accepted.total_objects, accepted.messages_enqueued) == (6, 3)
    assert len(queue.sent) == 3


def test_a_listing_longer_than_a_request_is_left_to_the_sweeper(database: Database) -> None:
    accepted = service(database, None, round_keys=2).create(scan(), idempotency_key=None)

    assert (accepted.status, accepted.total_objects) == ("listing", 2)
    assert rows(database, "SELECT status, listing_done FROM jobs") == [{"status": "listing", "listing_done": False}]


def test_a_listing_that_is_interrupted_is_left_to_the_sweeper(database: Database) -> None:
    accepted = service(database, None, FakeQueue(refuse=1)).create(scan(), idempotency_key=None)

    assert accepted.status == "listing"


def test_a_repeated_request_is_answered_though_its_bucket_is_gone(database: Database) -> None:
    jobs = service(database, FakeExecutions())
    first = jobs.create(scan(), idempotency_key="once")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(LISTER, "buckets", {})

        assert jobs.create(scan(), idempotency_key="once") == first
