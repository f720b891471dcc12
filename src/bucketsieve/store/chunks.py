"""The protocol of one chunk: claimed under a lease, settled by whoever still holds it. See docs/architecture.md.

Every write is fenced by the attempt it was claimed with; a worker that lost its lease changes nothing.
"""

import json
from collections.abc import Iterator, Sequence
from itertools import batched
from typing import Final
from uuid import UUID

from bucketsieve.errors import LeaseLostError
from bucketsieve.models import ChunkState, ClaimedChunk, ClaimedObject, ObjectResult
from bucketsieve.store.database import Transaction
from bucketsieve.store.keys import decode_key

CLAIM: Final = """
UPDATE job_chunks
SET state = 'processing', attempt = attempt + 1, lease_until = now() + make_interval(secs => :lease_seconds)
WHERE job_id = :job_id
  AND chunk_no = :chunk_no
  AND (state = 'queued' OR (state = 'processing' AND lease_until < now()))
  AND EXISTS (SELECT FROM jobs WHERE jobs.id = job_chunks.job_id AND jobs.status NOT IN ('paused', 'cancelled'))
RETURNING attempt, forgiven, troubles
"""

SELECT_STATE: Final = "SELECT state FROM job_chunks WHERE job_id = :job_id AND chunk_no = :chunk_no"

# Its job was paused or cancelled. The message is dropped, so a resumed job has to announce the chunk again.
FORGET_MESSAGE: Final = """
UPDATE job_chunks
SET enqueued_at = NULL
WHERE job_id = :job_id AND chunk_no = :chunk_no AND state = 'queued'
"""

SELECT_CLAIMED: Final = """
SELECT ordinal, key, size, etag, attempts
FROM job_objects
WHERE job_id = :job_id AND chunk_no = :chunk_no AND outcome IS NULL
ORDER BY ordinal
"""

SELECT_JOB_OF_CHUNK: Final = "SELECT bucket, trace_header FROM jobs WHERE id = :job_id"

EXTEND_LEASE: Final = """
UPDATE job_chunks
SET lease_until = now() + make_interval(secs => :lease_seconds)
WHERE job_id = :job_id AND chunk_no = :chunk_no AND attempt = :attempt AND state = 'processing'
"""

# A chunk given back in good order was not tried; what made it suspect before still does.
RELEASE: Final = """
UPDATE job_chunks
SET state = 'queued', lease_until = NULL, forgiven = forgiven + 1, troubles = :troubles
WHERE job_id = :job_id AND chunk_no = :chunk_no AND attempt = :attempt AND state = 'processing'
"""

LOCK_FENCED: Final = """
SELECT 1 AS held FROM job_chunks
WHERE job_id = :job_id AND chunk_no = :chunk_no AND attempt = :attempt AND state = 'processing'
FOR UPDATE
"""

SELECT_SETTLED_BY: Final = """
SELECT 1 AS held FROM job_chunks
WHERE job_id = :job_id AND chunk_no = :chunk_no AND attempt = :attempt AND state = 'done'
"""

# Set, not counted up: after a COMMIT whose answer was lost, the same mark is made again.
SET_ATTEMPTS: Final = """
UPDATE job_objects
SET attempts = :attempts
WHERE job_id = :job_id AND chunk_no = :chunk_no AND ordinal = :ordinal
"""

SETTLE_OBJECTS: Final = """
UPDATE job_objects object
SET outcome = result.outcome, reason = result.reason, detail = result.detail,
    bytes_scanned = result.bytes_scanned, detectors = result.detectors, severities = result.severities,
    settled_at = now()
FROM jsonb_to_recordset(CAST(:results AS jsonb)) AS result (
    ordinal integer, outcome text, reason text, detail text, bytes_scanned bigint, detectors jsonb, severities jsonb)
WHERE object.job_id = :job_id
  AND object.chunk_no = :chunk_no
  AND object.ordinal = result.ordinal
  AND object.outcome IS NULL
"""

