from uuid import UUID, uuid4

import pytest

from bucketsieve.detect.model import Confidence, Finding, Location, Severity
from bucketsieve.errors import LeaseLostError
from bucketsieve.models import SUCCEEDED, ChunkState, ClaimedChunk, ObjectResult, Verdict
from bucketsieve.reasons import REASONS_BY_OUTCOME, Outcome, Reason
from bucketsieve.store.chunks import claim, extend_lease, mark_attempt, release, settle
from bucketsieve.store.database import Database
from bucketsieve.store.jobs import close_job
from tests.fakes import FakeLister, FakeQueue, listed
from tests.integration.scans import claimed, list_all, listing, new_job, rows, totals


@pytest.fixture
def job_id(database: Database) -> UUID:
    """Return a job of two chunks with two objects each."""
    job_id = new_job(database)
    list_all(listing(database, FakeLister({"data": [listed(key) for key in "abcd"]}), FakeQueue()), job_id)
    return job_id


def finding(fingerprint: str = "f1", *, detector: str = "us_ssn", count: int = 1) -> Finding:
    return Finding(
        detector=detector,
        severity=Severity.HIGH,
        confidence=Confidence.VALIDATED,
        confidence_reason="valid area, group and serial",
        masked="***-**-1234",
        context="ssn: ***-**-1234",
        fingerprint=fingerprint,
        count=count,
        locations=(Location(start=5, end=16, line=1, column=6),),
    )


def found(ordinal: int, *findings: Finding) -> ObjectResult:
    return ObjectResult(ordinal, SUCCEEDED, 100, findings, {"us_ssn": len(findings)}, {"high": len(findings)})


def settle_all(database: Database, chunk: ClaimedChunk, *results: ObjectResult) -> bool:
    return database.run(lambda tx: settle(tx, chunk, results))


def lapse(database: Database) -> None:
    """Let every lease end."""
    database.run(lambda tx: tx.execute("UPDATE job_chunks SET lease_until = now() - interval '1 second'"
                                       " WHERE lease_until IS NOT NULL"))  # fmt: skip


def test_a_claim_returns_what_there_is_to_read(database: Database, job_id: UUID) -> None:
    chunk = claimed(database, job_id, 0)

    assert (chunk.bucket, chunk.attempt, chunk.isolated) == ("data", 1, False)
    assert [(o.ordinal, o.key, o.size, o.attempts) for o in chunk.objects] == [(0, "a", 100, 0), (1, "b", 100, 0)]
    assert totals(database, job_id)["objects"]["processing"] == 2


def test_a_chunk_under_a_lease_is_not_to_be_had(database: Database, job_id: UUID) -> None:
    claimed(database, job_id, 0)

    assert database.run(lambda tx: claim(tx, job_id, 0, 60)) is ChunkState.PROCESSING


def test_a_chunk_that_nobody_listed_is_unknown(database: Database, job_id: UUID) -> None:
    assert database.run(lambda tx: claim(tx, uuid4(), 0, 60)) is None
    assert database.run(lambda tx: claim(tx, job_id, 99, 60)) is None


def test_settling_sets_outcomes_findings_and_totals_at_once(database: Database, job_id: UUID) -> None:
    chunk = claimed(database, job_id, 0)
    unreadable = ObjectResult(1, Verdict(Outcome.SKIPPED, Reason.PERMISSION_DENIED, "AccessDenied"))

    assert settle_all(database, chunk, found(0, finding("f1"), finding("f2")), unreadable)

    counted = totals(database, job_id)
    assert counted["objects"] == {
        "listed": 4, "queued": 2, "processing": 0, "succeeded": 1, "partial": 0, "skipped": 1, "failed": 0,
    }  # fmt: skip
    assert counted["reasons"] == {"PERMISSION_DENIED": 1}
    assert counted["detectors"] == {"us_ssn": 2}
    assert counted["severities"] == {"high": 2}
    assert counted["bytes"] == {"listed": 400, "scanned": 100}
    assert len(rows(database, "SELECT * FROM findings")) == 2


def test_settling_again_changes_nothing(database: Database, job_id: UUID) -> None:
    chunk = claimed(database, job_id, 0)
    results = (found(0, finding()), found(1))
    settle_all(database, chunk, *results)
    before = totals(database, job_id)

    assert settle_all(database, chunk, *results)

    assert totals(database, job_id) == before


def test_a_redelivered_message_of_a_settled_chunk_finds_it_done(database: Database, job_id: UUID) -> None:
    settle_all(database, claimed(database, job_id, 0), found(0), found(1))

    assert database.run(lambda tx: claim(tx, job_id, 0, 60)) is ChunkState.DONE


