"""Keeps a chunk and its message for as long as work on them goes on."""

import time
from collections.abc import Callable
from threading import Event, Thread
from types import TracebackType
from typing import Final, Self

from bucketsieve.errors import LeaseLostError, TransientError
from bucketsieve.models import ClaimedChunk
from bucketsieve.observability import logger
from bucketsieve.ports import ChunkQueue, ReceivedMessage
from bucketsieve.scanning.ledger import ChunkLedger

#: Two beats may fail before the lease is over.
_BEATS_PER_LEASE: Final = 3


class Heartbeat:
    """A context in which the lease and the message's visibility are renewed together, a third of the lease apart.

    When the lease is ``lost``, ``stop`` is set: another worker has it, or the record could not be asked in time.
    """

    def __init__(
        self,
        ledger: ChunkLedger,
        queue: ChunkQueue,
        chunk: ClaimedChunk,
        message: ReceivedMessage,
        *,
        lease_seconds: int,
        stop: Event,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._ledger = ledger
        self._queue = queue
        self._chunk = chunk
        self._message = message
        self._lease_seconds = lease_seconds
        self._stop = stop
        self._clock = clock
        self.lost = False
        self._ended = Event()
        self._held_until = clock() + lease_seconds
        self._thread = Thread(target=self._run, name=f"heartbeat-{chunk.chunk_no}", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()

    def beat(self) -> None:
        """Renew both once."""
        asked_at = self._clock()
        try:
            self._ledger.hold(self._chunk)
            self._held_until = asked_at + self._lease_seconds
        except LeaseLostError:
            self._lose()
            return
        except TransientError as error:
            logger.warning("the lease was not renewed", extra=self._fields(error))
            if self._clock() >= self._held_until:
                self._lose()
                return
        try:
            self._queue.extend(self._message, self._lease_seconds)
        except TransientError as error:
            # The message may be delivered again; whoever gets it finds the chunk taken.
            logger.warning("the visibility was not extended", extra=self._fields(error))

    def _lose(self) -> None:
        self.lost = True
        self._stop.set()

    def _run(self) -> None:
        while not self._ended.wait(self._lease_seconds / _BEATS_PER_LEASE) and not self._stop.is_set():
            self.beat()

    def _fields(self, error: Exception) -> dict[str, object]:
        return {"job_id": str(self._chunk.job_id), "chunk_no": self._chunk.chunk_no, "cause": str(error)}
