"""Finds what was dropped between two steps: each query bounded, each find safe to act on twice."""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from bucketsieve.store.database import Transaction

#: How much one run takes on, per kind; the next run, a minute later, takes the rest.
SWEEP_LIMIT: Final = 1_000

# The lister has had two minutes to send what it committed.
SELECT_UNSENT: Final = """
SELECT chunk.job_id, chunk.chunk_no, job.fair_share_group, job.trace_header
FROM job_chunks chunk
JOIN jobs job ON job.id = chunk.job_id
WHERE chunk.state = 'queued'
  AND job.status NOT IN ('paused', 'cancelled')
  AND chunk.enqueued_at IS NULL
  AND job.progressed_at < now() - interval '2 minutes'
ORDER BY chunk.job_id, chunk.chunk_no
LIMIT :sweep_limit
"""

# The message comes back by itself when its visibility ends, a lease after the last heartbeat. Five minutes later it
# has not: it is gone. It is sent again at most every quarter of an hour. A chunk in work may never have been marked as
# announced, where its lister died between the two.
SELECT_ABANDONED: Final = """
SELECT chunk.job_id, chunk.chunk_no, job.fair_share_group, job.trace_header
FROM job_chunks chunk
JOIN jobs job ON job.id = chunk.job_id
WHERE chunk.state = 'processing'
  AND chunk.lease_until < now() - interval '5 minutes'
  AND coalesce(chunk.enqueued_at < now() - interval '15 minutes', true)
ORDER BY chunk.lease_until
LIMIT :sweep_limit
"""

# The queue keeps a message for four days.
SELECT_NEAR_RETENTION: Final = """
SELECT chunk.job_id, chunk.chunk_no, job.fair_share_group, job.trace_header
FROM job_chunks chunk
JOIN jobs job ON job.id = chunk.job_id
WHERE chunk.state = 'queued'
  AND job.status NOT IN ('paused', 'cancelled')
  AND chunk.enqueued_at < now() - interval '84 hours'
ORDER BY chunk.enqueued_at
LIMIT :sweep_limit
"""

# Only asked when the queue is empty: then a chunk that waits has lost its message, to a purge for example.
SELECT_WAITING_FOR_NOTHING: Final = """
SELECT chunk.job_id, chunk.chunk_no, job.fair_share_group, job.trace_header
FROM job_chunks chunk
JOIN jobs job ON job.id = chunk.job_id
WHERE chunk.state = 'queued'
  AND job.status NOT IN ('paused', 'cancelled')
  AND chunk.enqueued_at < now() - interval '10 minutes'
ORDER BY chunk.enqueued_at
LIMIT :sweep_limit
"""

SELECT_STALLED_LISTINGS: Final = """
SELECT id
FROM jobs
WHERE status = 'listing'
  AND progressed_at < now() - interval '5 minutes'
ORDER BY progressed_at
LIMIT :sweep_limit
"""

SELECT_READY_TO_CLOSE: Final = """
SELECT id
FROM jobs
WHERE totals IS NULL
  AND status NOT IN ('listing', 'paused')
  AND NOT EXISTS (SELECT FROM job_chunks WHERE job_chunks.job_id = jobs.id AND state <> 'done')
LIMIT :sweep_limit
"""

SELECT_CANCELLED: Final = """
SELECT id
FROM jobs
WHERE totals IS NULL
  AND status = 'cancelled'
  AND EXISTS (SELECT FROM job_chunks WHERE job_chunks.job_id = jobs.id AND state <> 'done')
LIMIT :sweep_limit
"""


@dataclass(frozen=True, slots=True)
class LostChunk:
    """A chunk whose message has to be sent again, and how."""

    job_id: UUID
    chunk_no: int
    fair_share_group: str
    trace_header: str | None


def unsent(tx: Transaction) -> list[LostChunk]:
    """Return chunks that were committed but never announced."""
    return _lost(tx.rows(SELECT_UNSENT, sweep_limit=SWEEP_LIMIT))


def abandoned(tx: Transaction) -> list[LostChunk]:
    """Return chunks whose worker is gone and whose message did not come back."""
    return _lost(tx.rows(SELECT_ABANDONED, sweep_limit=SWEEP_LIMIT))


def near_retention(tx: Transaction) -> list[LostChunk]:
    """Return chunks that have waited for almost as long as the queue keeps a message."""
    return _lost(tx.rows(SELECT_NEAR_RETENTION, sweep_limit=SWEEP_LIMIT))


def waiting_for_nothing(tx: Transaction) -> list[LostChunk]:
    """Return chunks that wait for a message although the queue, as the caller knows, is empty."""
    return _lost(tx.rows(SELECT_WAITING_FOR_NOTHING, sweep_limit=SWEEP_LIMIT))


def stalled_listings(tx: Transaction) -> list[UUID]:
    """Return jobs whose listing has made no step for five minutes."""
    return [row["id"] for row in tx.rows(SELECT_STALLED_LISTINGS, sweep_limit=SWEEP_LIMIT)]


def ready_to_close(tx: Transaction) -> list[UUID]:
    """Return jobs whose last worker was stopped between settling the last chunk and closing the job."""
    return [row["id"] for row in tx.rows(SELECT_READY_TO_CLOSE, sweep_limit=SWEEP_LIMIT)]


def cancelled(tx: Transaction) -> list[UUID]:
    """Return cancelled jobs with chunks that the request itself had no time to end."""
    return [row["id"] for row in tx.rows(SELECT_CANCELLED, sweep_limit=SWEEP_LIMIT)]


def _lost(rows: list[dict[str, Any]]) -> list[LostChunk]:
    return [LostChunk(row["job_id"], row["chunk_no"], row["fair_share_group"], row["trace_header"]) for row in rows]
