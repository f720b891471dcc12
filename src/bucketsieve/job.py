"""What a job is, from the request for a scan to the row that records it."""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from bucketsieve.models import JobStatus


@dataclass(frozen=True, slots=True)
class ScanOptions:
    """What a scan leaves out. Extensions are lower case, without the dot; sizes in bytes."""

    max_object_bytes: int
    include_extensions: tuple[str, ...] = ()  # empty: all
    exclude_extensions: tuple[str, ...] = ()
    modified_after: datetime | None = None

    def to_json(self) -> str:
        """Return the form that is stored on the job."""
        return json.dumps(asdict(self), default=datetime.isoformat, sort_keys=True)

    @classmethod
    def from_stored(cls, stored: dict[str, Any]) -> Self:
        """Read what ``to_json`` wrote, parsed."""
        modified_after = stored["modified_after"]
        return cls(
            max_object_bytes=stored["max_object_bytes"],
            include_extensions=tuple(stored["include_extensions"]),
            exclude_extensions=tuple(stored["exclude_extensions"]),
            modified_after=datetime.fromisoformat(modified_after) if modified_after else None,
        )


@dataclass(frozen=True, slots=True)
class NewScan:
    """A request to scan a bucket, checked for form."""

    bucket: str
    options: ScanOptions
    prefix: str = ""

    def digest(self) -> str:
        """Return what two requests must share to count as the same under one ``Idempotency-Key``."""
        return hashlib.sha256(json.dumps([self.bucket, self.prefix, self.options.to_json()]).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class NewJob:
    """A job about to be recorded."""

    id: UUID
    scan: NewScan
    idempotency_key: str | None
    fair_share_group: str
    trace_header: str | None
    ruleset_version: str


@dataclass(frozen=True, slots=True)
class Job:
    """A job as recorded, without its totals."""

    id: UUID
    bucket: str
    prefix: str
    options: ScanOptions
    status: JobStatus
    request_digest: str
    fair_share_group: str
    trace_header: str | None
    execution_arn: str | None
    last_key: str | None
    continuation_token: str | None
    listed_objects: int
    next_chunk_no: int
    listing_done: bool
    continuation: int  # the number of its last execution, from 0


@dataclass(frozen=True, slots=True)
class AcceptedScan:
    """The answer to a request: the job, and, where listing ran inside the request, what it found."""

    job_id: UUID
    bucket: str
    prefix: str
    status: str
    execution_arn: str | None = None
    total_objects: int | None = None
    messages_enqueued: int | None = None
    asynchronous: bool = field(default=True)
