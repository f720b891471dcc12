"""Takes requests for scans: each becomes one job, and one listing."""

import time
from collections.abc import Callable
from typing import Final, Literal
from uuid import uuid4

from bucketsieve.errors import BucketError, IdempotencyConflictError, TransientError
from bucketsieve.job import AcceptedScan, Job, NewJob, NewScan
from bucketsieve.listing.service import ListingService, State
from bucketsieve.observability import logger
from bucketsieve.ports import BucketLister, ListingExecutions, Traces
from bucketsieve.store.database import Database, Transaction
from bucketsieve.store.jobs import find_job, find_job_by_idempotency_key, insert_job, set_execution

#: A request has 28 s in all; the last round that is begun needs some of it.
SYNCHRONOUS_SECONDS: Final = 20.0


#: SQS takes no longer MessageGroupId; the oldest buckets of us-east-1 have names of up to 255 characters.
_LONGEST_GROUP: Final = 128


class JobService:
    """Creates jobs. Without ``executions`` it lists inside the request, for as long as a request may take."""

    def __init__(
        self,
        database: Database,
        lister: BucketLister,
        listing: ListingService,
        executions: ListingExecutions | None,
        traces: Traces,
        *,
        fair_share_by: Literal["bucket", "job"],
        ruleset_version: str,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._lister = lister
        self._listing = listing
        self._executions = executions
        self._traces = traces
        self._fair_share_by = fair_share_by
        self._ruleset_version = ruleset_version
        self._clock = clock

    def create(self, scan: NewScan, *, idempotency_key: str | None) -> AcceptedScan:
        """Record a job and start its listing; the same key and request again give the same job.

        Raises:
            BucketError: there is no such bucket, or it may not be listed.
            IdempotencyConflictError: the key belongs to another request.
            TransientError: S3 or the database did not answer; nothing was recorded, as far as is known.
        """
        job = self._known(scan, idempotency_key)
        if job is None:
            self._lister.check_bucket(scan.bucket)
            job = self._record(scan, idempotency_key)
        if self._executions is None:
            return self._list_here(job)
        return AcceptedScan(
            job_id=job.id,
            bucket=job.bucket,
            prefix=job.prefix,
            status=job.status,
            execution_arn=job.execution_arn or self._start(job, self._executions),
        )

    def _record(self, scan: NewScan, idempotency_key: str | None) -> Job:
        job_id = uuid4()
        new = NewJob(
            id=job_id,
            scan=scan,
            idempotency_key=idempotency_key,
            fair_share_group=scan.bucket[:_LONGEST_GROUP] if self._fair_share_by == "bucket" else str(job_id),
            trace_header=self._traces.header(),
            ruleset_version=self._ruleset_version,
        )

        def insert_or_find(tx: Transaction) -> Job:
            insert_job(tx, new)
            job = find_job(tx, new.id)
            if job is None and idempotency_key is not None:
                job = find_job_by_idempotency_key(tx, idempotency_key)
            assert job is not None, "it was inserted, or its key was there"
            return job

        return _same_request(self._database.run(insert_or_find), scan)

    def _known(self, scan: NewScan, idempotency_key: str | None) -> Job | None:
        """Return the job of an earlier request with this key, whatever has become of its bucket since."""
        if idempotency_key is None:
            return None
        job = self._database.run(lambda tx: find_job_by_idempotency_key(tx, idempotency_key))
        return None if job is None else _same_request(job, scan)

    def _start(self, job: Job, executions: ListingExecutions) -> str | None:
        """Start the listing; the job is on record, so that the sweeper starts what could not be started here."""
        try:
            execution_arn = executions.start(f"{job.id}-0", first_state(job), trace_header=job.trace_header)
        except TransientError:
            logger.warning("the listing was not started; the sweeper will", extra={"job_id": str(job.id)})
            return None
        self._database.run(lambda tx: set_execution(tx, job.id, execution_arn, 0))
        return execution_arn

    def _list_here(self, job: Job) -> AcceptedScan:
        logger.warning("no state machine is configured: listing inside the request", extra={"job_id": str(job.id)})
        deadline = self._clock() + SYNCHRONOUS_SECONDS
        state = next_state(job)
        enqueued = 0
        try:
            while not state.get("done") and self._clock() < deadline:
                state = self._listing.step(state)
                enqueued += state["messages_enqueued"]
        except BucketError as error:
            self._listing.fail(job.id, error=type(error).__name__, cause=str(error))
            raise
        except TransientError:
            logger.warning("the listing was interrupted; the sweeper goes on", extra={"job_id": str(job.id)})
        return AcceptedScan(
            job_id=job.id,
            bucket=job.bucket,
            prefix=job.prefix,
            status="queued" if state.get("done") else "listing",
            total_objects=state["objects_processed"],
            messages_enqueued=enqueued,
            asynchronous=False,
        )


def _same_request(job: Job, scan: NewScan) -> Job:
    if job.request_digest != scan.digest():
        raise IdempotencyConflictError(f"the Idempotency-Key was used for job {job.id} with another request")
    return job


def next_state(job: Job) -> State:
    """Return the input of the execution that takes a job up where the last one left it."""
    return first_state(job) | {"objects_processed": job.listed_objects, "continuation": job.continuation + 1}


def first_state(job: Job) -> State:
    """Return the input of a job's first execution; it never grows, for the position is in the database."""
    return {
        "job_id": str(job.id),
        "bucket": job.bucket,
        "prefix": job.prefix,
        "continuation_token": None,
        "objects_processed": 0,
    }
