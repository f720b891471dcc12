"""Stops, resumes and retries jobs; every call may be repeated, and two at once take turns."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from bucketsieve.errors import ConflictError, NotFoundError, TransientError
from bucketsieve.jobs.service import next_state
from bucketsieve.listing.service import ListingService
from bucketsieve.models import JobStatus
from bucketsieve.observability import logger
from bucketsieve.ports import ListingExecutions
from bucketsieve.reasons import Reason
from bucketsieve.store import control
from bucketsieve.store.control import lock_status
from bucketsieve.store.database import Database, Transaction
from bucketsieve.store.jobs import close_job, find_job, set_execution

#: What a request does of a long job's work itself; the sweeper, or the same request again, does the rest.
REQUEST_SECONDS: Final = 15.0


@dataclass(frozen=True, slots=True)
class Retried:
    """What a retry queued again; ``more`` where the request's time was over before the work was."""

    objects: int
    more: bool


class JobControl:
    """Changes what becomes of a job that was begun."""

    def __init__(
        self,
        database: Database,
        listing: ListingService,
        executions: ListingExecutions | None,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._listing = listing
        self._executions = executions
        self._clock = clock

    def cancel(self, job_id: UUID) -> None:
        """End the job: what was not scanned is skipped as ``CANCELLED``; findings so far are kept.

        Raises:
            NotFoundError: there is no such job.
            ConflictError: it has ended already.
        """

        def work(tx: Transaction) -> None:
            status, is_open = _locked(tx, job_id)
            if not is_open and status is not JobStatus.CANCELLED:
                raise ConflictError(f"the job is {status} already; there is nothing left to cancel")
            if status is not JobStatus.CANCELLED:
                control.set_cancelled(tx, job_id)

        self._database.run(work)
        deadline = self._clock() + REQUEST_SECONDS
        while self._database.run(lambda tx: control.end_cancelled(tx, job_id)) and self._clock() < deadline:
            pass
        self._database.run(lambda tx: close_job(tx, job_id))

    def pause(self, job_id: UUID) -> None:
        """Stop listing and beginning chunks; those in work are finished.

        Raises:
            NotFoundError: there is no such job.
            ConflictError: it has ended.
        """

        def work(tx: Transaction) -> None:
            status, _ = _locked(tx, job_id)
            if status in {JobStatus.LISTING, JobStatus.SCANNING}:
                control.set_paused(tx, job_id)
            elif status is not JobStatus.PAUSED:
                raise ConflictError(f"the job is {status}; only a job that runs can be paused")

        self._database.run(work)

    def resume(self, job_id: UUID) -> None:
        """Let a paused job go on where it stopped.

        Raises:
            NotFoundError: there is no such job.
            ConflictError: it has ended.
        """

        def work(tx: Transaction) -> bool:
            status, _ = _locked(tx, job_id)
            if status is JobStatus.PAUSED:
                control.set_resumed(tx, job_id)
                return True
            if status not in {JobStatus.LISTING, JobStatus.SCANNING}:
                raise ConflictError(f"the job is {status}; only a paused job can be resumed")
            return False

        if self._database.run(work):
            self._announce(job_id, while_listing=True)

    def retry(self, job_id: UUID, *, reason: Reason | None = None, key: str | None = None) -> Retried:
        """Scan again what was not scanned: all failed objects, those with this reason, or the one with this key.

        Raises:
            NotFoundError: there is no such job.
            ConflictError: it was cancelled.
        """

        def work(tx: Transaction) -> tuple[int, int]:
            status, _ = _locked(tx, job_id)
            if status is JobStatus.CANCELLED:
                raise ConflictError("the job was cancelled; start a new scan instead")
            return control.requeue(tx, job_id, reason=reason, key=key)

        deadline = self._clock() + REQUEST_SECONDS
        objects = 0
        while True:
            batch = self._database.run(work)
            objects += batch[1]
            if batch[0] < control.BATCH or self._clock() >= deadline:
                break
        if objects:
            self._announce(job_id, while_listing=False)
        return Retried(objects, more=batch[0] == control.BATCH)

    def _announce(self, job_id: UUID, *, while_listing: bool) -> None:
        """Have the chunks announced that wait: by the next execution, or here; at the latest by the sweeper.

        A listing that goes on announces them in its next round; a second lister beside it would only be in its way.
        """
        job = self._database.run(lambda tx: find_job(tx, job_id))
        assert job is not None, "it was locked a moment ago"
        if job.status is JobStatus.LISTING and not while_listing:
            return
        state = next_state(job)
        try:
            if self._executions is None:
                self._listing.step(state)
                return
            arn = self._executions.start(f"{job.id}-{state['continuation']}", state, trace_header=job.trace_header)
            self._database.run(lambda tx: set_execution(tx, job_id, arn, state["continuation"]))
        except TransientError:
            logger.warning("the chunks were not announced; the sweeper will", extra={"job_id": str(job_id)})


def _locked(tx: Transaction, job_id: UUID) -> tuple[JobStatus, bool]:
    found = lock_status(tx, job_id)
    if found is None:
        raise NotFoundError(f"there is no job {job_id}")
    return found
