"""What the services need of the outside world, each as small as its use. Adapters and the tests' fakes provide it."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from bucketsieve.models import ChunkMessage, ListedObject


@dataclass(frozen=True, slots=True)
class ListingPage:
    """Up to 1,000 keys in S3's order, and the token for the next page (``None`` on the last)."""

    objects: tuple[ListedObject, ...]
    next_token: str | None


class BucketLister(Protocol):
    """Lists a bucket."""

    def check_bucket(self, bucket: str) -> None:
        """Return when the bucket exists and may be listed; raise ``BucketError`` or ``TransientError`` otherwise."""
        ...

    def pages(self, bucket: str, prefix: str, *, token: str | None, start_after: str | None) -> Iterator[ListingPage]:
        """Yield the pages from ``token``, or after the key ``start_after`` where there is none or S3 refuses it."""
        ...


@dataclass(frozen=True, slots=True)
class ReceivedMessage:
    """A delivery of a message; ``receipt`` is good for this delivery alone. ``trace_header`` is ``AWSTraceHeader``.

    ``receive_count`` is how often SQS has delivered it, this time included (approximate).
    """

    message_id: str
    receipt: str
    body: str
    trace_header: str | None
    receive_count: int = 1


class ChunkQueue(Protocol):
    """The scan queue, a standard (fair) SQS queue."""

    def send(
        self, messages: Iterable[ChunkMessage], *, group: str, trace_header: str | None
    ) -> tuple[ChunkMessage, ...]:
        """Send all, entries that SQS refuses once more a few times; return those that were accepted."""
        ...

    def receive(self, *, limit: int, wait_seconds: int, visibility_seconds: int) -> Sequence[ReceivedMessage]:
        """Long-poll for up to ``limit`` (1 to 10) messages."""
        ...

    def extend(self, message: ReceivedMessage, visibility_seconds: int) -> None:
        """Keep the message invisible for so long from now on; 0 gives it back at once."""
        ...

    def delete(self, message: ReceivedMessage) -> None:
        """Remove the message for good."""
        ...

    def is_idle(self) -> bool:
        """Whether the queue holds no message at all, visible or in flight, as far as SQS knows (approximate)."""
        ...


class ExecutionStatus(StrEnum):
    """What became of a Step Functions execution; ``MISSING`` when there is none of that name."""

    RUNNING = "RUNNING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    TIMED_OUT = "TIMED_OUT"
    ABORTED = "ABORTED"
    PENDING_REDRIVE = "PENDING_REDRIVE"
    MISSING = "MISSING"


class ListingExecutions(Protocol):
    """The state machine that lists a bucket, batch by batch."""

    def start(self, name: str, state: dict[str, object], *, trace_header: str | None) -> str:
        """Start an execution and return its ARN; a second start of the same name returns the same ARN."""
        ...

    def status(self, execution_arn: str) -> ExecutionStatus:
        """Say what became of an execution."""
        ...


class ObjectReader(Protocol):
    """Reads objects of S3 as streams."""

    def read(self, bucket: str, key: str, *, etag: str) -> Iterator[bytes]:
        """Yield the object's bytes, in order, in pieces of bounded size, of exactly the version with this etag.

        Raises:
            ObjectError: it cannot be read (gone, replaced, archived, not permitted …); the reason says which.
            TransientError: S3 kept failing after all retries.
        """
        ...


class Traces(Protocol):
    """The trace that work belongs to, as an ``X-Amzn-Trace-Id`` header: ``Root=…;Parent=…;Sampled=…``."""

    def header(self) -> str | None:
        """Return the header that makes the next step a child of the current one; ``None`` outside any trace."""
        ...

    def joined(self, header: str | None, name: str, **annotations: str) -> AbstractContextManager[None]:
        """Trace the block as a step ``name`` of the trace in ``header``, or of the current one without one."""
        ...
