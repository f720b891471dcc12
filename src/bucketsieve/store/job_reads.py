"""Jobs as their owner asks for them: with their totals, from the view or counted anew."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from bucketsieve.store.database import Transaction

# Totals are frozen on the row once a job has ended; before that the view has those of the last refresh.
SELECT_JOB_WITH_PROGRESS: Final = """
SELECT job.id, job.bucket, job.prefix, job.status, job.created_at, job.ended_at, job.execution_arn,
       job.ruleset_version, job.failure_reason, job.failure_detail,
       job.totals IS NOT NULL AS frozen,
       coalesce(job.totals, progress.totals) AS totals,
       progress.as_of,
       now() AS asked_at
FROM jobs job
LEFT JOIN job_progress progress ON progress.job_id = job.id
WHERE job.id = :job_id
"""

SELECT_LIVE_TOTALS: Final = "SELECT totals FROM job_live_totals WHERE job_id = :job_id"

# A job that is too young for the view is counted at once.
SELECT_JOBS_WITH_PROGRESS: Final = """
SELECT job.id, job.bucket, job.prefix, job.status, job.created_at, job.ended_at, job.execution_arn,
       job.ruleset_version, job.failure_reason, job.failure_detail,
       job.totals IS NOT NULL AS frozen,
       coalesce(
           job.totals,
           progress.totals,
           (SELECT live.totals FROM job_live_totals live WHERE live.job_id = job.id)) AS totals,
       progress.as_of,
       now() AS asked_at
FROM (
    SELECT *
    FROM jobs
    WHERE (created_at, id) < (:before_created_at, :before_id)
    ORDER BY created_at DESC, id DESC
    LIMIT :limit
) job
LEFT JOIN job_progress progress ON progress.job_id = job.id
ORDER BY job.created_at DESC, job.id DESC
"""

JOB_EXISTS: Final = "SELECT FROM jobs WHERE id = :job_id"

#: Before every job there is, in the order newest first.
_NEWEST: Final = ("infinity", UUID(int=2**128 - 1))


def read_job(tx: Transaction, job_id: UUID) -> dict[str, Any] | None:
    """Return the job's row with the totals of the last refresh, which are ``None`` where there was none yet."""
    return tx.row(SELECT_JOB_WITH_PROGRESS, job_id=job_id)


def read_live_totals(tx: Transaction, job_id: UUID) -> dict[str, Any]:
    """Count the totals of a job from its chunks."""
    row = tx.row(SELECT_LIVE_TOTALS, job_id=job_id)
    assert row is not None, "the job was read in this transaction"
    totals: dict[str, Any] = row["totals"]
    return totals


def read_jobs(tx: Transaction, *, before: tuple[datetime, UUID] | None, limit: int) -> list[dict[str, Any]]:
    """Return jobs with their totals, newest first, from behind the position ``before``."""
    created_at, job_id = before or _NEWEST
    return tx.rows(SELECT_JOBS_WITH_PROGRESS, before_created_at=created_at, before_id=job_id, limit=limit)


def job_exists(tx: Transaction, job_id: UUID) -> bool:
    """Say whether there is a job of this id."""
    return tx.row(JOB_EXISTS, job_id=job_id) is not None
