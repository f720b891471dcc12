"""Measures how the jobs are: what an alarm needs to know beyond what was done in a minute."""

from dataclasses import dataclass
from typing import Final

from bucketsieve.store.database import Transaction

# A job waits its turn behind others of its fair-share group, so it is stuck only when nobody works on any of them. Its
# own chunks may rest for a quarter of an hour after S3 failed, so whoever raises an alarm waits for longer than that.
SELECT_HEALTH: Final = """
WITH running AS (
    SELECT id, fair_share_group, created_at, progressed_at
    FROM jobs
    WHERE totals IS NULL AND status <> 'paused'
)
SELECT
    count(*) AS running_jobs,
    count(*) FILTER (
        WHERE running.progressed_at < now() - interval '30 minutes'
          AND NOT EXISTS (
              SELECT
              FROM job_chunks chunk
              JOIN jobs job ON job.id = chunk.job_id
              WHERE chunk.state = 'processing'
                AND chunk.lease_until > now()
                AND job.fair_share_group = running.fair_share_group)) AS stuck_jobs,
    coalesce(CAST(extract(epoch FROM max(now() - running.created_at)) AS float), 0) AS oldest_job_seconds,
    coalesce(CAST(extract(epoch FROM max(now() - coalesce(progress.as_of, running.created_at))) AS float), 0)
        AS progress_age_seconds
FROM running
LEFT JOIN job_progress progress ON progress.job_id = running.id
"""


@dataclass(frozen=True, slots=True)
class Health:
    """How the jobs are that have not ended and are not paused.

    ``stuck_jobs`` have made no step for half an hour, and nobody has a chunk of their fair-share group in work.
    ``progress_age_seconds`` is how old the oldest of what ``job_progress`` shows of them is; 0 where there is none.
    """

    running_jobs: int
    stuck_jobs: int
    oldest_job_seconds: float
    progress_age_seconds: float


def measure(tx: Transaction) -> Health:
    """Measure all running jobs."""
    row = tx.row(SELECT_HEALTH)
    assert row is not None, "an aggregate has a row"
    return Health(**row)