def test_a_worker_that_lost_its_lease_writes_nothing(database: Database, job_id: UUID) -> None:
    slow = claimed(database, job_id, 0)
    lapse(database)
    quick = claimed(database, job_id, 0)

    with pytest.raises(LeaseLostError):
        settle_all(database, slow, found(0, finding("from the slow one")), found(1))
    with pytest.raises(LeaseLostError):
        database.run(lambda tx: extend_lease(tx, slow, 60))
    assert rows(database, "SELECT * FROM findings") == []
    settle_all(database, quick, found(0, finding()), found(1))

    with pytest.raises(LeaseLostError):
        settle_all(database, slow, found(0), found(1))
    assert totals(database, job_id)["detectors"] == {"us_ssn": 1}


def test_a_lease_that_is_over_still_counts_while_nobody_took_the_chunk(database: Database, job_id: UUID) -> None:
    chunk = claimed(database, job_id, 0)
    lapse(database)

    assert settle_all(database, chunk, found(0), found(1))


def test_a_chunk_given_back_in_good_order_was_not_tried(database: Database, job_id: UUID) -> None:
    chunk = claimed(database, job_id, 0)

    database.run(lambda tx: release(tx, chunk, troubled=False))

    assert totals(database, job_id)["objects"]["queued"] == 4
    assert not claimed(database, job_id, 0).isolated


def test_a_suspect_chunk_given_back_in_good_order_stays_suspect(database: Database, job_id: UUID) -> None:
    claimed(database, job_id, 0)
    lapse(database)
    second = claimed(database, job_id, 0)

    database.run(lambda tx: release(tx, second, troubled=False))

    assert claimed(database, job_id, 0).isolated


def test_troubles_of_s3_are_counted_once_each(database: Database, job_id: UUID) -> None:
    counted = []
    for troubled in (True, False, True):
        chunk = claimed(database, job_id, 0)
        counted.append(chunk.troubles)
        for _ in range(2):  # the second time as after a COMMIT whose answer was lost
            database.run(lambda tx, chunk=chunk, troubled=troubled: release(tx, chunk, troubled=troubled))  # type: ignore[misc]
    claimed(database, job_id, 0)
    lapse(database)  # its worker died

    assert counted == [0, 1, 1]
    assert claimed(database, job_id, 0).troubles == 2


def test_a_suspect_chunk_keeps_what_it_settled_one_by_one(database: Database, job_id: UUID) -> None:
    claimed(database, job_id, 0)
    lapse(database)
    second = claimed(database, job_id, 0)
    assert second.isolated
    database.run(lambda tx: mark_attempt(tx, second, second.objects[0]))
    assert not settle_all(database, second, found(0, finding()))
    assert totals(database, job_id)["objects"] | {"queued": 0} == {
        "listed": 4, "queued": 0, "processing": 1, "succeeded": 1, "partial": 0, "skipped": 0, "failed": 0,
    }  # fmt: skip
    for _ in range(2):  # as after a COMMIT whose answer was lost
        database.run(lambda tx: mark_attempt(tx, second, second.objects[1]))
    lapse(database)

    third = claimed(database, job_id, 0)

    assert [(o.key, o.attempts) for o in third.objects] == [("b", 1)]


def test_the_last_chunk_completes_the_job_and_freezes_its_totals(database: Database, job_id: UUID) -> None:
    settle_all(database, claimed(database, job_id, 0), found(0, finding()), found(1))
    assert not database.run(lambda tx: close_job(tx, job_id))
    settle_all(database, claimed(database, job_id, 1), found(0), found(1))

    assert database.run(lambda tx: close_job(tx, job_id))
    assert not database.run(lambda tx: close_job(tx, job_id))

    [job] = rows(database, "SELECT status, totals, ended_at FROM jobs")
    assert (job["status"], job["totals"]) == ("completed", totals(database, job_id))
    assert job["ended_at"] is not None


@pytest.mark.parametrize("outcome", Outcome)
def test_the_schema_knows_the_reasons_of_every_outcome(database: Database, job_id: UUID, outcome: Outcome) -> None:
    """The CHECK constraint and the closed list say the same, pair by pair."""
    set_verdict = "UPDATE job_objects SET outcome = :outcome, reason = :reason WHERE ordinal = 0 AND chunk_no = 0"
    allowed = set()
    for reason in [None, *Reason]:
        try:
            database.run(lambda tx, reason=reason: tx.execute(set_verdict, outcome=outcome, reason=reason))  # type: ignore[misc]
        except Exception as error:  # noqa: BLE001 (whatever the driver raises is a refusal)
            assert "outcome_has_its_reason" in str(error)  # noqa: PT017
        else:
            allowed.add(reason)

    assert allowed == (REASONS_BY_OUTCOME[outcome] or {None})
