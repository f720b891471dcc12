"""Everything outside the services, simulated: S3, SQS with its dead letters, Step Functions, time."""

import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from threading import Event

from bucketsieve.detect.model import Confidence, Finding, Location, Severity
from bucketsieve.errors import TransientError
from bucketsieve.models import SUCCEEDED, ChunkMessage, ClaimedObject, ListedObject, ObjectResult, Verdict
from bucketsieve.ports import ExecutionStatus, ListingPage, ReceivedMessage
from bucketsieve.reasons import Outcome, Reason
from bucketsieve.store.database import Database, Transaction
from tests.fakes import FakeLister, listed
from tests.faults.simulation.scheduler import Crashed, Scheduler

MAX_RECEIVES = 10
RETENTION_SECONDS = 4 * 24 * 3600

GONE = Verdict(Outcome.SKIPPED, Reason.SOURCE_OBJECT_NO_LONGER_AVAILABLE)


class SimulatedDatabase(Database):
    """The real record; before and after each transaction other actors go on, and this one may die."""

    def __init__(self, real: Database, scheduler: Scheduler) -> None:
        self._real = real
        self._scheduler = scheduler

    def run[T](self, work: Callable[[Transaction], T]) -> T:
        self._scheduler.point()
        if self._scheduler.maybe_error():
            raise TransientError("the connection failed before the transaction")
        result = self._real.run(work)
        self._scheduler.point()
        if self._scheduler.maybe_error():
            # The COMMIT was carried out and its answer was lost; the real ``run`` then works again from the start.
            result = self._real.run(work)
        return result

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        self._scheduler.point()
        with self._real.transaction() as tx:
            yield tx
            self._scheduler.maybe_crash()
        self._scheduler.point()


@dataclass
class Clock:
    """Seconds since the run began. The record's clock is PostgreSQL's own, so time passes there by ageing its rows."""

    database: Database
    now: float = 0.0

    def advance(self, seconds: float) -> None:
        """Let so much time have passed everywhere."""
        self.now += seconds
        for table, columns in (("jobs", ["progressed_at"]), ("job_chunks", ["enqueued_at", "lease_until"])):
            changes = ", ".join(f"{column} = {column} - make_interval(secs => :seconds)" for column in columns)
            sql = f"UPDATE {table} SET {changes}"  # noqa: S608 (names of this file)
            self.database.run(lambda tx, sql=sql: tx.execute(sql, seconds=seconds))  # type: ignore[misc]


@dataclass
class Stored:
    """A message in the queue."""

    message: ReceivedMessage
    sent_at: float
    visible_at: float
    receives: int = 0


@dataclass
class SimulatedQueue:
    """A standard queue: at least once, in no order, with a dead-letter queue, and losing what is too old."""

    scheduler: Scheduler
    clock: Clock
    messages: dict[str, Stored] = field(default_factory=dict)
    dead: list[ReceivedMessage] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def send(
        self, messages: Iterable[ChunkMessage], *, group: str, trace_header: str | None
    ) -> tuple[ChunkMessage, ...]:
        accepted = []
        for message in messages:
            self.scheduler.point()
            if self.scheduler.maybe_error():
                continue  # one entry of the batch is refused
            number = str(next(self._numbers))
            received = ReceivedMessage(number, number, message.to_json(), trace_header, 0)
            self.messages[number] = Stored(received, self.clock.now, self.clock.now)
            accepted.append(message)
        self.scheduler.point()
        return tuple(accepted)

    def receive(self, *, limit: int, wait_seconds: int, visibility_seconds: int) -> Sequence[ReceivedMessage]:
        self.scheduler.point()
        self._expire()
        visible = [s for s in self.messages.values() if s.visible_at <= self.clock.now]
        if not visible:
            return ()
        stored = self.scheduler.random.choice(visible)
        if stored.receives >= MAX_RECEIVES:
            del self.messages[stored.message.message_id]
            self.dead.append(stored.message)
            return ()
        stored.receives += 1
        if not self.scheduler.maybe_error():  # else it is delivered, and visible to others all the same
            stored.visible_at = self.clock.now + visibility_seconds
        return (replace(stored.message, receive_count=stored.receives),)

    def extend(self, message: ReceivedMessage, visibility_seconds: int) -> None:
        self.scheduler.point()
        if stored := self.messages.get(message.message_id):
            stored.visible_at = self.clock.now + visibility_seconds

    def delete(self, message: ReceivedMessage) -> None:
        self.scheduler.point()
        if not self.scheduler.maybe_error():
            self.messages.pop(message.message_id, None)

    def is_idle(self) -> bool:
        self.scheduler.point()
        return not self.messages

    def purge(self) -> None:
        """Lose everything, as an operator with the wrong queue in mind would."""
        self.messages.clear()

    def _expire(self) -> None:
        for number, stored in list(self.messages.items()):
            if self.clock.now - stored.sent_at > RETENTION_SECONDS:
                del self.messages[number]


