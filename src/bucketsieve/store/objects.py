"""The ledger of a job, object by object: one statement for each way to ask, so that each is a walk along an index."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from bucketsieve.store.database import Transaction

SELECT_OBJECTS: Final = """
SELECT object.chunk_no, object.ordinal, object.key, object.version, object.size, object.etag,
       object.storage_class, object.last_modified, object.reason, object.detail, object.bytes_scanned,
       object.settled_at, coalesce(object.outcome, chunk.state) AS state
FROM (
    SELECT *
    FROM job_objects
    WHERE job_id = :job_id AND (chunk_no, ordinal) > (:after_chunk_no, :after_ordinal)
    ORDER BY chunk_no, ordinal
    LIMIT :limit
) object
JOIN job_chunks chunk ON chunk.job_id = object.job_id AND chunk.chunk_no = object.chunk_no
ORDER BY object.chunk_no, object.ordinal
"""

# A chunk's totals say whether to look into it at all.
SELECT_OBJECTS_BY_OUTCOME: Final = """
SELECT object.chunk_no, object.ordinal, object.key, object.version, object.size, object.etag,
       object.storage_class, object.last_modified, object.reason, object.detail, object.bytes_scanned,
       object.settled_at, object.outcome AS state
FROM job_chunks chunk
CROSS JOIN LATERAL (
    SELECT *
    FROM job_objects
    WHERE job_id = chunk.job_id
      AND chunk_no = chunk.chunk_no
      AND (chunk_no, ordinal) > (:after_chunk_no, :after_ordinal)
      AND outcome = :outcome
    ORDER BY ordinal
    LIMIT :limit
) object
WHERE chunk.job_id = :job_id
  AND chunk.chunk_no >= :after_chunk_no
  AND CASE :outcome
          WHEN 'succeeded' THEN chunk.succeeded
          WHEN 'partial' THEN chunk.partial
          WHEN 'skipped' THEN chunk.skipped
          WHEN 'failed' THEN chunk.failed
      END > 0
ORDER BY chunk.chunk_no, object.ordinal
LIMIT :limit
"""

SELECT_OBJECTS_BY_CHUNK_STATE: Final = """
SELECT object.chunk_no, object.ordinal, object.key, object.version, object.size, object.etag,
       object.storage_class, object.last_modified, object.reason, object.detail, object.bytes_scanned,
       object.settled_at, chunk.state
FROM job_chunks chunk
CROSS JOIN LATERAL (
    SELECT *
    FROM job_objects
    WHERE job_id = chunk.job_id
      AND chunk_no = chunk.chunk_no
      AND (chunk_no, ordinal) > (:after_chunk_no, :after_ordinal)
      AND outcome IS NULL
    ORDER BY ordinal
    LIMIT :limit
) object
WHERE chunk.job_id = :job_id
  AND chunk.chunk_no >= :after_chunk_no
  AND chunk.state = :state
  AND chunk.state <> 'done'
ORDER BY chunk.chunk_no, object.ordinal
LIMIT :limit
"""

# A reason belongs to one outcome or two: as many walks along one index, merged. The list of outcomes with a reason is
# the condition of that index, which is not used without it.
SELECT_OBJECTS_BY_REASON: Final = """
SELECT object.chunk_no, object.ordinal, object.key, object.version, object.size, object.etag,
       object.storage_class, object.last_modified, object.reason, object.detail, object.bytes_scanned,
       object.settled_at, object.outcome AS state
FROM unnest(CAST(:outcomes AS text[])) wanted (outcome)
CROSS JOIN LATERAL (
    SELECT *
    FROM job_objects
    WHERE job_id = :job_id
      AND outcome = wanted.outcome
      AND outcome IN ('partial', 'skipped', 'failed')
      AND reason = :reason
      AND (chunk_no, ordinal) > (:after_chunk_no, :after_ordinal)
    ORDER BY chunk_no, ordinal
    LIMIT :limit
) object
ORDER BY object.chunk_no, object.ordinal
LIMIT :limit
"""

#: Before every object of a job.
_START: Final = (-1, -1)


def read_objects(tx: Transaction, job_id: UUID, *, after: tuple[int, int] | None, limit: int) -> list[dict[str, Any]]:
    """Return objects of a job in the order they were listed in, from behind the position ``after``."""
    return tx.rows(SELECT_OBJECTS, job_id=job_id, **_position(after), limit=limit)


def read_objects_by_outcome(
    tx: Transaction, job_id: UUID, outcome: str, *, after: tuple[int, int] | None, limit: int
) -> list[dict[str, Any]]:
    """Return the objects that ended with this outcome."""
    return tx.rows(SELECT_OBJECTS_BY_OUTCOME, job_id=job_id, outcome=outcome, **_position(after), limit=limit)


def read_objects_by_chunk_state(
    tx: Transaction, job_id: UUID, state: str, *, after: tuple[int, int] | None, limit: int
) -> list[dict[str, Any]]:
    """Return the objects without an outcome in chunks of this state, ``queued`` or ``processing``."""
    return tx.rows(SELECT_OBJECTS_BY_CHUNK_STATE, job_id=job_id, state=state, **_position(after), limit=limit)


def read_objects_by_reason(
    tx: Transaction, job_id: UUID, outcomes: Sequence[str], reason: str, *, after: tuple[int, int] | None, limit: int
) -> list[dict[str, Any]]:
    """Return the objects that ended with one of these outcomes for this reason."""
    return tx.rows(
        SELECT_OBJECTS_BY_REASON,
        job_id=job_id,
        outcomes=list(outcomes),
        reason=reason,
        **_position(after),
        limit=limit,
    )


def _position(after: tuple[int, int] | None) -> dict[str, int]:
    chunk_no, ordinal = after or _START
    return {"after_chunk_no": chunk_no, "after_ordinal": ordinal}
