"""A worker on chunks, in a world of stand-ins."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event

from bucketsieve.models import ChunkMessage
from bucketsieve.ports import ReceivedMessage
from bucketsieve.scanning.chunks import ChunkWorker
from bucketsieve.scanning.examine import LocalExaminer
from bucketsieve.scanning.load import Load
from bucketsieve.scanning.objects import ObjectScanner
from tests.unit.scanning.fakes import (
    SEVERITIES,
    TRACE,
    FakeBucket,
    FakeEngine,
    FakeLedger,
    RedeliveringQueue,
    claimed_object,
)

CONTENTS = [f"line {number} SECRET\n".encode() for number in range(5)]


@dataclass
class RecordingTraces:
    """Notes which steps were traced in which trace, and which of them failed."""

    steps: list[tuple[str | None, str]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def header(self) -> str | None:
        return TRACE

    @contextmanager
    def joined(self, header: str | None, name: str, **annotations: str) -> Iterator[None]:
        self.steps.append((header, name))
        try:
            yield
        except BaseException:
            self.faults.append(name)
            raise


@dataclass
class World:
    """A worker and everything around it."""

    queue: RedeliveringQueue = field(default_factory=RedeliveringQueue)
    ledger: FakeLedger = field(default_factory=FakeLedger)
    bucket: FakeBucket = field(default_factory=FakeBucket)
    engine: FakeEngine = field(default_factory=FakeEngine)
    traces: RecordingTraces = field(default_factory=RecordingTraces)
    load: Load = field(default_factory=lambda: Load(4))
    stop: Event = field(default_factory=Event)

    def chunk(self, contents: Sequence[bytes] = CONTENTS, *, attempt: int = 0, attempts: Sequence[int] = ()) -> None:
        """Put chunk 0 into the record and its message into the queue."""
        tried = attempts or [0] * len(contents)
        objects = [claimed_object(n, content, attempts=tried[n]) for n, content in enumerate(contents)]
        self.bucket.contents |= {each.key: content for each, content in zip(objects, contents, strict=True)}
        self.send(self.ledger.add(0, objects, attempt=attempt))

    def send(self, message: ChunkMessage, *, trace_header: str | None = TRACE) -> None:
        self.queue.send([message], group="data", trace_header=trace_header)

    def deliver(self) -> ReceivedMessage:
        """Receive one message and work on it."""
        objects = ObjectScanner(self.bucket, LocalExaminer(self.engine), SEVERITIES, time_limit_seconds=60)
        with ThreadPoolExecutor(4) as readers:
            worker = ChunkWorker(
                self.queue,
                self.ledger,
                objects,
                objects,
                self.traces,
                readers=readers,
                load=self.load,
                lease_seconds=60,
            )
            [message] = self.queue.receive(limit=1, wait_seconds=0, visibility_seconds=60)
            run = worker.take(message)
            if run:
                self.stop = run.stop
                self.load.add(run.load)
                try:
                    worker.scan(run)
                finally:
                    self.load.add(-run.load)
        return message

    def outcomes(self) -> dict[int, str]:
        """Return what became of each object: its reason, or its outcome where it has none."""
        results = self.ledger.rows[0].results
        return {n: str(each.verdict.reason or each.verdict.outcome) for n, each in sorted(results.items())}
