"""A claimed chunk on its way to being settled."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event

from bucketsieve.errors import TransientError
from bucketsieve.models import ClaimedChunk, ObjectResult
from bucketsieve.observability import trace_id
from bucketsieve.ports import ReceivedMessage
from bucketsieve.scanning.telemetry import ChunkTally


@dataclass(slots=True)
class ChunkRun:
    """A chunk under this worker's lease, with the message that brought it.

    ``stop`` makes it settle what it has and give the rest back; ``trouble`` says why it cannot go on with some objects,
    and ``troubled`` that S3 is the cause; ``done`` is set once all are settled. ``load`` is how many of its objects
    still count as the process's load.
    """

    chunk: ClaimedChunk
    message: ReceivedMessage
    load: int
    stop: Event = field(default_factory=Event)
    pending: list[ObjectResult] = field(default_factory=list)  # not written yet
    tally: ChunkTally = field(default_factory=ChunkTally)
    trouble: TransientError | None = None
    troubled: bool = False
    done: bool = False
    _taken_at: float = field(default_factory=time.monotonic)
    _reading_since: dict[int, float] = field(default_factory=dict)  # by ordinal; seconds of the monotonic clock

    @property
    def trace_header(self) -> str | None:
        """The trace it belongs to: the message's, or the job's where a message came without."""
        return self.message.trace_header or self.chunk.trace_header

    @property
    def fields(self) -> dict[str, object]:
        """What a log line says of it."""
        return {
            "job_id": str(self.chunk.job_id),
            "chunk_no": self.chunk.chunk_no,
            "attempt": self.chunk.attempt,
            "delivery": self.message.receive_count,
            "trace_id": trace_id(self.trace_header),
        }

    def seconds(self) -> float:
        """Return for how long it has been in work."""
        return time.monotonic() - self._taken_at

    @contextmanager
    def reading(self, ordinal: int) -> Iterator[None]:
        """Note that an object is being examined."""
        self._reading_since[ordinal] = time.monotonic()
        try:
            yield
        finally:
            del self._reading_since[ordinal]

    def longest_reading(self) -> float:
        """Return for how many seconds the slowest object has been examined."""
        return time.monotonic() - min([*self._reading_since.values()], default=time.monotonic())