INSERT_FINDINGS: Final = """
INSERT INTO findings (job_id, chunk_no, ordinal, detector, fingerprint, severity, confidence, confidence_reason,
                      masked, context, occurrences, locations)
SELECT :job_id, :chunk_no, ordinal, detector, fingerprint, severity, confidence, confidence_reason,
       masked, context, occurrences, locations
FROM jsonb_to_recordset(CAST(:findings AS jsonb)) AS finding (
    ordinal integer, detector text, fingerprint text, severity text, confidence text, confidence_reason text,
    masked text, context text, occurrences bigint, locations jsonb)
ON CONFLICT DO NOTHING
"""

# Totals are set from the rows themselves, never counted up, so that settling twice gives the same.
SET_TOTALS: Final = """
UPDATE job_chunks chunk
SET succeeded = counted.succeeded,
    partial = counted.partial,
    skipped = counted.skipped,
    failed = counted.failed,
    bytes_scanned = counted.bytes_scanned,
    reasons = (
        SELECT coalesce(jsonb_object_agg(reason, objects), '{}')
        FROM (SELECT reason, count(*) AS objects FROM job_objects
              WHERE job_id = :job_id AND chunk_no = :chunk_no AND reason IS NOT NULL GROUP BY reason) by_reason),
    detectors = (
        SELECT coalesce(jsonb_object_agg(detector, occurrences), '{}')
        FROM (SELECT entry.key AS detector, sum(entry.value::bigint) AS occurrences
              FROM job_objects, jsonb_each_text(detectors) entry
              WHERE job_id = :job_id AND chunk_no = :chunk_no GROUP BY entry.key) by_detector),
    severities = (
        SELECT coalesce(jsonb_object_agg(severity, occurrences), '{}')
        FROM (SELECT entry.key AS severity, sum(entry.value::bigint) AS occurrences
              FROM job_objects, jsonb_each_text(severities) entry
              WHERE job_id = :job_id AND chunk_no = :chunk_no GROUP BY entry.key) by_severity),
    state = CASE WHEN counted.unsettled = 0 THEN 'done' ELSE chunk.state END,
    lease_until = CASE WHEN counted.unsettled = 0 THEN NULL ELSE chunk.lease_until END
FROM (
    SELECT count(*) FILTER (WHERE outcome = 'succeeded') AS succeeded,
           count(*) FILTER (WHERE outcome = 'partial') AS partial,
           count(*) FILTER (WHERE outcome = 'skipped') AS skipped,
           count(*) FILTER (WHERE outcome = 'failed') AS failed,
           count(*) FILTER (WHERE outcome IS NULL) AS unsettled,
           coalesce(sum(bytes_scanned), 0) AS bytes_scanned
    FROM job_objects
    WHERE job_id = :job_id AND chunk_no = :chunk_no
) counted
WHERE chunk.job_id = :job_id AND chunk.chunk_no = :chunk_no
RETURNING chunk.state
"""

#: Bounds the memory of one statement's parameter to a few megabytes.
_FINDINGS_PER_STATEMENT: Final = 2_000


def claim(tx: Transaction, job_id: UUID, chunk_no: int, lease_seconds: int) -> ClaimedChunk | ChunkState | None:
    """Take a chunk that waits, or whose lease is over, by the database's clock.

    Returns the claim; the chunk's state where it is not to be had (``done``: its message is a duplicate;
    ``processing``: another worker holds it; ``queued``: its job was stopped, and announces it again when resumed); or
    ``None`` where there is no such chunk.
    """
    claimed = tx.row(CLAIM, job_id=job_id, chunk_no=chunk_no, lease_seconds=lease_seconds)
    if claimed is None:
        taken = tx.row(SELECT_STATE, job_id=job_id, chunk_no=chunk_no)
        if taken is not None and taken["state"] == ChunkState.QUEUED:
            tx.execute(FORGET_MESSAGE, job_id=job_id, chunk_no=chunk_no)
        return ChunkState(taken["state"]) if taken else None
    job = tx.row(SELECT_JOB_OF_CHUNK, job_id=job_id)
    assert job is not None, "a chunk references its job"
    return ClaimedChunk(
        job_id=job_id,
        chunk_no=chunk_no,
        attempt=claimed["attempt"],
        forgiven=claimed["forgiven"],
        troubles=claimed["troubles"],
        bucket=job["bucket"],
        trace_header=job["trace_header"],
        objects=tuple(
            ClaimedObject(row["ordinal"], decode_key(row["key"]), row["size"], row["etag"], row["attempts"])
            for row in tx.rows(SELECT_CLAIMED, job_id=job_id, chunk_no=chunk_no)
        ),
    )


