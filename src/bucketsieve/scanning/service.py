"""The scanner: fetches messages as long as there is room to start their objects, until it is told to stop."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from threading import Lock
from typing import Final

from bucketsieve.errors import TransientError
from bucketsieve.metrics import Metric, emit
from bucketsieve.observability import logger
from bucketsieve.ports import ChunkQueue, Traces
from bucketsieve.scanning.chunks import ChunkWorker
from bucketsieve.scanning.ledger import ChunkLedger
from bucketsieve.scanning.load import Load
from bucketsieve.scanning.objects import ObjectScanner
from bucketsieve.scanning.run import ChunkRun
from bucketsieve.scanning.safe_errors import describe

#: A poll that has begun is waited for, so that no message gets lost to a process that ends.
_POLL_SECONDS: Final = 5
_PAUSE_SECONDS: Final = 5.0
_ROOM_SECONDS: Final = 0.2
#: A chunk that has been in work for so long, with a large object in it, may well take longer than a shutdown gives it.
_LONG_SECONDS: Final = 60.0
#: The part of the time to shut down that is kept for giving back what was not finished, and its upper limit.
_GIVE_BACK_SHARE: Final = 0.5
_GIVE_BACK_SECONDS: Final = 20.0


class ObjectHangsError(Exception):
    """An object's examination does not come back, and a thread cannot be stopped from outside."""


class Scanner:
    """Examines up to ``max_workers`` objects at a time. ``run`` blocks; ``stop`` may be called by a signal handler."""

    def __init__(
        self,
        queue: ChunkQueue,
        ledger: ChunkLedger,
        objects: ObjectScanner,
        suspects: ObjectScanner,
        traces: Traces,
        *,
        max_workers: int,
        lease_seconds: int,
        shutdown_seconds: float,
        hang_seconds: float,
        step_seconds: float,
        longest_step: Callable[[], float],
    ) -> None:
        """``suspects`` examines, one at a time, the objects that may have killed a worker.

        An object is taken to hang beyond ``hang_seconds``, far more than the time it may take and S3's pauses, or when
        a step of its examination takes longer than ``step_seconds``; ``longest_step`` tells how long one has taken.
        """
        self._queue = queue
        self._hang_seconds = hang_seconds
        self._step_seconds = step_seconds
        self._longest_step = longest_step
        self._lease_seconds = lease_seconds
        self._shutdown_seconds = shutdown_seconds
        self._load = Load(max_workers)
        self._readers = ThreadPoolExecutor(max_workers, "reader")
        # Every chunk in flight has at least one object that is read, or is about to be.
        self._chunks = ThreadPoolExecutor(max_workers, "chunk")
        self._worker = ChunkWorker(
            queue,
            ledger,
            objects,
            suspects,
            traces,
            readers=self._readers,
            load=self._load,
            lease_seconds=lease_seconds,
        )
        self._active: dict[Future[None], ChunkRun] = {}
        self._lock = Lock()
        self._stopped_at: float | None = None

    def stop(self) -> None:
        """Fetch no more; finish what is in flight or give it back, within the time to shut down."""
        if self._stopped_at is None:
            self._stopped_at = time.monotonic()

    @property
    def in_long_work(self) -> bool:
        """Whether to stop now would mean to drop long work."""
        with self._lock:
            return any(run.seconds() > _LONG_SECONDS for run in self._active.values())

    def run(self) -> None:
        """Work until ``stop``. Threads that hang in the network may be left; they can write nothing any more.

        Raises:
            ObjectHangsError: only the end of the process stops it; its lease must not be renewed for ever.
        """
        while self._stopped_at is None:
            self._check_for_hanging()
            if self._load.wait_for_room(_ROOM_SECONDS):
                self._fetch()
        self._drain(self._stopped_at + self._shutdown_seconds)

    def _check_for_hanging(self) -> None:
        with self._lock:
            active = list(self._active.values())
        slowest = max(active, key=ChunkRun.longest_reading, default=None)
        if slowest is None:
            return
        if slowest.longest_reading() > self._hang_seconds or self._longest_step() > self._step_seconds:
            logger.critical("an object hangs; the process ends", extra=slowest.fields)
            raise ObjectHangsError

    def _fetch(self) -> None:
        """Take on the next chunk, one at a time: only its claim tells how many objects it brings."""
        try:
            for message in self._queue.receive(
                limit=1, wait_seconds=_POLL_SECONDS, visibility_seconds=self._lease_seconds
            ):
                if self._stopped_at is not None:
                    self._queue.extend(message, 0)
                elif run := self._worker.take(message):
                    self._start(run)
        except TransientError as error:
            # A message that was received becomes visible again by itself.
            logger.warning("nothing was taken on", extra={"cause": str(error)})
            time.sleep(_PAUSE_SECONDS)

    def _start(self, run: ChunkRun) -> None:
        self._load.add(run.load)
        chunk = self._chunks.submit(self._worker.scan, run)
        with self._lock:
            self._active[chunk] = run
        chunk.add_done_callback(self._ended)

    def _ended(self, chunk: Future[None]) -> None:
        with self._lock:
            run = self._active.pop(chunk)
        self._load.add(-run.load)
        error = chunk.exception()
        if error is not None:
            # It is tried again when its lease is over, one object at a time.
            logger.error("a chunk broke off", extra={**run.fields, **describe(error)})
            emit({Metric.CHUNKS_BROKEN_OFF: 1})

    def _drain(self, deadline: float) -> None:
        with self._lock:
            active = dict(self._active)
        logger.info("stopping", extra={"chunks": len(active)})
        kept = min(_GIVE_BACK_SECONDS, self._shutdown_seconds * _GIVE_BACK_SHARE)
        wait(active, timeout=max(0.0, deadline - kept - time.monotonic()))
        for run in active.values():
            run.stop.set()
        late = wait(active, timeout=max(0.0, deadline - time.monotonic())).not_done
        self._chunks.shutdown(wait=False)
        self._readers.shutdown(wait=False)
        self._worker.close()
        logger.info("stopped", extra={"chunks_left": len(late)})
