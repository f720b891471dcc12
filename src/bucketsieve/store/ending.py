"""Ends chunks without a worker: because the job was cancelled, or because the queue gave up on them."""

from typing import Final
from uuid import UUID

from bucketsieve.models import Verdict
from bucketsieve.store.chunks import SET_TOTALS
from bucketsieve.store.database import Transaction

# The new attempt fences out a worker that still holds the chunk.
END_ATTEMPT: Final = """
UPDATE job_chunks
SET state = 'queued', lease_until = NULL, attempt = attempt + 1
WHERE job_id = :job_id AND chunk_no = :chunk_no AND state <> 'done'
"""

SETTLE_REST: Final = """
UPDATE job_objects
SET outcome = :outcome, reason = :reason, detail = :detail, settled_at = now()
WHERE job_id = :job_id AND chunk_no = :chunk_no AND outcome IS NULL
"""


def end_chunk(tx: Transaction, job_id: UUID, chunk_no: int, verdict: Verdict) -> int:
    """Give every object of the chunk that has no outcome this one; return how many there were."""
    chunk = {"job_id": job_id, "chunk_no": chunk_no}
    tx.execute(END_ATTEMPT, **chunk)
    ended = tx.execute(SETTLE_REST, **chunk, outcome=verdict.outcome, reason=verdict.reason, detail=verdict.detail)
    tx.execute(SET_TOTALS, **chunk)
    return ended
