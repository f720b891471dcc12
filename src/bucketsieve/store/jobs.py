"""Jobs: recorded once, moved along, and closed by what the chunks say."""

from typing import Any, Final
from uuid import UUID

from bucketsieve.job import Job, NewJob, ScanOptions
from bucketsieve.models import JobStatus
from bucketsieve.store.database import Transaction
from bucketsieve.store.keys import decode_key, encode_key

INSERT_JOB: Final = """
INSERT INTO jobs (id, bucket, prefix, options, idempotency_key, request_digest, fair_share_group, trace_header,
                  ruleset_version)
VALUES (:id, :bucket, :prefix, CAST(:options AS jsonb), :idempotency_key, :request_digest, :fair_share_group,
        :trace_header, :ruleset_version)
ON CONFLICT DO NOTHING
"""

SELECT_JOB: Final = """
SELECT id, bucket, prefix, options, status, request_digest, fair_share_group, trace_header, execution_arn,
       last_key, continuation_token, listed_objects, next_chunk_no, listing_done, continuation
FROM jobs
WHERE id = :job_id
"""

SELECT_JOB_BY_IDEMPOTENCY_KEY: Final = """
SELECT id, bucket, prefix, options, status, request_digest, fair_share_group, trace_header, execution_arn,
       last_key, continuation_token, listed_objects, next_chunk_no, listing_done, continuation
FROM jobs
WHERE idempotency_key = :idempotency_key
"""

SET_EXECUTION: Final = """
UPDATE jobs
SET execution_arn = :execution_arn, continuation = greatest(continuation, :continuation)
WHERE id = :job_id
"""

FAIL_JOB: Final = """
UPDATE jobs
SET status = 'failed', failure_reason = :reason, failure_detail = :detail, ended_at = now()
WHERE id = :job_id AND status = 'listing'
"""

# A statement that waits for a row judges its conditions by what it saw before. So the row is waited for first, and the
# next statement sees the chunks that whoever held it has queued again.
LOCK_JOB: Final = "SELECT 1 AS held FROM jobs WHERE id = :job_id FOR UPDATE"

# A failed job closes too once the chunks that were listed before are settled; its status stays.
CLOSE_JOB: Final = """
UPDATE jobs
SET status = CASE WHEN status = 'scanning' THEN 'completed' ELSE status END,
    ended_at = CASE WHEN status = 'scanning' THEN now() ELSE ended_at END,
    totals = (SELECT live.totals FROM job_live_totals live WHERE live.job_id = jobs.id)
WHERE id = :job_id
  AND totals IS NULL
  AND status NOT IN ('listing', 'paused')
  AND NOT EXISTS (SELECT FROM job_chunks WHERE job_chunks.job_id = jobs.id AND state <> 'done')
"""


def insert_job(tx: Transaction, job: NewJob) -> bool:
    """Record a job; false where its id or idempotency key is there already."""
    inserted = tx.execute(
        INSERT_JOB,
        id=job.id,
        bucket=job.scan.bucket,
        prefix=encode_key(job.scan.prefix),
        options=job.scan.options.to_json(),
        idempotency_key=job.idempotency_key,
        request_digest=job.scan.digest(),
        fair_share_group=job.fair_share_group,
        trace_header=job.trace_header,
        ruleset_version=job.ruleset_version,
    )
    return inserted == 1


def find_job(tx: Transaction, job_id: UUID) -> Job | None:
    """Return the job, or ``None`` where there is none."""
    return _job(tx.row(SELECT_JOB, job_id=job_id))


def find_job_by_idempotency_key(tx: Transaction, key: str) -> Job | None:
    """Return the job that was recorded under this key, or ``None``."""
    return _job(tx.row(SELECT_JOB_BY_IDEMPOTENCY_KEY, idempotency_key=key))


def set_execution(tx: Transaction, job_id: UUID, execution_arn: str, continuation: int) -> None:
    """Note which execution lists the job now, and that ``continuation`` is its number."""
    tx.execute(SET_EXECUTION, job_id=job_id, execution_arn=execution_arn, continuation=continuation)


def fail_job(tx: Transaction, job_id: UUID, *, reason: str, detail: str) -> bool:
    """End a job that cannot be listed further; what was listed is still scanned. False where listing is over."""
    return tx.execute(FAIL_JOB, job_id=job_id, reason=reason, detail=detail) == 1


def close_job(tx: Transaction, job_id: UUID) -> bool:
    """Complete the job and freeze its totals where listing is over and no chunk is left. True where it did so now."""
    tx.row(LOCK_JOB, job_id=job_id)
    return tx.execute(CLOSE_JOB, job_id=job_id) == 1


def _job(row: dict[str, Any] | None) -> Job | None:
    if row is None:
        return None
    return Job(
        id=row["id"],
        bucket=row["bucket"],
        prefix=decode_key(row["prefix"]),
        options=ScanOptions.from_stored(row["options"]),
        status=JobStatus(row["status"]),
        request_digest=row["request_digest"],
        fair_share_group=row["fair_share_group"],
        trace_header=row["trace_header"],
        execution_arn=row["execution_arn"],
        last_key=None if row["last_key"] is None else decode_key(row["last_key"]),
        continuation_token=row["continuation_token"],
        listed_objects=row["listed_objects"],
        next_chunk_no=row["next_chunk_no"],
        listing_done=row["listing_done"],
        continuation=row["continuation"],
    )
