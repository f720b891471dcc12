"""Services without a database: scans, jobs and results in lists."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID, uuid4

from bucketsieve.errors import (
    BucketError,
    ConflictError,
    IdempotencyConflictError,
    InvalidRequestError,
    NotFoundError,
)
from bucketsieve.job import AcceptedScan, NewScan
from bucketsieve.jobs.control import Retried
from bucketsieve.models import JobStatus
from bucketsieve.reasons import Reason
from bucketsieve.results.model import (
    ByteTotals,
    FindingFilter,
    FindingPosition,
    FindingReport,
    JobPosition,
    JobReport,
    ObjectPosition,
    ObjectReport,
    ObjectState,
    ObjectTotals,
    Slice,
    Totals,
)

NOW = datetime(2026, 11, 21, 12, 0, 0, 123456, tzinfo=UTC)


@dataclass
class FakeScans:
    """Takes scans of buckets that are there and not forbidden; without a state machine, it lists at once."""

    buckets: set[str] = field(default_factory=lambda: {"acme-exports"})
    forbidden: set[str] = field(default_factory=set)
    asynchronous: bool = True
    error: Exception | None = None
    taken: list[NewScan] = field(default_factory=list)
    by_key: dict[str, tuple[NewScan, UUID]] = field(default_factory=dict)

    def create(self, scan: NewScan, *, idempotency_key: str | None) -> AcceptedScan:
        if self.error:
            raise self.error
        if scan.bucket in self.forbidden:
            raise BucketError(Reason.PERMISSION_DENIED, "AccessDenied: arn:aws:iam::123456789012:role/scanner")
        if scan.bucket not in self.buckets:
            raise BucketError(Reason.NO_SUCH_BUCKET_AVAILABLE, "NoSuchBucket")
        job_id = self._record(scan, idempotency_key)
        if not self.asynchronous:
            return AcceptedScan(
                job_id, scan.bucket, scan.prefix, "queued", total_objects=7, messages_enqueued=1, asynchronous=False
            )
        return AcceptedScan(job_id, scan.bucket, scan.prefix, "listing", execution_arn=f"arn:aws:states:::{job_id}-0")

    def _record(self, scan: NewScan, key: str | None) -> UUID:
        known = self.by_key.get(key) if key else None
        if known is not None:
            if known[0] != scan:
                raise IdempotencyConflictError(f"the Idempotency-Key was used for job {known[1]} with another request")
            return known[1]
        self.taken.append(scan)
        job_id = uuid4()
        if key:
            self.by_key[key] = (scan, job_id)
        return job_id


@dataclass
class FakeResults:
    """Jobs, objects and findings in memory; a page goes on behind the position it is given."""

    known_jobs: list[JobReport] = field(default_factory=list)  # newest first
    known_objects: dict[UUID, list[ObjectReport]] = field(default_factory=dict)
    known_findings: list[FindingReport] = field(default_factory=list)
    detectors: frozenset[str] = frozenset({"us_ssn"})

    def job(self, job_id: UUID, *, real_time: bool = False) -> JobReport:
        for job in self.known_jobs:
            if job.job_id == job_id:
                return job.model_copy(update={"real_time": real_time})
        raise NotFoundError("There is no job of this id.")

    def jobs(self, *, after: JobPosition | None, limit: int) -> Slice[JobReport, JobPosition]:
        rest = [job for job in self.known_jobs if after is None or (job.created_at, job.job_id) < after]
        last = JobPosition(rest[limit - 1].created_at, rest[limit - 1].job_id) if len(rest) > limit else None
        return Slice(rest[:limit], last)

    def objects(
        self,
        job_id: UUID,
        *,
        outcome: ObjectState | None,
        reason: Reason | None,
        after: ObjectPosition | None,
        limit: int,
    ) -> Slice[ObjectReport, ObjectPosition]:
        start = 0 if after is None else after.ordinal + 1
        passing = [
            (ordinal, item)
            for ordinal, item in enumerate(self.known_objects[job_id])
            if ordinal >= start and outcome in (None, item.outcome) and reason in (None, item.reason)
        ]
        page = passing[:limit]
        return Slice([item for _, item in page], ObjectPosition(0, page[-1][0]) if len(passing) > limit else None)

    def findings(
        self, wanted: FindingFilter, *, after: FindingPosition | None, limit: int
    ) -> Slice[FindingReport, FindingPosition]:
        if wanted.detector not in {None, *self.detectors}:
            raise InvalidRequestError("detector: there is none of this id.")
        passing = [
            item
            for item in self.known_findings
            if (after is None or item.fingerprint > after.fingerprint)
            and wanted.job_id in (None, item.job_id)
            and wanted.bucket in (None, item.bucket)
            and wanted.key in (None, item.key)
            and wanted.detector in (None, item.detector)
            and wanted.severity in (None, item.severity)
        ]
        page = passing[:limit]
        last = (
            FindingPosition(page[-1].job_id, 0, 0, page[-1].detector, page[-1].fingerprint)
            if len(passing) > limit
            else None
        )
        return Slice(page, last)


@dataclass
class FakeControl:
    """Changes the status of jobs that ``results`` knows, and retries every object there is."""

    results: FakeResults
    retries: list[tuple[Reason | None, str | None]] = field(default_factory=list)

    def cancel(self, job_id: UUID) -> None:
        self._change(job_id, JobStatus.CANCELLED)

    def pause(self, job_id: UUID) -> None:
        self._change(job_id, JobStatus.PAUSED)

    def resume(self, job_id: UUID) -> None:
        self._change(job_id, JobStatus.SCANNING)

    def retry(self, job_id: UUID, *, reason: Reason | None = None, key: str | None = None) -> Retried:
        self.results.job(job_id)
        self.retries.append((reason, key))
        return Retried(len(self.results.known_objects[job_id]), more=False)

    def _change(self, job_id: UUID, status: JobStatus) -> None:
        job = self.results.job(job_id)
        if job.status is JobStatus.COMPLETED:
            raise ConflictError("the job is completed already; there is nothing left to cancel")
        self.results.known_jobs = [job.model_copy(update={"status": status})]


def job_report(job_id: UUID, created_at: datetime = NOW, *, status: JobStatus = JobStatus.SCANNING) -> JobReport:
    """Return a job that has scanned one object."""
    return JobReport(
        job_id=job_id,
        bucket="acme-exports",
        prefix="",
        status=status,
        created_at=created_at,
        ended_at=None,
        execution_arn=None,
        ruleset_version="2026.11-0123456789ab",
        failure=None,
        percent=100,
        totals=Totals(
            objects=ObjectTotals(listed=1, queued=0, processing=0, succeeded=1, partial=0, skipped=0, failed=0),
            bytes=ByteTotals(listed=10, scanned=10),
            reasons={},
            detectors={},
            severities={},
        ),
        as_of=created_at,
        real_time=False,
    )


def object_report(key: str, outcome: ObjectState, reason: Reason | None = None) -> ObjectReport:
    """Return an object of ten bytes."""
    return ObjectReport(
        key=key,
        version=None,
        size=10,
        etag='"e"',
        storage_class="STANDARD",
        last_modified=NOW,
        outcome=outcome,
        reason=reason,
        detail=None,
        bytes_scanned=0,
        settled_at=NOW,
    )


def finding_report(job_id: UUID, key: str, number: int) -> FindingReport:
    """Return a finding of a social security number."""
    return FindingReport.model_validate({
        "job_id": job_id,
        "bucket": "acme-exports",
        "key": key,
        "version": None,
        "detector": "us_ssn",
        "severity": "high",
        "confidence": "contextual",
        "confidence_reason": "a word beside it names it",
        "masked": "***-**-6789",
        "context": "ssn: ***-**-6789",
        "fingerprint": f"{number:064x}",
        "count": 1,
        "locations": [{"start": 5, "end": 16, "line": 1, "column": 6}],
        "found_at": NOW,
    })  # fmt: skip
