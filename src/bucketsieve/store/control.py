"""Stops, resumes and retries jobs. Every function locks the job's row first, so that two of them take turns."""

from typing import Final
from uuid import UUID

from bucketsieve.models import JobStatus, Verdict
from bucketsieve.reasons import Outcome, Reason
from bucketsieve.store.chunks import SET_TOTALS
from bucketsieve.store.database import Transaction
from bucketsieve.store.ending import end_chunk
from bucketsieve.store.keys import encode_key

LOCK_JOB: Final = "SELECT status, totals IS NULL AS open FROM jobs WHERE id = :job_id FOR UPDATE"

CANCEL_JOB: Final = """
UPDATE jobs
SET status = 'cancelled', ended_at = coalesce(ended_at, now())
WHERE id = :job_id
"""

PAUSE_JOB: Final = "UPDATE jobs SET status = 'paused' WHERE id = :job_id"

RESUME_JOB: Final = """
UPDATE jobs
SET status = CASE WHEN listing_done THEN 'scanning' ELSE 'listing' END, progressed_at = now()
WHERE id = :job_id
"""

SELECT_UNFINISHED: Final = """
SELECT chunk_no
FROM job_chunks
WHERE job_id = :job_id AND state <> 'done'
ORDER BY chunk_no
LIMIT :batch
FOR UPDATE
"""

# By the job's objects that did not succeed: all failed ones, those of one reason, or the one of that key.
SELECT_TO_RETRY: Final = """
SELECT chunk_no
FROM job_chunks chunk
WHERE job_id = :job_id
  AND state = 'done'
  AND EXISTS (
      SELECT FROM job_objects object
      WHERE object.job_id = chunk.job_id
        AND object.chunk_no = chunk.chunk_no
        AND object.outcome IN ('partial', 'skipped', 'failed')
        AND CASE WHEN :by = 'reason' THEN object.reason = :value
                 WHEN :by = 'key' THEN object.key = :value
                 ELSE object.outcome = 'failed' END)
ORDER BY chunk_no
LIMIT :batch
FOR UPDATE
"""

# A function of the owner's, so that nobody has to be able to delete findings.
FORGET_FINDINGS: Final = "SELECT forget_partial_findings(:job_id, :chunk_no, :by, :value)"

FORGET_OUTCOMES: Final = """
UPDATE job_objects
SET outcome = NULL, reason = NULL, detail = NULL, bytes_scanned = 0, detectors = '{}', severities = '{}',
    attempts = 0, settled_at = NULL
WHERE job_id = :job_id
  AND chunk_no = :chunk_no
  AND outcome IN ('partial', 'skipped', 'failed')
  AND CASE WHEN :by = 'reason' THEN reason = :value
           WHEN :by = 'key' THEN key = :value
           ELSE outcome = 'failed' END
"""

QUEUE_AGAIN: Final = """
UPDATE job_chunks
SET state = 'queued', enqueued_at = NULL, forgiven = attempt, troubles = 0
WHERE job_id = :job_id AND chunk_no = :chunk_no
"""

REOPEN_JOB: Final = """
UPDATE jobs
SET status = CASE WHEN status = 'completed' THEN 'scanning' ELSE status END,
    ended_at = CASE WHEN status = 'completed' THEN NULL ELSE ended_at END,
    totals = NULL,
    progressed_at = now()
WHERE id = :job_id
"""

#: Chunks changed in one transaction: about a second's work, so that nobody waits long for the job's row.
BATCH: Final = 200

_CANCELLED: Final = Verdict(Outcome.SKIPPED, Reason.CANCELLED)


def lock_status(tx: Transaction, job_id: UUID) -> tuple[JobStatus, bool] | None:
    """Return the job's status and whether anything of it is still open; ``None`` where there is no such job."""
    row = tx.row(LOCK_JOB, job_id=job_id)
    return (JobStatus(row["status"]), row["open"]) if row else None


def set_cancelled(tx: Transaction, job_id: UUID) -> None:
    """Cancel the job; its chunks are ended by ``end_cancelled``."""
    tx.execute(CANCEL_JOB, job_id=job_id)


def end_cancelled(tx: Transaction, job_id: UUID) -> int:
    """End up to ``BATCH`` unfinished chunks of a cancelled job as ``CANCELLED``; return how many there were."""
    chunks = tx.rows(SELECT_UNFINISHED, job_id=job_id, batch=BATCH)
    for chunk in chunks:
        end_chunk(tx, job_id, chunk["chunk_no"], _CANCELLED)
    return len(chunks)


def set_paused(tx: Transaction, job_id: UUID) -> None:
    """Pause the job: chunks in work are finished; whoever gets the message of another drops and forgets it."""
    tx.execute(PAUSE_JOB, job_id=job_id)


def set_resumed(tx: Transaction, job_id: UUID) -> None:
    """Let a paused job go on; its chunks are to be announced again."""
    tx.execute(RESUME_JOB, job_id=job_id)


def requeue(tx: Transaction, job_id: UUID, *, reason: Reason | None, key: str | None) -> tuple[int, int]:
    """Make up to ``BATCH`` chunks' objects unsettled again: all failed ones, those of a reason, or the one of a key.

    Returns how many chunks and objects there were. The chunks are to be announced again.
    """
    by = "reason" if reason is not None else "key" if key is not None else "outcome"
    chosen = {"by": by, "value": reason if reason is not None else encode_key(key or "")}
    chunks = tx.rows(SELECT_TO_RETRY, job_id=job_id, batch=BATCH, **chosen)
    objects = 0
    for chunk in chunks:
        identity = {"job_id": job_id, "chunk_no": chunk["chunk_no"]}
        tx.execute(FORGET_FINDINGS, **identity, **chosen)
        objects += tx.execute(FORGET_OUTCOMES, **identity, **chosen)
        tx.execute(QUEUE_AGAIN, **identity)
        tx.execute(SET_TOTALS, **identity)
    if chunks:
        tx.execute(REOPEN_JOB, job_id=job_id)
    return len(chunks), objects