class SimulatedLister(FakeLister):
    """A bucket whose pages may fail, inside the transaction that stores them."""

    def __init__(self, scheduler: Scheduler, objects: list[ListedObject], page_keys: int) -> None:
        super().__init__({"data": objects}, page_keys=page_keys)
        self._scheduler = scheduler

    def pages(self, bucket: str, prefix: str, *, token: str | None, start_after: str | None) -> Iterator[ListingPage]:
        self.expire_tokens = self._scheduler.random.random() < 0.3
        yield from super().pages(bucket, prefix, token=token, start_after=start_after)


@dataclass
class SimulatedExecutions:
    """Step Functions: an execution is an actor, made by ``launch``, that retries its step until it is through."""

    scheduler: Scheduler
    launch: Callable[[str, dict[str, object]], None]
    statuses: dict[str, ExecutionStatus] = field(default_factory=dict)

    def start(self, name: str, state: dict[str, object], *, trace_header: str | None) -> str:
        self.scheduler.point()
        if self.scheduler.maybe_error():
            raise TransientError("the execution was not started")
        arn = f"arn:aws:states:us-east-1:123456789012:execution:list:{name}"
        if arn not in self.statuses:
            self.statuses[arn] = ExecutionStatus.RUNNING
            self.launch(name, dict(state))
        self.scheduler.point()
        if self.scheduler.maybe_error():
            raise TransientError("the execution runs, but nobody heard of it")
        return arn

    def status(self, execution_arn: str) -> ExecutionStatus:
        self.scheduler.point()
        return self.statuses.get(execution_arn, ExecutionStatus.MISSING)


@dataclass
class SimulatedObjects:
    """Reads objects by their keys.

    ``secret`` hold a finding, ``poison`` kill, ``gone`` come and go, ``shaky`` fail now and then, ``down`` always.
    """

    scheduler: Scheduler
    _reads: Counter[str] = field(default_factory=Counter)

    def prepare(self, stop: Event) -> None:
        """Be ready: what could happen here can happen at the next step as well."""

    def scan(self, bucket: str, claimed: ClaimedObject, stop: Event) -> ObjectResult:
        kind = claimed.key.partition("-")[0]
        if kind == "poison":
            raise Crashed
        self._reads[claimed.key] += 1
        if kind == "gone" and self._reads[claimed.key] % 2 == 0:  # deleted after each time it is read, and put back
            return ObjectResult(claimed.ordinal, GONE)
        if kind == "down" or (kind == "shaky" and self.scheduler.random.random() < self.scheduler.chaos.error * 4):
            raise TransientError("SlowDown")
        found = (finding_of(claimed.key),) if kind in {"secret", "gone"} else ()
        return ObjectResult(
            claimed.ordinal,
            SUCCEEDED,
            claimed.size,
            found,
            {"us_ssn": 1} if found else {},
            {"high": 1} if found else {},
        )


def finding_of(key: str) -> Finding:
    """Return what an oracle finds in an object with a secret."""
    return Finding(
        detector="us_ssn",
        severity=Severity.HIGH,
        confidence=Confidence.VALIDATED,
        confidence_reason="oracle",
        masked="***-**-1234",
        context="***-**-1234",
        fingerprint=f"fingerprint of {key}",
        count=1,
        locations=(Location(0, 11, 1, 1),),
    )


def bucket(scheduler: Scheduler) -> list[ListedObject]:
    """Return a small bucket in which every kind of object has ordinary neighbours."""
    kinds = ["plain", "secret", "gone", "gone", "shaky"]
    keys = [f"{scheduler.random.choice(kinds)}-{number:02}" for number in range(scheduler.random.randrange(6, 18))]
    if scheduler.random.random() < 0.4:
        keys.append(f"poison-{len(keys)}")
    if scheduler.random.random() < 0.4:
        keys.append(f"down-{len(keys)}")
    scheduler.random.shuffle(keys)
    return [listed(key) for key in keys] + [listed("empty", 0)]
