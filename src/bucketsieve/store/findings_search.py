"""Findings as their owner searches for them, in the order of their primary key."""

from typing import Any, Final
from uuid import UUID

from bucketsieve.store.database import Transaction
from bucketsieve.store.keys import encode_key

# Three walks along primary keys, one inside the other, each no longer than the page: jobs, chunks, findings. Totals of
# an ended job and counts of a chunk say whether to look into it, so that a rare detector costs no walk over findings.
SELECT_FINDINGS: Final = """
SELECT finding.job_id, finding.chunk_no, finding.ordinal, finding.detector, finding.fingerprint, finding.severity,
       finding.confidence, finding.confidence_reason, finding.masked, finding.context, finding.occurrences,
       finding.locations, finding.found_at, job.bucket, object.key, object.version
FROM (
    SELECT id, bucket
    FROM jobs
    WHERE id >= :first_job_id
      AND id <= :last_job_id
      AND (CAST(:bucket AS text) IS NULL OR bucket = :bucket)
      AND (totals IS NULL OR CAST(:detector AS text) IS NULL OR totals -> 'detectors' ? :detector)
      AND (totals IS NULL OR CAST(:severity AS text) IS NULL OR totals -> 'severities' ? :severity)
    ORDER BY id
) job
CROSS JOIN LATERAL (
    SELECT of_chunk.*
    FROM job_chunks chunk
    CROSS JOIN LATERAL (
        SELECT *
        FROM findings
        WHERE job_id = chunk.job_id
          AND chunk_no = chunk.chunk_no
          AND (job_id, chunk_no, ordinal, detector, fingerprint)
              > (:after_job_id, :after_chunk_no, :after_ordinal, :after_detector, :after_fingerprint)
          AND (CAST(:detector AS text) IS NULL OR detector = :detector)
          AND (CAST(:severity AS text) IS NULL OR severity = :severity)
        ORDER BY ordinal, detector, fingerprint
        LIMIT :limit
    ) of_chunk
    WHERE chunk.job_id = job.id
      AND (chunk.job_id, chunk.chunk_no) >= (:after_job_id, :after_chunk_no)
      AND chunk.detectors <> '{}'
      AND (CAST(:detector AS text) IS NULL OR chunk.detectors ? :detector)
      AND (CAST(:severity AS text) IS NULL OR chunk.severities ? :severity)
    ORDER BY chunk.chunk_no, of_chunk.ordinal, of_chunk.detector, of_chunk.fingerprint
    LIMIT :limit
) finding
JOIN job_objects object
    ON object.job_id = finding.job_id AND object.chunk_no = finding.chunk_no AND object.ordinal = finding.ordinal
ORDER BY job.id, finding.chunk_no, finding.ordinal, finding.detector, finding.fingerprint
LIMIT :limit
"""

SELECT_FINDINGS_OF_KEY: Final = """
SELECT finding.job_id, finding.chunk_no, finding.ordinal, finding.detector, finding.fingerprint, finding.severity,
       finding.confidence, finding.confidence_reason, finding.masked, finding.context, finding.occurrences,
       finding.locations, finding.found_at, job.bucket, object.key, object.version
FROM (
    SELECT id, bucket
    FROM jobs
    WHERE id >= :first_job_id
      AND id <= :last_job_id
      AND (CAST(:bucket AS text) IS NULL OR bucket = :bucket)
    ORDER BY id
) job
JOIN job_objects object ON object.job_id = job.id AND object.key = :key
CROSS JOIN LATERAL (
    SELECT *
    FROM findings
    WHERE job_id = object.job_id
      AND chunk_no = object.chunk_no
      AND ordinal = object.ordinal
      AND (job_id, chunk_no, ordinal, detector, fingerprint)
          > (:after_job_id, :after_chunk_no, :after_ordinal, :after_detector, :after_fingerprint)
      AND (CAST(:detector AS text) IS NULL OR detector = :detector)
      AND (CAST(:severity AS text) IS NULL OR severity = :severity)
    ORDER BY detector, fingerprint
    LIMIT :limit
) finding
ORDER BY job.id, finding.chunk_no, finding.ordinal, finding.detector, finding.fingerprint
LIMIT :limit
"""

_FIRST_ID: Final = UUID(int=0)
_LAST_ID: Final = UUID(int=2**128 - 1)
#: Before every finding.
_START: Final = (_FIRST_ID, -1, -1, "", "")


def read_findings(
    tx: Transaction,
    *,
    job_id: UUID | None,
    bucket: str | None,
    key: str | None,
    detector: str | None,
    severity: str | None,
    after: tuple[UUID, int, int, str, str] | None,
    limit: int,
) -> list[dict[str, Any]]:
    """Return the findings that match all that is given, from behind the position ``after``."""
    after_job_id, after_chunk_no, after_ordinal, after_detector, after_fingerprint = after or _START
    of_key = {} if key is None else {"key": encode_key(key)}
    return tx.rows(
        SELECT_FINDINGS if key is None else SELECT_FINDINGS_OF_KEY,
        **of_key,
        first_job_id=job_id or after_job_id,
        last_job_id=job_id or _LAST_ID,
        bucket=bucket,
        detector=detector,
        severity=severity,
        after_job_id=after_job_id,
        after_chunk_no=after_chunk_no,
        after_ordinal=after_ordinal,
        after_detector=after_detector,
        after_fingerprint=after_fingerprint,
        limit=limit,
    )
