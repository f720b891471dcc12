"""One request sent many times at once is one scan."""

from concurrent.futures import ThreadPoolExecutor

from bucketsieve.job import NewScan, ScanOptions
from bucketsieve.jobs.service import JobService
from bucketsieve.results.service import Results
from bucketsieve.store.database import Database
from tests.fakes import FakeExecutions, FakeLister, FakeQueue, FakeTraces
from tests.integration.scans import listing

THREADS = 8


def test_threads_that_submit_at_once_share_one_job_and_one_execution(database: Database, results: Results) -> None:
    lister, executions = FakeLister({"acme-exports": []}), FakeExecutions()
    jobs = JobService(
        database,
        lister,
        listing(database, lister, FakeQueue()),
        executions,
        FakeTraces(),
        fair_share_by="bucket",
        ruleset_version="2026.11-test",
    )
    scan = NewScan("acme-exports", ScanOptions(max_object_bytes=1))

    with ThreadPoolExecutor(THREADS) as pool:
        accepted = list(pool.map(lambda _: jobs.create(scan, idempotency_key="nightly"), range(THREADS)))

    [job] = results.jobs(after=None, limit=10).items
    assert {answer.job_id for answer in accepted} == {job.job_id}
    assert {answer.execution_arn for answer in accepted} == {job.execution_arn}
    assert len(executions.inputs) == 1
