"""A job's whole life, in which every component is logged in as itself."""

import json
from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from local.postgres import DatabaseAddress

from bucketsieve.dead_letters.service import MAX_CHUNK_ATTEMPTS, DeadLetters, DeadLetterVerdict
from bucketsieve.detect.model import Confidence, Finding, Location, Severity
from bucketsieve.jobs.control import JobControl, Retried
from bucketsieve.models import SUCCEEDED, ChunkMessage, ClaimedChunk, ObjectResult, Verdict
from bucketsieve.reasons import Outcome, Reason
from bucketsieve.results.model import FindingFilter
from bucketsieve.results.service import Results
from bucketsieve.scanning.ledger import DatabaseLedger
from bucketsieve.settings import ComponentRole, DatabaseSettings
from bucketsieve.store.connect import Connector
from bucketsieve.store.database import Database
from bucketsieve.store.logins import Login, make_logins
from bucketsieve.upkeep.service import Upkeep
from tests.fakes import FakeExecutions, FakeLister, FakeQueue, listed
from tests.integration.scans import list_all, listing, new_job, totals

PARTIAL = Verdict(Outcome.PARTIAL, Reason.MALFORMED_FILE)
FINDING = Finding(
    detector="us_ssn", severity=Severity.HIGH, confidence=Confidence.VALIDATED, confidence_reason="area rules",
    masked="***-**-6789", context="SSN: ***-**-6789", fingerprint="f" * 64, count=1, locations=(Location(0, 11, 1, 1),),
)  # fmt: skip

type LogIn = Callable[[ComponentRole], Database]


@pytest.fixture
def log_in(database_address: DatabaseAddress, database_settings: DatabaseSettings) -> Iterator[LogIn]:
    """Return how a component gets into the database."""
    opened: list[Database] = []

    def log_in(role: ComponentRole) -> Database:
        login = Login(role, f"{database_address.name}_{role}", "secret")
        with database_address.connect() as owner:
            make_logins(owner, (login,))
        secret = json.dumps({"username": login.username, "password": login.password})
        opened.append(Database(Connector(database_settings, lambda _: secret, application="tests")))
        return opened[-1]

    yield log_in
    for database in opened:
        database.close()


@pytest.fixture
def queue() -> FakeQueue:
    return FakeQueue()


@pytest.fixture
def api(log_in: LogIn) -> Database:
    return log_in("bucketsieve_api")


@pytest.fixture
def upkeep(log_in: LogIn) -> Database:
    return log_in("bucketsieve_upkeep")


@pytest.fixture
def ledger(log_in: LogIn) -> DatabaseLedger:
    return DatabaseLedger(log_in("bucketsieve_scanner"), lease_seconds=60)


@pytest.fixture
def control(api: Database, queue: FakeQueue) -> JobControl:
    return JobControl(api, listing(api, FakeLister({}), queue), FakeExecutions())


@pytest.fixture
def job_id(api: Database, log_in: LogIn, queue: FakeQueue) -> UUID:
    """Return a job of two chunks with two objects each."""
    lister = FakeLister({"data": [listed(key) for key in "abcd"]})
    job_id = new_job(api)
    list_all(listing(log_in("bucketsieve_lister"), lister, queue), job_id)
    return job_id


def claim(ledger: DatabaseLedger, job_id: UUID, chunk_no: int) -> ClaimedChunk:
    chunk = ledger.claim(ChunkMessage(job_id, chunk_no))
    assert isinstance(chunk, ClaimedChunk)
    return chunk


def settle(ledger: DatabaseLedger, chunk: ClaimedChunk, *verdicts: Verdict) -> None:
    assert ledger.settle(
        chunk,
        [
            ObjectResult(claimed.ordinal, verdict, 10, (FINDING,), {"us_ssn": 1}, {"high": 1})
            for claimed, verdict in zip(chunk.objects, verdicts, strict=True)
        ],
    )


def findings(api: Database, job_id: UUID) -> int:
    found = Results(api, detectors={"us_ssn"}).findings(FindingFilter(job_id=job_id), after=None, limit=100)
    return len(found.items)


def test_a_scanner_settles_what_the_lister_listed_and_the_api_shows_it(
    api: Database, upkeep: Database, ledger: DatabaseLedger, queue: FakeQueue, job_id: UUID
) -> None:
    chunk = claim(ledger, job_id, 0)
    ledger.hold(chunk)
    ledger.mark_attempt(chunk, chunk.objects[0])
    ledger.forgive_attempt(chunk, chunk.objects[0])
    ledger.release(chunk, troubled=True)
    settle(ledger, claim(ledger, job_id, 0), SUCCEEDED, SUCCEEDED)
    settle(ledger, claim(ledger, job_id, 1), SUCCEEDED, SUCCEEDED)

    report = Upkeep(upkeep, queue, listing(upkeep, FakeLister({}), queue), FakeExecutions()).run()

    assert report.refreshed
    results = Results(api, detectors={"us_ssn"})
    assert results.job(job_id).status == "completed"
    assert results.job(job_id, real_time=True).totals.detectors == {"us_ssn": 4}
    assert len(results.jobs(after=None, limit=10).items) == 1
    assert len(results.objects(job_id, outcome=None, reason=None, after=None, limit=10).items) == 4
    assert findings(api, job_id) == 4


def test_a_retry_forgets_the_findings_of_a_part_and_no_others(
    api: Database, ledger: DatabaseLedger, control: JobControl, job_id: UUID
) -> None:
    settle(ledger, claim(ledger, job_id, 0), SUCCEEDED, PARTIAL)

    assert control.retry(job_id, reason=Reason.MALFORMED_FILE) == Retried(objects=1, more=False)

    assert findings(api, job_id) == 1
    assert totals(api, job_id)["objects"]["queued"] == 3


def test_the_api_stops_resumes_and_cancels(
    api: Database, ledger: DatabaseLedger, control: JobControl, job_id: UUID
) -> None:
    settle(ledger, claim(ledger, job_id, 0), SUCCEEDED, SUCCEEDED)

    control.pause(job_id)
    assert ledger.claim(ChunkMessage(job_id, 1)) == "queued"
    control.resume(job_id)
    control.cancel(job_id)

    assert totals(api, job_id)["reasons"] == {"CANCELLED": 2}
    assert findings(api, job_id) == 2


def test_dead_letters_end_what_was_tried_too_often(
    api: Database, upkeep: Database, ledger: DatabaseLedger, queue: FakeQueue, database: Database, job_id: UUID
) -> None:
    settle(ledger, claim(ledger, job_id, 0), SUCCEEDED, SUCCEEDED)
    claim(ledger, job_id, 1)
    worn = "UPDATE job_chunks SET attempt = :attempt, lease_until = now() - interval '1 hour' WHERE chunk_no = 1"
    database.run(lambda tx: tx.execute(worn, attempt=MAX_CHUNK_ATTEMPTS))

    assert DeadLetters(upkeep, queue).settle(ChunkMessage(job_id, 1).to_json()) is DeadLetterVerdict.ENDED

    assert totals(api, job_id)["reasons"] == {"POISON": 2}
