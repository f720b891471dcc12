"""The scanner's world in memory: a record with fences, a bucket that can fail, an engine that finds a word."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from threading import Lock
from uuid import UUID

from bucketsieve.detect.model import Confidence, Finding, Location, ScanReport, Severity
from bucketsieve.errors import LeaseLostError
from bucketsieve.models import ChunkMessage, ChunkState, ClaimedChunk, ClaimedObject, ObjectResult
from bucketsieve.ports import ReceivedMessage
from tests.fakes import FakeQueue

JOB = UUID("0198c0de-0000-7000-8000-000000000001")
TRACE = "Root=1-67891233-abcdef012345678912345678;Parent=53995c3f42cd8ad8;Sampled=1"
SEVERITIES = {"word": Severity.HIGH}
WORD = b"SECRET"


@dataclass
class FakeBucket:
    """``ObjectReader`` of a bucket in memory. A key in ``errors`` raises after ``delivered`` pieces of its content."""

    contents: dict[str, bytes] = field(default_factory=dict)
    errors: dict[str, Exception] = field(default_factory=dict)
    delivered: int = 0
    piece_bytes: int = 16 * 1024
    before: Callable[[str], object] = lambda _key: None
    pieces_read: int = 0
    closed: list[str] = field(default_factory=list)

    def read(self, bucket: str, key: str, *, etag: str) -> Iterator[bytes]:
        self.before(key)
        content = self.contents[key]
        try:
            for number, start in enumerate(range(0, len(content), self.piece_bytes)):
                if key in self.errors and number == self.delivered:
                    raise self.errors[key]
                self.pieces_read += 1
                yield content[start : start + self.piece_bytes]
            if key in self.errors:
                raise self.errors[key]
        finally:
            self.closed.append(key)


@dataclass
class FakeEngine:
    """Finds every ``WORD``, and keeps one finding; ``BOOM`` in an object breaks it, ``GREEDY`` uses up the memory."""

    over_limit: bool = False
    findings_each: int = 1
    encodings: list[str | None] = field(default_factory=list)

    def session(self, *, encoding: str | None = None, media_type: str | None = None) -> "FakeSession":
        self.encodings.append(encoding)
        return FakeSession(self)


@dataclass
class FakeSession:
    engine: FakeEngine
    content: bytearray = field(default_factory=bytearray)

    def feed(self, chunk: bytes) -> None:
        self.content += chunk
        if b"GREEDY" in chunk:
            raise MemoryError
        if b"BOOM" in chunk:
            raise ValueError(f"cannot digest {bytes(self.content)!r}")

    def finish(self) -> ScanReport:
        count = self.content.count(WORD)
        finding = Finding(
            "word", Severity.LOW, Confidence.WEAK, "a word", "S****T", "S****T", "f" * 64, 1, (Location(0, 6, 1, 1),)
        )
        findings = (finding,) * self.engine.findings_each if count else ()
        counts = {"word": count} if count else {}
        return ScanReport(findings, counts, len(self.content), self.engine.over_limit)


@dataclass
class Row:
    """A chunk in the record."""

    objects: list[ClaimedObject]
    state: ChunkState = ChunkState.QUEUED
    attempt: int = 0
    forgiven: int = 0
    troubles: int = 0
    results: dict[int, ObjectResult] = field(default_factory=dict)


@dataclass
class FakeLedger:
    """``ChunkLedger`` in memory. Leases never end by themselves; ``take_over`` plays the other worker."""

    rows: dict[int, Row] = field(default_factory=dict)
    bucket: str = "data"
    trace_header: str | None = TRACE
    settled: list[list[int]] = field(default_factory=list)  # the ordinals of each write
    marked: list[int] = field(default_factory=list)
    holds: int = 0
    fail_holds: Exception | None = None
    _lock: Lock = field(default_factory=Lock)

    def add(self, chunk_no: int, objects: Sequence[ClaimedObject], *, attempt: int = 0) -> ChunkMessage:
        """Record a chunk that was tried ``attempt`` times, and return the message that announces it."""
        self.rows[chunk_no] = Row(list(objects), attempt=attempt)
        return ChunkMessage(JOB, chunk_no)

    def take_over(self, chunk_no: int) -> None:
        """Let another worker have the chunk."""
        self.rows[chunk_no].attempt += 1

    def claim(self, nudge: ChunkMessage) -> ClaimedChunk | ChunkState | None:
        with self._lock:
            row = self.rows.get(nudge.chunk_no)
            if row is None:
                return None
            if row.state is not ChunkState.QUEUED:
                return row.state
            row.state = ChunkState.PROCESSING
            row.attempt += 1
            left = tuple(each for each in row.objects if each.ordinal not in row.results)
            return ClaimedChunk(
                JOB, nudge.chunk_no, row.attempt, self.bucket, self.trace_header, left, row.forgiven, row.troubles
            )

    def hold(self, chunk: ClaimedChunk) -> None:
        self.holds += 1
        if self.fail_holds:
            raise self.fail_holds
        self._held(chunk)

    def mark_attempt(self, chunk: ClaimedChunk, claimed: ClaimedObject) -> None:
        self.marked.append(claimed.ordinal)
        self._set_attempts(chunk, claimed.ordinal, claimed.attempts + 1)

    def forgive_attempt(self, chunk: ClaimedChunk, claimed: ClaimedObject) -> None:
        self._set_attempts(chunk, claimed.ordinal, claimed.attempts)

    def _set_attempts(self, chunk: ClaimedChunk, ordinal: int, attempts: int) -> None:
        row = self._held(chunk)
        row.objects = [replace(each, attempts=attempts) if each.ordinal == ordinal else each for each in row.objects]

    def settle(self, chunk: ClaimedChunk, results: Sequence[ObjectResult]) -> bool:
        with self._lock:
            row = self._held(chunk)
            self.settled.append([result.ordinal for result in results])
            row.results |= {result.ordinal: result for result in results}
            if len(row.results) == len(row.objects):
                row.state = ChunkState.DONE
            return row.state is ChunkState.DONE

    def release(self, chunk: ClaimedChunk, *, troubled: bool) -> None:
        row = self.rows[chunk.chunk_no]
        if row.attempt == chunk.attempt and row.state is ChunkState.PROCESSING:
            row.state = ChunkState.QUEUED
            row.forgiven += 1
            row.troubles = chunk.troubles + troubled

    def _held(self, chunk: ClaimedChunk) -> Row:
        row = self.rows[chunk.chunk_no]
        if row.attempt != chunk.attempt or row.state is not ChunkState.PROCESSING:
            raise LeaseLostError("the chunk is no longer ours")
        return row


@dataclass
class RedeliveringQueue(FakeQueue):
    """A queue that notes how long messages are hidden, and gives back what is in flight when it is told to."""

    hidden: dict[str, int] = field(default_factory=dict)
    fail_extends: Exception | None = None

    def extend(self, message: ReceivedMessage, visibility_seconds: int) -> None:
        if self.fail_extends:
            raise self.fail_extends
        self.hidden[message.message_id] = visibility_seconds
        super().extend(message, visibility_seconds)

    def redeliver(self) -> None:
        """End the visibility of all that is in flight."""
        for message in self.in_flight.values():
            self.waiting.append(replace(message, receive_count=message.receive_count + 1))
        self.in_flight.clear()


def claimed_object(ordinal: int, content: bytes, *, attempts: int = 0) -> ClaimedObject:
    """Return an object as a claim hands it out; its key is its ordinal."""
    return ClaimedObject(ordinal, str(ordinal), len(content), f'"{ordinal}"', attempts)
