"""One message from its receipt to its end: claim the chunk, examine its objects, write what was found, let go."""

import random
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from typing import Final

from bucketsieve.errors import LeaseLostError, MessageError, TransientError
from bucketsieve.faults import maybe_crash
from bucketsieve.metrics import Metric, emit
from bucketsieve.models import ChunkMessage, ChunkState, ClaimedChunk, ClaimedObject, ObjectResult, Verdict
from bucketsieve.observability import logger
from bucketsieve.ports import ChunkQueue, ReceivedMessage, Traces
from bucketsieve.reasons import Outcome, Reason
from bucketsieve.scanning.examine import ExaminerUnavailableError, StoppedError
from bucketsieve.scanning.heartbeat import Heartbeat
from bucketsieve.scanning.ledger import ChunkLedger
from bucketsieve.scanning.load import Load, Solitude
from bucketsieve.scanning.objects import ObjectScanner
from bucketsieve.scanning.run import ChunkRun

#: The name of the worker's segments in a trace.
SEGMENT: Final = "bucketsieve-scanner"

#: So often an object may be tried alone; whatever has not let a worker live by then never will.
_TRIES_ALONE: Final = 2
#: After so many pauses, S3 has had up to a quarter of an hour to recover.
_PAUSES: Final = 4
_FIRST_PAUSE_SECONDS: Final = 60
#: Results are written before the end of their chunk when they hold more findings than this; a finding has about 1 KB.
_FINDINGS_IN_MEMORY: Final = 5_000

#: Within this time after ``stop`` an object that does not hang has noticed it, at the next piece.
_STOP_SECONDS: Final = 3.0

_POISON: Final = Verdict(
    Outcome.FAILED, Reason.POISON, "its worker died, or lost its lease, each time it was tried alone"
)

type Reading = Future[ObjectResult | None]


