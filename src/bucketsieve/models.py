"""The words the package speaks: plain, frozen data that every layer may import."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, Self
from uuid import UUID

from bucketsieve.detect.model import Finding
from bucketsieve.errors import MessageError
from bucketsieve.reasons import Outcome, Reason


class JobStatus(StrEnum):
    """Where a job is in its life; the last three are final."""

    LISTING = "listing"
    SCANNING = "scanning"
    PAUSED = "paused"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


class ChunkState(StrEnum):
    """Where a chunk is: waiting for a worker, held by one under a lease, or settled."""

    QUEUED = "queued"
    PROCESSING = "processing"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Verdict:
    """An outcome with the reason it needs; only the pairs of ``REASONS_BY_OUTCOME`` are valid."""

    outcome: Outcome
    reason: Reason | None = None
    detail: str | None = None  # one sentence for a person; never content of the object


SUCCEEDED: Final = Verdict(Outcome.SUCCEEDED)


@dataclass(frozen=True, slots=True)
class ListedObject:
    """An object as ``ListObjectsV2`` reported it. ``size`` is in bytes; ``etag`` keeps its quotes."""

    key: str
    size: int
    etag: str
    storage_class: str
    last_modified: datetime


@dataclass(frozen=True, slots=True)
class PlannedObject:
    """A listed object with what listing could settle already; ``None`` means it has to be read."""

    listed: ListedObject
    verdict: Verdict | None = None


@dataclass(frozen=True, slots=True)
class PlannedChunk:
    """A unit of work as it will be stored; without objects to read it is born done and needs no message."""

    chunk_no: int
    objects: tuple[PlannedObject, ...]

    @property
    def needs_reading(self) -> bool:
        """Whether any object of it is still without a verdict."""
        return any(planned.verdict is None for planned in self.objects)

    @property
    def byte_count(self) -> int:
        """Bytes to read, by the sizes of the listing."""
        return sum(planned.listed.size for planned in self.objects if planned.verdict is None)


@dataclass(frozen=True, slots=True)
class ChunkMessage:
    """What one queue message says: look at this chunk. The rows are the record, the message only a nudge."""

    job_id: UUID
    chunk_no: int

    #: Raised when an older worker could no longer understand a message.
    VERSION = 1

    def to_json(self) -> str:
        """Return the message body."""
        return json.dumps({"version": self.VERSION, "job_id": str(self.job_id), "chunk_no": self.chunk_no})

    @classmethod
    def from_json(cls, body: str) -> Self:
        """Read a message body.

        Raises:
            MessageError: the body is no such message, or of another version.
        """
        try:
            fields: dict[str, Any] = json.loads(body)
            version = fields["version"]
            message = cls(UUID(fields["job_id"]), int(fields["chunk_no"]))
        except (ValueError, KeyError, TypeError) as error:
            raise MessageError(f"not a chunk message: {type(error).__name__}") from error
        if version != cls.VERSION:
            raise MessageError(f"message version {version} is not {cls.VERSION}, the one this worker understands")
        return message


@dataclass(frozen=True, slots=True)
class ClaimedObject:
    """An object of a claimed chunk that is still without an outcome."""

    ordinal: int
    key: str
    size: int
    etag: str
    attempts: int  # how often it was tried alone; see ``ClaimedChunk.isolated``


@dataclass(frozen=True, slots=True)
class ClaimedChunk:
    """A chunk under this worker's lease; ``attempt`` is the fence for everything it writes."""

    job_id: UUID
    chunk_no: int
    attempt: int
    bucket: str
    trace_header: str | None
    objects: tuple[ClaimedObject, ...]
    forgiven: int = 0  # attempts that ended in good order, or before a retry
    troubles: int = 0  # how often it was given back since then because S3 did not deliver

    @property
    def isolated(self) -> bool:
        """Whether objects go one at a time: a worker has died, or lost its lease, on this chunk before."""
        return self.attempt - self.forgiven > 1


@dataclass(frozen=True, slots=True)
class ObjectResult:
    """What the examination of one object gave.

    ``findings`` hold masked values only, up to the cap of each detector; ``detectors`` and ``severities`` count every
    occurrence, beyond the cap too.
    """

    ordinal: int
    verdict: Verdict
    bytes_scanned: int = 0
    findings: Sequence[Finding] = ()
    detectors: Mapping[str, int] = field(default_factory=dict)
    severities: Mapping[str, int] = field(default_factory=dict)
