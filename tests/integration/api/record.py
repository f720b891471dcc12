"""Writes rows as listing and scanning would have left them."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from pg8000.native import Connection

from bucketsieve.store.keys import encode_key
from tests.integration.scans import OPTIONS

INSERT_CHUNK: Final = """
INSERT INTO job_chunks (job_id, chunk_no, state, lease_until, object_count, byte_count, succeeded, partial, skipped,
                        failed, bytes_scanned, reasons, detectors, severities)
VALUES (:job_id, :chunk_no, :state, CASE WHEN :state = 'processing' THEN now() + interval '2 minutes' END, :objects,
        :bytes, :succeeded, :partial, :skipped, :failed, :scanned, CAST(:reasons AS jsonb), CAST(:detectors AS jsonb),
        CAST(:severities AS jsonb))
"""

INSERT_OBJECT: Final = """
INSERT INTO job_objects (job_id, chunk_no, ordinal, key, size, etag, storage_class, last_modified, outcome, reason,
                         settled_at)
VALUES (:job_id, :chunk_no, :ordinal, :key, 10, '"e"', 'STANDARD', :modified, :outcome, :reason,
        CASE WHEN CAST(:outcome AS text) IS NOT NULL THEN now() END)
"""

INSERT_FINDING: Final = """
INSERT INTO findings (job_id, chunk_no, ordinal, detector, fingerprint, severity, confidence, confidence_reason, masked,
                      context, occurrences, locations)
VALUES (:job_id, :chunk_no, :ordinal, :detector, :fingerprint, :severity, 'validated', 'checksum', '***-**-6789',
        'ssn: ***-**-6789', 3, '[{"start": 5, "end": 16, "line": 1, "column": 6}]')
"""

COUNT_LISTED: Final = """
UPDATE jobs SET listed_objects = listed_objects + :n, listed_bytes = listed_bytes + 10 * :n WHERE id = :id
"""

FREEZE: Final = """
UPDATE jobs
SET status = 'completed', listing_done = true, ended_at = now(),
    totals = (SELECT totals FROM job_live_totals WHERE job_id = jobs.id)
WHERE id = :id
"""

MODIFIED: Final = datetime(2026, 11, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Seen:
    """An object and what was found in it: detector → severity."""

    key: str
    outcome: str | None = None
    reason: str | None = None
    found: tuple[tuple[str, str], ...] = ()


class Record:
    """Rows on a plain connection, each committed at once."""

    def __init__(self, connection: Connection) -> None:
        self.run = connection.run

    def job(self, *, bucket: str = "acme-exports", age: timedelta = timedelta(), **columns: Any) -> UUID:
        job_id: UUID = columns.pop("id", None) or uuid4()
        values = {
            "id": job_id,
            "bucket": bucket,
            "prefix": "",
            "options": OPTIONS.to_json(),
            "request_digest": "",
            "fair_share_group": bucket,
            "ruleset_version": "2026.11-0123456789ab",
            "created_at": datetime.now(UTC) - age,
        } | columns
        names = ", ".join(values)
        places = ", ".join(f":{name}" for name in values)
        self.run(f"INSERT INTO jobs ({names}) VALUES ({places})", **values)  # noqa: S608 (the tests' own names)
        return job_id

    def chunk(self, job_id: UUID, chunk_no: int, objects: Sequence[Seen], *, state: str = "done") -> None:
        outcomes = Counter(seen.outcome for seen in objects)
        found = [pair for seen in objects for pair in seen.found]
        self.run(
            INSERT_CHUNK,
            job_id=job_id,
            chunk_no=chunk_no,
            state=state,
            objects=len(objects),
            bytes=10 * len(objects),
            scanned=10 * outcomes["succeeded"],
            reasons=json.dumps(Counter(seen.reason for seen in objects if seen.reason)),
            detectors=json.dumps(Counter(detector for detector, _ in found)),
            severities=json.dumps(Counter(severity for _, severity in found)),
            **{name: outcomes[name] for name in ("succeeded", "partial", "skipped", "failed")},
        )
        for ordinal, seen in enumerate(objects):
            self._object(job_id, chunk_no, ordinal, seen)
        self.run(
            COUNT_LISTED,
            n=len(objects),
            id=job_id,
        )

    def freeze(self, job_id: UUID) -> None:
        """End a job, as its last chunk would."""
        self.run(
            FREEZE,
            id=job_id,
        )

    def refresh(self) -> None:
        self.run("REFRESH MATERIALIZED VIEW job_progress")

    def _object(self, job_id: UUID, chunk_no: int, ordinal: int, seen: Seen) -> None:
        self.run(
            INSERT_OBJECT,
            job_id=job_id,
            chunk_no=chunk_no,
            ordinal=ordinal,
            key=encode_key(seen.key),
            modified=MODIFIED,
            outcome=seen.outcome,
            reason=seen.reason,
        )
        for number, (detector, severity) in enumerate(seen.found):
            self.finding(job_id, chunk_no, ordinal, detector, severity, f"{number:064x}")

    def finding(
        self, job_id: UUID, chunk_no: int, ordinal: int, detector: str, severity: str, fingerprint: str
    ) -> None:
        self.run(
            INSERT_FINDING,
            job_id=job_id,
            chunk_no=chunk_no,
            ordinal=ordinal,
            detector=detector,
            fingerprint=fingerprint,
            severity=severity,
        )


def succeeded(keys: Iterable[str]) -> list[Seen]:
    return [Seen(key, "succeeded") for key in keys]
