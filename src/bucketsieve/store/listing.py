"""The write side of a listing: a page's rows and the position after it, always in one transaction."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from bucketsieve.models import PlannedChunk
from bucketsieve.store.database import Transaction
from bucketsieve.store.keys import encode_key

# The fence: the position moves only from where this step found it, so a repeated or rival step changes nothing.
ADVANCE_POSITION: Final = """
UPDATE jobs
SET last_key = coalesce(:last_key, last_key),
    continuation_token = :continuation_token,
    listed_objects = listed_objects + :object_count,
    listed_bytes = listed_bytes + :byte_count,
    next_chunk_no = next_chunk_no + :chunk_count,
    listing_done = :listing_done,
    status = CASE WHEN :listing_done THEN 'scanning' ELSE status END,
    progressed_at = now()
WHERE id = :job_id
  AND status = 'listing'
  AND NOT listing_done
  AND listed_objects = :seen_objects
"""

INSERT_CHUNKS: Final = """
INSERT INTO job_chunks (job_id, chunk_no, state, object_count, byte_count, skipped, reasons)
SELECT :job_id, chunk_no, state, object_count, byte_count, skipped, reasons
FROM jsonb_to_recordset(CAST(:chunks AS jsonb)) AS chunk (
    chunk_no integer, state text, object_count integer, byte_count bigint, skipped integer, reasons jsonb)
"""

INSERT_OBJECTS: Final = """
INSERT INTO job_objects (job_id, chunk_no, ordinal, key, size, etag, storage_class, last_modified,
                         outcome, reason, detail, settled_at)
SELECT :job_id, chunk_no, ordinal, key, size, etag, storage_class, last_modified,
       outcome, reason, detail, CASE WHEN outcome IS NOT NULL THEN now() END
FROM jsonb_to_recordset(CAST(:objects AS jsonb)) AS object (
    chunk_no integer, ordinal integer, key text, size bigint, etag text, storage_class text, last_modified timestamptz,
    outcome text, reason text, detail text)
"""

SELECT_UNSENT: Final = """
SELECT chunk.chunk_no
FROM job_chunks chunk
JOIN jobs job ON job.id = chunk.job_id
WHERE chunk.job_id = :job_id
  AND chunk.state = 'queued'
  AND chunk.enqueued_at IS NULL
  AND job.status NOT IN ('paused', 'cancelled')
ORDER BY chunk.chunk_no
LIMIT :slice
"""

MARK_ENQUEUED: Final = """
UPDATE job_chunks
SET enqueued_at = now()
WHERE job_id = :job_id
  AND chunk_no IN (SELECT CAST(value AS integer) FROM jsonb_array_elements_text(CAST(:chunk_nos AS jsonb)))
"""

#: Chunks announced before they are marked: what a crash in between sends twice, and what one statement marks.
SLICE: Final = 5_000


@dataclass(frozen=True, slots=True)
class PagePlan:
    """What one page of the listing adds. ``seen_objects`` is how many objects the job had before it."""

    job_id: UUID
    seen_objects: int
    chunks: tuple[PlannedChunk, ...]
    last_key: str | None  # None: the page is empty
    continuation_token: str | None
    listing_done: bool


def append_page(tx: Transaction, page: PagePlan) -> bool:
    """Store the page and move the position; false, and nothing stored, where another step moved it before."""
    advanced = tx.execute(
        ADVANCE_POSITION,
        job_id=page.job_id,
        seen_objects=page.seen_objects,
        last_key=None if page.last_key is None else encode_key(page.last_key),
        continuation_token=page.continuation_token,
        object_count=sum(len(chunk.objects) for chunk in page.chunks),
        byte_count=sum(planned.listed.size for chunk in page.chunks for planned in chunk.objects),
        chunk_count=len(page.chunks),
        listing_done=page.listing_done,
    )
    if not advanced:
        return False
    if page.chunks:
        tx.execute(INSERT_CHUNKS, job_id=page.job_id, chunks=json.dumps([_chunk_row(c) for c in page.chunks]))
        tx.execute(INSERT_OBJECTS, job_id=page.job_id, objects=json.dumps(_object_rows(page.chunks)))
    return True


def unsent_chunks(tx: Transaction, job_id: UUID) -> list[int]:
    """Return up to ``SLICE`` chunks whose message was not sent, or not marked as sent; none of a stopped job."""
    return [row["chunk_no"] for row in tx.rows(SELECT_UNSENT, job_id=job_id, slice=SLICE)]


def mark_enqueued(tx: Transaction, job_id: UUID, chunk_nos: Sequence[int]) -> None:
    """Note that the queue has accepted these chunks' messages."""
    tx.execute(MARK_ENQUEUED, job_id=job_id, chunk_nos=json.dumps(list(chunk_nos)))


def _chunk_row(chunk: PlannedChunk) -> dict[str, object]:
    reasons: dict[str, int] = {}
    for planned in chunk.objects:
        if planned.verdict is not None and planned.verdict.reason is not None:
            reasons[planned.verdict.reason] = reasons.get(planned.verdict.reason, 0) + 1
    return {
        "chunk_no": chunk.chunk_no,
        "state": "queued" if chunk.needs_reading else "done",
        "object_count": len(chunk.objects),
        "byte_count": chunk.byte_count,
        "skipped": sum(reasons.values()),
        "reasons": reasons,
    }


def _object_rows(chunks: Sequence[PlannedChunk]) -> list[dict[str, object]]:
    return [
        {
            "chunk_no": chunk.chunk_no,
            "ordinal": ordinal,
            "key": encode_key(planned.listed.key),
            "size": planned.listed.size,
            "etag": planned.listed.etag,
            "storage_class": planned.listed.storage_class,
            "last_modified": planned.listed.last_modified.isoformat(),
            "outcome": planned.verdict.outcome if planned.verdict else None,
            "reason": planned.verdict.reason if planned.verdict else None,
            "detail": planned.verdict.detail if planned.verdict else None,
        }
        for chunk in chunks
        for ordinal, planned in enumerate(chunk.objects)
    ]