def extend_lease(tx: Transaction, chunk: ClaimedChunk, lease_seconds: int) -> None:
    """Hold the chunk for so long from now on.

    Raises:
        LeaseLostError: another worker has it.
    """
    if not tx.execute(EXTEND_LEASE, **_fence(chunk), lease_seconds=lease_seconds):
        raise LeaseLostError(f"chunk {chunk.chunk_no} of job {chunk.job_id} is no longer ours")


def release(tx: Transaction, chunk: ClaimedChunk, *, troubled: bool) -> None:
    """Give an unfinished chunk back in good order, ``troubled`` by S3 or not; nothing where it is no longer ours."""
    tx.execute(RELEASE, **_fence(chunk), troubles=chunk.troubles + troubled)


def mark_attempt(tx: Transaction, chunk: ClaimedChunk, claimed: ClaimedObject) -> None:
    """Note, before it is read, that an object is tried alone.

    Raises:
        LeaseLostError: another worker has the chunk.
    """
    _set_attempts(tx, chunk, claimed.ordinal, claimed.attempts + 1)


def forgive_attempt(tx: Transaction, chunk: ClaimedChunk, claimed: ClaimedObject) -> None:
    """Take back a try alone that ended in good order without an outcome: stopped, or not served by S3.

    Raises:
        LeaseLostError: another worker has the chunk.
    """
    _set_attempts(tx, chunk, claimed.ordinal, claimed.attempts)


def settle(tx: Transaction, chunk: ClaimedChunk, results: Sequence[ObjectResult]) -> bool:
    """Write outcomes, findings and the chunk's totals; true when no object of the chunk is left.

    Written again by the same attempt, as after a COMMIT whose answer was lost, it changes nothing.

    Raises:
        LeaseLostError: another worker has the chunk; nothing was written.
    """
    identity = {"job_id": chunk.job_id, "chunk_no": chunk.chunk_no}
    if tx.row(SELECT_SETTLED_BY, **_fence(chunk)) is not None:
        return True
    _lock(tx, chunk)
    for findings in batched(_finding_rows(results), _FINDINGS_PER_STATEMENT, strict=False):
        tx.execute(INSERT_FINDINGS, **identity, findings=json.dumps(findings))
    tx.execute(SETTLE_OBJECTS, **identity, results=json.dumps([_result_row(result) for result in results]))
    totals = tx.row(SET_TOTALS, **identity)
    return totals is not None and totals["state"] == ChunkState.DONE


def _fence(chunk: ClaimedChunk) -> dict[str, object]:
    return {"job_id": chunk.job_id, "chunk_no": chunk.chunk_no, "attempt": chunk.attempt}


def _set_attempts(tx: Transaction, chunk: ClaimedChunk, ordinal: int, attempts: int) -> None:
    _lock(tx, chunk)
    tx.execute(SET_ATTEMPTS, job_id=chunk.job_id, chunk_no=chunk.chunk_no, ordinal=ordinal, attempts=attempts)


def _lock(tx: Transaction, chunk: ClaimedChunk) -> None:
    if tx.row(LOCK_FENCED, **_fence(chunk)) is None:
        raise LeaseLostError(f"chunk {chunk.chunk_no} of job {chunk.job_id} is no longer ours")


def _result_row(result: ObjectResult) -> dict[str, object]:
    return {
        "ordinal": result.ordinal,
        "outcome": result.verdict.outcome,
        "reason": result.verdict.reason,
        "detail": result.verdict.detail,
        "bytes_scanned": result.bytes_scanned,
        "detectors": dict(result.detectors),
        "severities": dict(result.severities),
    }


def _finding_rows(results: Sequence[ObjectResult]) -> Iterator[dict[str, object]]:
    for result in results:
        for finding in result.findings:
            yield {
                "ordinal": result.ordinal,
                "detector": finding.detector,
                "fingerprint": finding.fingerprint,
                "severity": finding.severity,
                "confidence": finding.confidence,
                "confidence_reason": finding.confidence_reason,
                "masked": finding.masked,
                "context": finding.context,
                "occurrences": finding.count,
                "locations": [location._asdict() for location in finding.locations],
            }
