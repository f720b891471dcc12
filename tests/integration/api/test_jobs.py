"""GET /jobs and GET /jobs/{job_id}: totals from the view, counted anew where that is missing, old or asked for."""

from datetime import timedelta
from uuid import uuid4

import pytest

from bucketsieve.errors import NotFoundError
from bucketsieve.models import JobStatus
from bucketsieve.results.model import ObjectTotals
from bucketsieve.results.service import Results
from tests.integration.api.record import Record, Seen, succeeded


def test_a_running_job_shows_the_totals_of_the_last_refresh(record: Record, results: Results) -> None:
    job_id = record.job(status="scanning")
    record.chunk(job_id, 0, succeeded(["a", "b"]))
    record.refresh()
    record.chunk(job_id, 1, succeeded(["c"]))

    job = results.job(job_id)

    assert job.totals.objects.listed == 2
    assert not job.real_time


def test_real_time_counts_anew(record: Record, results: Results) -> None:
    job_id = record.job(status="scanning")
    record.chunk(job_id, 0, succeeded(["a", "b"]))
    record.refresh()
    before = results.job(job_id).as_of
    record.chunk(job_id, 1, succeeded(["c"]))

    job = results.job(job_id, real_time=True)

    assert job.totals.objects.listed == 3
    assert job.real_time
    assert job.as_of > before


def test_a_job_the_view_does_not_know_yet_is_counted_at_once(record: Record, results: Results) -> None:
    job_id = record.job()
    record.chunk(job_id, 0, [Seen("a"), Seen("b")], state="queued")

    job = results.job(job_id)

    assert job.totals.objects.queued == 2
    assert job.real_time
    assert results.jobs(after=None, limit=1).items[0].totals == job.totals


@pytest.mark.parametrize(("age", "counted"), [(timedelta(minutes=2), 1), (timedelta(minutes=4), 2)])
def test_a_running_job_is_counted_when_refreshing_has_stopped(
    record: Record, results: Results, age: timedelta, counted: int
) -> None:
    job_id = record.job(status="scanning")
    record.chunk(job_id, 0, succeeded(["a"]))
    _refreshed_before(record, age)
    record.chunk(job_id, 1, succeeded(["b"]))

    assert results.job(job_id).totals.objects.succeeded == counted


def test_an_ended_job_shows_its_frozen_totals_however_old_the_view(record: Record, results: Results) -> None:
    job_id = record.job(status="scanning", age=timedelta(days=2))
    record.refresh()
    record.chunk(job_id, 0, [Seen("a", "succeeded"), Seen("b", "skipped", "EMPTY_OBJECT")])
    record.freeze(job_id)

    job = results.job(job_id)

    assert job.status is JobStatus.COMPLETED
    assert job.percent == 100
    assert job.totals.objects == ObjectTotals(
        listed=2, queued=0, processing=0, succeeded=1, partial=0, skipped=1, failed=0
    )
    assert job.totals.reasons == {"EMPTY_OBJECT": 1}
    assert job.real_time


def test_percent_never_says_100_before_the_job_has_ended(record: Record, results: Results) -> None:
    job_id = record.job(status="scanning")
    assert results.job(job_id, real_time=True).percent == 0

    record.chunk(job_id, 0, succeeded(["a", "b"]))
    assert results.job(job_id, real_time=True).percent == 99.9

    record.chunk(job_id, 1, [Seen("c")], state="processing")
    assert results.job(job_id, real_time=True).percent == 66.6


def test_a_failed_job_says_why(record: Record, results: Results) -> None:
    job_id = record.job(status="failed", failure_reason="NO_SUCH_BUCKET_AVAILABLE", failure_detail="it is gone")

    failure = results.job(job_id).failure

    assert failure is not None
    assert (failure.reason, failure.detail) == ("NO_SUCH_BUCKET_AVAILABLE", "it is gone")


def test_findings_are_counted_by_detector_and_severity(record: Record, results: Results) -> None:
    job_id = record.job(status="scanning")
    record.chunk(job_id, 0, [Seen("a", "succeeded", found=(("us_ssn", "high"), ("email_address", "low")))])
    record.chunk(job_id, 1, [Seen("b", "succeeded", found=(("us_ssn", "high"),))])

    totals = results.job(job_id).totals

    assert totals.detectors == {"us_ssn": 2, "email_address": 1}
    assert totals.severities == {"high": 2, "low": 1}


def test_an_unknown_job_is_not_found(results: Results) -> None:
    with pytest.raises(NotFoundError, match="no job of this id"):
        results.job(uuid4())


def test_jobs_come_newest_first_and_those_of_one_instant_by_id(record: Record, results: Results) -> None:
    old = record.job(age=timedelta(hours=1))
    record.run("INSERT INTO jobs (id, bucket, prefix, options, request_digest, fair_share_group, ruleset_version)"
               " SELECT gen_random_uuid(), 'b', '', '{}', '', 'b', 'v' FROM generate_series(1, 5)")  # fmt: skip

    listed = [job.job_id for job in results.jobs(after=None, limit=10).items]

    assert listed[-1] == old
    assert listed[:-1] == sorted(listed[:-1], reverse=True)


def _refreshed_before(record: Record, age: timedelta) -> None:
    """Make a last refresh of that age: the view's clock is ``now()``, so a stand-in table holds its rows."""
    record.refresh()
    record.run("CREATE TABLE aged AS SELECT job_id, totals, as_of - CAST(:age AS interval) AS as_of FROM job_progress",
               age=age)  # fmt: skip
    record.run("DROP MATERIALIZED VIEW job_progress")
    record.run("ALTER TABLE aged RENAME TO job_progress")
