"""A step of the listing: one round of keys into the record, then a message for every chunk of it."""

import json
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Final
from uuid import UUID

from bucketsieve.errors import NotFoundError, TransientError
from bucketsieve.faults import maybe_crash
from bucketsieve.job import Job
from bucketsieve.listing.plan import ChunkLimits, plan_chunks
from bucketsieve.models import ChunkMessage, JobStatus
from bucketsieve.observability import logger
from bucketsieve.ports import BucketLister, ChunkQueue, ListingPage, Traces
from bucketsieve.reasons import Reason
from bucketsieve.store.database import Database, Transaction
from bucketsieve.store.jobs import close_job, fail_job, find_job, set_execution
from bucketsieve.store.listing import PagePlan, append_page, mark_enqueued, unsent_chunks

#: botocore tries again by itself; what takes longer than this is left to the next try of the step.
PAGE_SECONDS: Final = 45.0

type State = dict[str, Any]


class ListingService:
    """Lists buckets round by round; each round is a step that may be repeated without harm."""

    def __init__(
        self,
        database: Database,
        lister: BucketLister,
        queue: ChunkQueue,
        traces: Traces,
        *,
        limits: ChunkLimits,
        round_keys: int,
    ) -> None:
        self._database = database
        self._lister = lister
        self._queue = queue
        self._traces = traces
        self._limits = limits
        self._round_keys = round_keys

    def step(self, state: State) -> State:
        """List the next round and announce its chunks.

        ``state`` is the state machine's: ``job_id``, ``bucket``, ``prefix``, ``continuation_token``,
        ``objects_processed``, how many ``rounds`` this execution made, and which ``continuation`` it is. The position
        is read from the database; ``objects_processed`` only tells a first try from a repetition, which lists nothing.

        Returns:
            The state after the step, with ``batch_size``, ``messages_enqueued`` and ``done``.

        Raises:
            NotFoundError: there is no such job.
            BucketError: the bucket is gone or may not be listed.
            TransientError: S3, SQS or the database should be tried again.
        """
        job = self._job(UUID(state["job_id"]))
        seen = int(state.get("objects_processed", 0))
        with self._traces.joined(job.trace_header, "ProcessBatch", job_id=str(job.id), bucket=job.bucket):
            self._note_execution(job, state)
            if job.status is JobStatus.LISTING and job.listed_objects == seen:
                self._list_round(job)
            sent = self.announce(job)
        job = self._job(job.id)
        maybe_crash("before_close")
        if job.listing_done:
            self._database.run(lambda tx: close_job(tx, job.id))
        return {
            "job_id": str(job.id),
            "bucket": job.bucket,
            "prefix": job.prefix,
            "continuation_token": job.continuation_token,
            "objects_processed": job.listed_objects,
            "rounds": int(state.get("rounds", 0)) + 1,
            "continuation": int(state.get("continuation", 0)),
            "batch_size": job.listed_objects - seen,
            "messages_enqueued": sent,
            "done": job.status is not JobStatus.LISTING,
        }

    def announce(self, job: Job) -> int:
        """Send a message for every chunk that has none yet, and return how many the queue accepted.

        Raises:
            TransientError: the queue refused some; those stay unmarked and are sent by the next step or the sweeper.
        """
        maybe_crash("before_send")
        count = 0
        while waiting := self._database.run(lambda tx: unsent_chunks(tx, job.id)):
            count += self._send(job, waiting)
        return count

    def _send(self, job: Job, waiting: list[int]) -> int:
        sent = self._queue.send(
            (ChunkMessage(job.id, chunk_no) for chunk_no in waiting),
            group=job.fair_share_group,
            trace_header=self._traces.header() or job.trace_header,
        )
        maybe_crash("after_send")
        self._database.run(lambda tx: mark_enqueued(tx, job.id, [message.chunk_no for message in sent]))
        maybe_crash("after_mark")
        if len(sent) < len(waiting):
            raise TransientError(f"the queue refused {len(waiting) - len(sent)} of {len(waiting)} messages")
        return len(sent)

    def fail(self, job_id: UUID, *, error: str, cause: str) -> None:
        """End a job whose listing was given up; what it listed until then is still scanned.

        ``error`` and ``cause`` are what a state machine's ``Catch`` gives; a Lambda function's cause is JSON.
        """
        message = _message_of(cause)
        reason = message.partition(":")[0] if error == "BucketError" else ""
        known = reason if reason in Reason else Reason.LISTING_FAILED
        self._database.run(lambda tx: fail_job(tx, job_id, reason=known, detail=f"{error}: {message}"[:1_000]))
        logger.error("a listing was given up", extra={"job_id": str(job_id), "reason": known})
        self._database.run(lambda tx: close_job(tx, job_id))

    def _note_execution(self, job: Job, state: State) -> None:
        """Put on record which execution is at it, before anything else: whoever resumes the job starts the next one."""
        execution_arn, continuation = state.get("execution_arn"), int(state.get("continuation", 0))
        if execution_arn and (job.execution_arn is None or continuation > job.continuation):
            self._database.run(lambda tx: set_execution(tx, job.id, execution_arn, continuation))

    def _list_round(self, job: Job) -> None:
        """Store up to a round of keys, a page in each transaction, while the next page is on its way."""
        pages = self._lister.pages(job.bucket, job.prefix, token=job.continuation_token, start_after=job.last_key)
        seen, chunk_no = job.listed_objects, job.next_chunk_no
        with ThreadPoolExecutor(1) as ahead:
            for page in _fetched_ahead(ahead, pages, self._round_keys):
                chunks = plan_chunks(page.objects, job.options, self._limits, first_chunk_no=chunk_no)
                plan = PagePlan(
                    job_id=job.id,
                    seen_objects=seen,
                    chunks=chunks,
                    last_key=page.objects[-1].key if page.objects else None,
                    continuation_token=page.next_token,
                    listing_done=page.next_token is None,
                )
                if not self._append(plan):
                    return  # another step is at it, or the job was stopped
                seen += len(page.objects)
                chunk_no += len(chunks)

    def _append(self, plan: PagePlan) -> bool:
        def append(tx: Transaction) -> bool:
            appended = append_page(tx, plan)
            maybe_crash("before_page_commit")
            return appended

        appended = self._database.run(append)
        maybe_crash("after_page_commit")
        return appended

    def _job(self, job_id: UUID) -> Job:
        job = self._database.run(lambda tx: find_job(tx, job_id))
        if job is None:
            raise NotFoundError(f"there is no job {job_id}")
        return job


def _fetched_ahead(ahead: ThreadPoolExecutor, pages: Iterator[ListingPage], limit: int) -> Iterator[ListingPage]:
    """Yield pages until ``limit`` keys are reached, each next one fetched while the last is worked on.

    Raises:
        TransientError: a page took S3 too long.
    """
    count = 0
    coming = ahead.submit(next, pages, None)
    while (page := _in_time(coming)) is not None:
        count += len(page.objects)
        if count >= limit:
            yield page
            return
        coming = ahead.submit(next, pages, None)
        yield page


def _in_time(page: Future[ListingPage | None]) -> ListingPage | None:
    try:
        return page.result(PAGE_SECONDS)
    except TimeoutError:
        raise TransientError(f"S3 took more than {PAGE_SECONDS:.0f} s for a page") from None


def _message_of(cause: str) -> str:
    try:
        return str(json.loads(cause)["errorMessage"])
    except (ValueError, KeyError, TypeError):
        return cause