class ChunkWorker:
    """Works off messages; safe to share between threads. Objects are read by ``readers``.

    ``suspects`` examines those objects that may have killed a worker, one at a time.
    """

    def __init__(
        self,
        queue: ChunkQueue,
        ledger: ChunkLedger,
        objects: ObjectScanner,
        suspects: ObjectScanner,
        traces: Traces,
        *,
        readers: Executor,
        load: Load,
        lease_seconds: int,
    ) -> None:
        self._queue = queue
        self._ledger = ledger
        self._objects = objects
        self._suspects = suspects
        self._traces = traces
        self._readers = readers
        self._load = load
        self._lease_seconds = lease_seconds
        self._solitude = Solitude()
        self._lone_reader = ThreadPoolExecutor(1, "lone-reader")

    def take(self, message: ReceivedMessage) -> ChunkRun | None:
        """Claim the chunk that a message announces; ``None`` where there is nothing to do.

        A message that is neither deleted nor given back becomes visible again when its visibility ends.

        Raises:
            TransientError: the record stayed away.
        """
        maybe_crash("after_receive")
        try:
            nudge = ChunkMessage.from_json(message.body)
        except MessageError as error:
            logger.error(
                "a message is left for the dead-letter queue",
                extra={"message_id": message.message_id, "cause": str(error)},
            )
            emit({Metric.MESSAGES_NOT_UNDERSTOOD: 1})
            return None
        claim = self._ledger.claim(nudge)
        maybe_crash("after_claim")
        if isinstance(claim, ClaimedChunk):
            return ChunkRun(claim, message, load=1 if claim.isolated else max(1, len(claim.objects)))
        if claim is None:
            logger.warning("there is no such chunk", extra={"job_id": str(nudge.job_id), "chunk_no": nudge.chunk_no})
            emit({Metric.MESSAGES_OF_UNKNOWN_CHUNKS: 1})
        if claim is not ChunkState.PROCESSING:
            self._queue.delete(message)
        # Else another worker holds the chunk; should that one die, this message is tried again.
        return None

    def close(self) -> None:
        """Let go of what the examination of objects holds."""
        self._objects.close()
        self._suspects.close()

    def scan(self, run: ChunkRun) -> None:
        """Examine the chunk's objects, write what was found, and let go of chunk and message."""
        annotations = {"job_id": str(run.chunk.job_id), "bucket": run.chunk.bucket}
        try:
            with self._traces.joined(run.trace_header, SEGMENT, **annotations):
                self._examine_all(run)
                self._let_go(run)
        except LeaseLostError:
            logger.warning("the lease was lost; another worker has the chunk", extra=run.fields)
            emit({Metric.LEASES_LOST: 1})
        except TransientError as error:
            logger.warning("the chunk is left for another try", extra={**run.fields, "cause": str(error)})
            emit({Metric.CHUNKS_LEFT: 1})
        finally:
            # Whatever is still being read has nobody to take its result.
            run.stop.set()
        seconds = run.seconds()
        logger.info(
            "chunk ended", extra={**run.fields, **run.tally.fields, "done": run.done, "seconds": round(seconds, 3)}
        )
        run.tally.write(seconds)

    def _examine_all(self, run: ChunkRun) -> None:
        heartbeat = Heartbeat(
            self._ledger, self._queue, run.chunk, run.message, lease_seconds=self._lease_seconds, stop=run.stop
        )
        with heartbeat:
            with self._traces.joined(None, "read and detect"):
                if run.chunk.isolated:
                    self._one_by_one(run)
                else:
                    self._side_by_side(run)
            with self._traces.joined(None, "settle"):
                self._settle(run)
        if heartbeat.lost and not run.done:
            raise LeaseLostError("the lease was not renewed in time")

    def _let_go(self, run: ChunkRun) -> None:
        maybe_crash("before_delete")
        if run.done:
            self._queue.delete(run.message)
            maybe_crash("after_delete")
            return
        self._ledger.release(run.chunk, troubled=run.troubled)
        maybe_crash("after_release")
        self._queue.extend(run.message, _pause(run.chunk.troubles) if run.trouble else 0)
        if run.trouble:
            raise run.trouble

    def _side_by_side(self, run: ChunkRun) -> None:
        readings = {self._readers.submit(self._among_others, run, claimed) for claimed in run.chunk.objects}
        for finished in _finished(readings, run):
            self._lighten(run, len(finished))
            run.pending += [result for reading in finished if (result := reading.result())]
            if sum(len(result.findings) for result in run.pending) > _FINDINGS_IN_MEMORY:
                self._settle(run)

    def _lighten(self, run: ChunkRun, objects: int) -> None:
        """Make room for so many objects of other chunks; one stays taken until this chunk has ended."""
        objects = min(objects, run.load - 1)
        run.load -= objects
        self._load.add(-objects)

    def _among_others(self, run: ChunkRun, claimed: ClaimedObject) -> ObjectResult | None:
        with self._solitude.among_others():
            return self._read(run, claimed, self._objects)

    def _one_by_one(self, run: ChunkRun) -> None:
        """Try each object alone, and settle it at once: only the guilty one is stopped."""
        for claimed in run.chunk.objects:
            if claimed.attempts >= _TRIES_ALONE:
                run.pending.append(ObjectResult(claimed.ordinal, _POISON))
            else:
                with self._solitude.alone():
                    if run.stop.is_set() or not self._prepared(run):
                        return
                    self._alone(run, claimed)
            self._settle(run)

    def _prepared(self, run: ChunkRun) -> bool:
        """Get ready for suspects before a try goes on record: whoever kills the worker meanwhile is none of them."""
        try:
            self._suspects.prepare(run.stop)
        except StoppedError:
            return False
        except ExaminerUnavailableError as error:
            run.trouble = TransientError(str(error))
            run.stop.set()
            return False
        return True

    def _alone(self, run: ChunkRun, claimed: ClaimedObject) -> None:
        """Read an object with the try on record before, for the case that this worker does not live to tell."""
        self._ledger.mark_attempt(run.chunk, claimed)
        maybe_crash("after_mark_attempt")
        for [reading] in _finished({self._lone_reader.submit(self._read, run, claimed, self._suspects)}, run):
            if result := reading.result():
                run.pending.append(result)
                return
        self._ledger.forgive_attempt(run.chunk, claimed)

    def _read(self, run: ChunkRun, claimed: ClaimedObject, objects: ObjectScanner) -> ObjectResult | None:
        """Return what became of the object; ``None`` where that is still open."""
        logger.thread_safe_append_keys(**run.fields)  # to whatever is logged of the object
        try:
            with run.reading(claimed.ordinal):
                return objects.scan(run.chunk.bucket, claimed, run.stop)
        except StoppedError:
            return None
        except ExaminerUnavailableError as error:
            run.trouble = TransientError(str(error))
            run.stop.set()
            return None
        except TransientError as error:
            if run.chunk.troubles >= _PAUSES:
                verdict = Verdict(Outcome.FAILED, Reason.SOURCE_UNAVAILABLE, str(error))
                return ObjectResult(claimed.ordinal, verdict)
            run.trouble, run.troubled = error, True
            return None

    def _settle(self, run: ChunkRun) -> None:
        if run.pending or not run.chunk.objects:
            maybe_crash("before_settle")
            run.done = self._ledger.settle(run.chunk, run.pending)
            run.tally.add(run.pending)
            run.pending = []


def _finished(readings: set[Reading], run: ChunkRun) -> Iterator[set[Reading]]:
    """Yield readings as they end. After ``stop``, those that hang in the network are left to themselves."""
    while readings:
        ended, readings = wait(readings, timeout=_STOP_SECONDS, return_when=FIRST_COMPLETED)
        if ended:
            yield ended
        elif run.stop.is_set():
            return


def _pause(troubles: int) -> int:
    """Return for how many seconds a message rests after S3 failed, as it had ``troubles`` times before; spread."""
    longest = _FIRST_PAUSE_SECONDS * 2**troubles
    return random.randint(longest // 2, longest)  # noqa: S311 (no secret)
