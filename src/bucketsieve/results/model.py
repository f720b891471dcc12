"""What can be asked about jobs, objects and findings, and what the answers look like.

The answers are the public ones: the API gives them out as they are here.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, NamedTuple
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from bucketsieve.detect.model import Confidence, Severity
from bucketsieve.models import JobStatus
from bucketsieve.reasons import Reason


class ObjectState(StrEnum):
    """Where an object stands: waiting, in a worker's hands, or settled with an outcome."""

    QUEUED = "queued"
    PROCESSING = "processing"
    SUCCEEDED = "succeeded"
    PARTIAL = "partial"
    SKIPPED = "skipped"
    FAILED = "failed"

    @property
    def settled(self) -> bool:
        """Whether it is an outcome, which never changes again."""
        return self not in (ObjectState.QUEUED, ObjectState.PROCESSING)


#: Always told in UTC, whatever time zone the database is set to.
Moment = Annotated[AwareDatetime, AfterValidator(lambda moment: moment.astimezone(UTC))]


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True)


class ObjectTotals(_Answer):
    """Objects by where they stand; the six always add up to ``listed``."""

    listed: int
    queued: int
    processing: int
    succeeded: int
    partial: int
    skipped: int
    failed: int


class ByteTotals(_Answer):
    """Bytes of the listing, and bytes that were read and examined."""

    listed: int
    scanned: int


class Totals(_Answer):
    """The ledger of a job, summed up."""

    objects: ObjectTotals
    bytes: ByteTotals
    reasons: Annotated[dict[str, int], Field(description="Objects by reason, of those partial, skipped or failed.")]
    detectors: Annotated[dict[str, int], Field(description="Occurrences by detector.")]
    severities: Annotated[dict[str, int], Field(description="Occurrences by severity.")]


class Failure(_Answer):
    """Why a job could not be listed to its end."""

    reason: str
    detail: str | None


class JobReport(_Answer):
    """A job and how far it is."""

    job_id: UUID
    bucket: str
    prefix: str
    status: JobStatus
    created_at: Moment
    ended_at: Moment | None
    execution_arn: Annotated[str | None, Field(description="The Step Functions execution that lists the bucket.")]
    ruleset_version: str
    failure: Failure | None
    percent: Annotated[float, Field(description="Objects settled, of those listed so far; 100 only once all are.")]
    totals: Totals
    as_of: Annotated[Moment, Field(description="When the totals were counted.")]
    real_time: Annotated[bool, Field(description="Whether that is now; if not, the totals are of the last refresh.")]


class ObjectReport(_Answer):
    """An object as it was listed, and what became of it."""

    key: str
    version: Annotated[str | None, Field(description="Version id; null where the listing gave none.")]
    size: Annotated[int, Field(description="Bytes.")]
    etag: str
    storage_class: str
    last_modified: Moment
    outcome: ObjectState
    reason: Reason | None
    detail: str | None
    bytes_scanned: int
    settled_at: Moment | None


class FoundLocation(_Answer):
    """An occurrence: byte offsets in the object, end exclusive; line and column from 1, columns in characters."""

    start: int
    end: int
    line: int
    column: int


class FindingReport(_Answer):
    """One value of one detector in one object, masked."""

    job_id: UUID
    bucket: str
    key: str
    version: str | None
    detector: str
    severity: Severity
    confidence: Confidence
    confidence_reason: str
    masked: str
    context: Annotated[str, Field(description="The line around the first occurrence, every finding in it masked.")]
    fingerprint: Annotated[str, Field(description="The same for the same value anywhere in this deployment.")]
    count: Annotated[int, Field(description="Occurrences in the object.")]
    locations: Annotated[list[FoundLocation], Field(description="The first occurrences.")]
    found_at: Moment


class JobPosition(NamedTuple):
    """A place in the list of jobs, newest first."""

    created_at: datetime
    job_id: UUID


class ObjectPosition(NamedTuple):
    """A place in a job's ledger."""

    chunk_no: int
    ordinal: int


class FindingPosition(NamedTuple):
    """A place in the findings of all jobs."""

    job_id: UUID
    chunk_no: int
    ordinal: int
    detector: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Slice[Item, Position]:
    """A part of a list, and the position of its last item where the list goes on behind it."""

    items: list[Item]
    last: Position | None


@dataclass(frozen=True, slots=True)
class FindingFilter:
    """Which findings are wanted; ``None`` leaves an aspect open."""

    job_id: UUID | None = None
    bucket: str | None = None
    key: str | None = None
    detector: str | None = None
    severity: Severity | None = None
