"""Stand-ins for the world outside that behave: a bucket that lists, a queue that redelivers, named executions."""

import hashlib
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count

from bucketsieve.errors import BucketError, TransientError
from bucketsieve.models import ChunkMessage, ListedObject
from bucketsieve.ports import ExecutionStatus, ListingPage, ReceivedMessage
from bucketsieve.reasons import Reason

MODIFIED = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def listed(key: str, size: int = 100, *, storage_class: str = "STANDARD") -> ListedObject:
    """Return an object as a listing shows it."""
    etag = hashlib.md5(key.encode(), usedforsecurity=False).hexdigest()
    return ListedObject(key, size, f'"{etag}"', storage_class, MODIFIED)


@dataclass
class FakeLister:
    """Buckets in memory. Tokens are good for one page; ``expire_tokens`` makes S3 fall back on the last key."""

    buckets: dict[str, list[ListedObject]]
    page_keys: int = 1_000
    expire_tokens: bool = False
    fail_pages: set[int] = field(default_factory=set)  # numbers, from 1, of pages that fail
    pages_served: int = 0

    def check_bucket(self, bucket: str) -> None:
        if bucket not in self.buckets:
            raise BucketError(Reason.NO_SUCH_BUCKET_AVAILABLE, f"there is no bucket {bucket!r}")

    def pages(self, bucket: str, prefix: str, *, token: str | None, start_after: str | None) -> Iterator[ListingPage]:
        self.check_bucket(bucket)
        keys = sorted((o for o in self.buckets[bucket] if o.key.startswith(prefix)), key=lambda o: o.key.encode())
        position = (start_after if token is None or self.expire_tokens else token) or ""
        while True:
            self.pages_served += 1
            if self.pages_served in self.fail_pages:
                raise TransientError("listing failed: SlowDown")
            rest = [o for o in keys if o.key.encode() > position.encode()]
            page, more = rest[: self.page_keys], len(rest) > self.page_keys
            position = page[-1].key if page else position
            yield ListingPage(tuple(page), position if more else None)
            if not more:
                return


@dataclass
class FakeQueue:
    """A standard queue in memory: a message stays until it is deleted, and comes back when it is not extended."""

    refuse: int = 0  # how many of the next entries are refused
    sent: list[tuple[ChunkMessage, str, str | None]] = field(default_factory=list)
    waiting: deque[ReceivedMessage] = field(default_factory=deque)
    in_flight: dict[str, ReceivedMessage] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def send(
        self, messages: Iterable[ChunkMessage], *, group: str, trace_header: str | None
    ) -> tuple[ChunkMessage, ...]:
        accepted = []
        for message in messages:
            if self.refuse:
                self.refuse -= 1
                continue
            self.sent.append((message, group, trace_header))
            number = str(next(self._numbers))
            self.waiting.append(ReceivedMessage(number, f"receipt-{number}", message.to_json(), trace_header))
            accepted.append(message)
        return tuple(accepted)

    def receive(self, *, limit: int, wait_seconds: int, visibility_seconds: int) -> Sequence[ReceivedMessage]:
        received = [self.waiting.popleft() for _ in range(min(limit, len(self.waiting)))]
        self.in_flight |= {message.receipt: message for message in received}
        return received

    def extend(self, message: ReceivedMessage, visibility_seconds: int) -> None:
        if visibility_seconds == 0 and self.in_flight.pop(message.receipt, None) is not None:
            self.waiting.append(message)

    def delete(self, message: ReceivedMessage) -> None:
        self.in_flight.pop(message.receipt, None)

    def is_idle(self) -> bool:
        return not self.waiting and not self.in_flight

    def chunk_nos(self) -> list[int]:
        """Return the chunks that were announced, in order."""
        return [message.chunk_no for message, _, _ in self.sent]


@dataclass
class FakeExecutions:
    """Executions by name; ``away`` makes Step Functions fail."""

    away: bool = False
    inputs: dict[str, dict[str, object]] = field(default_factory=dict)
    statuses: dict[str, ExecutionStatus] = field(default_factory=dict)

    def start(self, name: str, state: dict[str, object], *, trace_header: str | None) -> str:
        if self.away:
            raise TransientError("the execution was not started")
        arn = f"arn:aws:states:us-east-1:123456789012:execution:list:{name}"
        self.inputs.setdefault(name, state)
        self.statuses.setdefault(arn, ExecutionStatus.RUNNING)
        return arn

    def status(self, execution_arn: str) -> ExecutionStatus:
        return self.statuses.get(execution_arn, ExecutionStatus.MISSING)


class FakeTraces:
    """One trace for everything."""

    def header(self) -> str | None:
        return "Root=1-67891233-abcdef012345678912345678;Parent=53995c3f42cd8ad8;Sampled=1"

    @contextmanager
    def joined(self, header: str | None, name: str, **annotations: str) -> Iterator[None]:
        yield
