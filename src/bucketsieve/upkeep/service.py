"""Once a minute: refresh the progress of all jobs, and pick up what was dropped between two steps."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from itertools import groupby
from typing import Final
from uuid import UUID

from bucketsieve.errors import PermanentError, TransientError
from bucketsieve.job import Job
from bucketsieve.jobs.service import first_state, next_state
from bucketsieve.listing.service import ListingService, State
from bucketsieve.models import ChunkMessage
from bucketsieve.observability import logger
from bucketsieve.ports import ChunkQueue, ExecutionStatus, ListingExecutions
from bucketsieve.store import sweep
from bucketsieve.store.control import end_cancelled
from bucketsieve.store.database import Database, Transaction
from bucketsieve.store.health import Health, measure
from bucketsieve.store.jobs import close_job, find_job, set_execution
from bucketsieve.store.listing import mark_enqueued
from bucketsieve.store.progress import refresh_progress

#: Transactions of one run on one cancelled job; the next run, a minute later, goes on.
_CANCEL_BATCHES: Final = 10

#: States an execution does not come back from by itself.
_GIVEN_UP: Final = frozenset({ExecutionStatus.FAILED, ExecutionStatus.TIMED_OUT})

#: States that leave a listing without anybody: its execution ended while the job was paused, was stopped by hand (a job
#: is stopped by cancelling it), or is forgotten by now.
_ENDED_EARLY: Final = frozenset({ExecutionStatus.SUCCEEDED, ExecutionStatus.ABORTED, ExecutionStatus.MISSING})

#: What is sent again whatever the queue holds.
_LOST: Final = (sweep.unsent, sweep.abandoned, sweep.near_retention)


@dataclass(frozen=True, slots=True)
class UpkeepReport:
    """What one run did; ``refreshed`` is false where another run was at it."""

    refreshed: bool
    chunks_sent_again: int
    listings_resumed: int
    listings_failed: int
    chunks_ended: int  # of cancelled jobs
    jobs_closed: int

    def to_json(self) -> dict[str, int | bool]:
        """Return the report as the function's answer."""
        return asdict(self)


class Upkeep:
    """Refreshes and sweeps; every action is safe to repeat, and bounded."""

    def __init__(
        self,
        database: Database,
        queue: ChunkQueue,
        listing: ListingService,
        executions: ListingExecutions | None,
    ) -> None:
        self._database = database
        self._queue = queue
        self._listing = listing
        self._executions = executions

    def run(self) -> UpkeepReport:
        """Sweep, then refresh, so that the view shows what the sweep did; what fails is left to the next minute."""
        sent = sum(self._attempt(partial(self._send_again, find)) for find in _LOST)
        sent += self._attempt(self._refill_idle_queue)
        resumed, failed = self._look_after_listings()
        return UpkeepReport(
            chunks_sent_again=sent,
            listings_resumed=resumed,
            listings_failed=failed,
            chunks_ended=self._attempt(self._end_all_cancelled),
            jobs_closed=self._attempt(self._close_all),
            refreshed=bool(self._attempt(lambda: self._database.run(refresh_progress))),
        )

    def health(self) -> Health | None:
        """Measure how the jobs are; ``None`` where the record does not say."""
        try:
            return self._database.run(measure)
        except TransientError as error:
            logger.warning("the jobs could not be measured", extra={"cause": str(error)})
            return None

    def _attempt(self, part: Callable[[], int]) -> int:
        try:
            return part()
        except TransientError as error:
            logger.warning("a part of the upkeep is left to the next minute", extra={"cause": str(error)})
            return 0

    def _refill_idle_queue(self) -> int:
        return self._send_again(sweep.waiting_for_nothing) if self._queue.is_idle() else 0

    def _end_all_cancelled(self) -> int:
        return sum(self._end_cancelled(job_id) for job_id in self._database.run(sweep.cancelled))

    def _close_all(self) -> int:
        return sum(self._close(job_id) for job_id in self._database.run(sweep.ready_to_close))

    def _send_again(self, find: Callable[[Transaction], list[sweep.LostChunk]]) -> int:
        count = 0
        lost = sorted(self._database.run(find), key=lambda chunk: (chunk.job_id, chunk.chunk_no))
        for job_id, of_job in groupby(lost, key=lambda chunk: chunk.job_id):
            chunks = list(of_job)
            sent = self._queue.send(
                [ChunkMessage(chunk.job_id, chunk.chunk_no) for chunk in chunks],
                group=chunks[0].fair_share_group,
                trace_header=chunks[0].trace_header,
            )
            self._mark(job_id, [message.chunk_no for message in sent])
            logger.info("chunks were announced again", extra={"job_id": str(job_id), "chunks": len(sent)})
            count += len(sent)
        return count

    def _look_after_listings(self) -> tuple[int, int]:
        resumed = failed = 0
        try:
            stalled = self._database.run(sweep.stalled_listings)
        except TransientError:
            return 0, 0
        for job_id in stalled:
            try:
                job = self._find(job_id)
                if job is not None and self._resume(job):
                    resumed += 1
            except PermanentError as error:
                self._listing.fail(job_id, error=type(error).__name__, cause=str(error))
                failed += 1
            except TransientError:
                logger.warning("a stalled listing could not be resumed", extra={"job_id": str(job_id)})
        return resumed, failed

    def _resume(self, job: Job) -> bool:
        """Start a listing that was never started, or whose last execution ended too early; give up one that failed.

        Raises:
            PermanentError: the listing cannot go on.
        """
        if self._executions is None:
            self._listing.step(next_state(job))
            return True
        if job.execution_arn is None:
            return self._start(self._executions, job, first_state(job), 0)
        status = self._executions.status(job.execution_arn)
        if status in _GIVEN_UP:
            raise PermanentError(f"the execution ended as {status}")
        if status in _ENDED_EARLY:
            return self._start(self._executions, job, next_state(job), job.continuation + 1)
        return False

    def _start(self, executions: ListingExecutions, job: Job, state: State, number: int) -> bool:
        execution_arn = executions.start(f"{job.id}-{number}", state, trace_header=job.trace_header)
        self._database.run(lambda tx: set_execution(tx, job.id, execution_arn, number))
        logger.info("a listing was resumed", extra={"job_id": str(job.id), "continuation": number})
        return True

    def _find(self, job_id: UUID) -> Job | None:
        return self._database.run(lambda tx: find_job(tx, job_id))

    def _mark(self, job_id: UUID, chunk_nos: list[int]) -> None:
        self._database.run(lambda tx: mark_enqueued(tx, job_id, chunk_nos))

    def _end_cancelled(self, job_id: UUID) -> int:
        count = 0
        for _ in range(_CANCEL_BATCHES):
            ended = self._database.run(lambda tx: end_cancelled(tx, job_id))
            count += ended
            if not ended:
                break
        return count

    def _close(self, job_id: UUID) -> bool:
        return self._database.run(lambda tx: close_job(tx, job_id))
