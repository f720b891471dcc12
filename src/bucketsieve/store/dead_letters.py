"""Looks up what the queue gave up on."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from bucketsieve.models import ChunkState
from bucketsieve.store.database import Transaction

LOCK_CHUNK: Final = """
SELECT chunk.state, chunk.attempt - chunk.forgiven AS tries, chunk.lease_until < now() AS lease_over,
       job.fair_share_group, job.trace_header
FROM job_chunks chunk
JOIN jobs job ON job.id = chunk.job_id
WHERE chunk.job_id = :job_id AND chunk.chunk_no = :chunk_no
FOR UPDATE OF chunk
"""


@dataclass(frozen=True, slots=True)
class DeadChunk:
    """A chunk whose message the queue gave up on, locked until the transaction ends."""

    state: ChunkState
    tries: int
    held: bool  # a worker's lease on it is not over
    fair_share_group: str
    trace_header: str | None


def lock_chunk(tx: Transaction, job_id: UUID, chunk_no: int) -> DeadChunk | None:
    """Return the chunk, or ``None`` where there is no such chunk."""
    row = tx.row(LOCK_CHUNK, job_id=job_id, chunk_no=chunk_no)
    if row is None:
        return None
    state = ChunkState(row["state"])
    return DeadChunk(
        state=state,
        tries=row["tries"],
        held=state is ChunkState.PROCESSING and not row["lease_over"],
        fair_share_group=row["fair_share_group"],
        trace_header=row["trace_header"],
    )
