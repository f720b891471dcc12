"""One simulated life of a job: a while of chaos, then a quiet world in which everything has to come to its end."""

import random
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from bucketsieve.dead_letters.service import DeadLetters
from bucketsieve.errors import PermanentError, TransientError
from bucketsieve.job import NewScan, ScanOptions
from bucketsieve.jobs.control import JobControl
from bucketsieve.jobs.service import JobService
from bucketsieve.listing.plan import ChunkLimits
from bucketsieve.listing.service import ListingService
from bucketsieve.models import ClaimedChunk, ClaimedObject, ObjectResult
from bucketsieve.ports import ExecutionStatus
from bucketsieve.reasons import Reason
from bucketsieve.scanning.chunks import ChunkWorker
from bucketsieve.scanning.ledger import DatabaseLedger
from bucketsieve.scanning.load import Load
from bucketsieve.store.database import Database
from bucketsieve.upkeep.service import Upkeep
from tests.fakes import FakeTraces
from tests.faults.simulation.scheduler import Chaos, Crashed, Scheduler
from tests.faults.simulation.world import (
    Clock,
    SimulatedDatabase,
    SimulatedExecutions,
    SimulatedLister,
    SimulatedObjects,
    SimulatedQueue,
    bucket,
)

LEASE_SECONDS = 120
ROUNDS_PER_EXECUTION = 2
CHAOS_STEPS = 350
#: The quiet world has this many rounds of five minutes, which is far more than any sweep waits for.
QUIET_ROUNDS = 60
QUIET_STEPS = 400
QUIET_SECONDS = 300.0


@dataclass(frozen=True)
class Variant:
    """The protocol as it is, or with one of its rules left out."""

    sweeper: bool = True
    dead_letters: bool = True
    listing: type[ListingService] = ListingService
    worker: type[ChunkWorker] = ChunkWorker


class WitnessedLedger(DatabaseLedger):
    """The real ledger; it tells what objects may be judged by.

    ``deaths`` is how often an object was begun alone and its worker then died or lost its lease, and ``troubles`` how
    often a chunk was given back because S3 did not deliver.
    """

    def __init__(
        self, database: Database, scheduler: Scheduler, deaths: Counter[tuple[int, int]], troubles: Counter[int]
    ) -> None:
        super().__init__(database, lease_seconds=LEASE_SECONDS)
        self._scheduler = scheduler
        self._deaths = deaths
        self._troubles = troubles

    def release(self, chunk: ClaimedChunk, *, troubled: bool) -> None:
        self._troubles[chunk.chunk_no] += troubled
        super().release(chunk, troubled=troubled)

    def mark_attempt(self, chunk: ClaimedChunk, claimed: ClaimedObject) -> None:
        self._deaths[chunk.chunk_no, claimed.ordinal] += 1  # until the object is settled, or forgiven
        super().mark_attempt(chunk, claimed)

    def forgive_attempt(self, chunk: ClaimedChunk, claimed: ClaimedObject) -> None:
        super().forgive_attempt(chunk, claimed)
        self._deaths[chunk.chunk_no, claimed.ordinal] -= 1

    def settle(self, chunk: ClaimedChunk, results: Sequence[ObjectResult]) -> bool:
        self._scheduler.maybe_linger()  # over what was read
        done = super().settle(chunk, results)
        for result in results:
            self._deaths[chunk.chunk_no, result.ordinal] -= result.verdict.reason != Reason.POISON
        return done


@dataclass
class Run:
    """A job, everything that works on it, and everything that can happen to it; all decided by ``seed``."""

    seed: int
    database: Database
    variant: Variant = field(default_factory=Variant)

    def __post_init__(self) -> None:
        random.seed(self.seed)
        self.scheduler = Scheduler(self.seed)
        self.clock = Clock(self.database)
        self.queue = SimulatedQueue(self.scheduler, self.clock)
        self.objects = SimulatedObjects(self.scheduler)
        self.executions = SimulatedExecutions(self.scheduler, self._launch)
        self.record = SimulatedDatabase(self.database, self.scheduler)
        self.contents = bucket(self.scheduler)
        self.cursed = self.scheduler.random.random() < 0.25
        lister = SimulatedLister(self.scheduler, self.contents, page_keys=3)
        self.listing = self.variant.listing(
            self.record, lister, self.queue, FakeTraces(), limits=ChunkLimits(4, 1_000), round_keys=3
        )
        self.jobs = JobService(
            self.record,
            lister,
            self.listing,
            self.executions,
            FakeTraces(),
            fair_share_by="bucket",
            ruleset_version="simulated",
        )
        self.job_id: UUID | None = None
        self.cancelled = False
        self.deaths: Counter[tuple[int, int]] = Counter()  # by chunk and ordinal
        self.troubles: Counter[int] = Counter()  # by chunk

    def play(self) -> None:
        """Live through chaos and calm."""
        with ThreadPoolExecutor(1) as reader:
            self._spawn(reader)
            self.scheduler.chaos = Chaos(crash=0.02, error=0.05, freeze=0.04, linger=0.3)
            for _ in range(CHAOS_STEPS // 10):
                self.scheduler.run(10)
                self.clock.advance(self.scheduler.random.choice([0, 1, 10, 60, 200]))
                self._act_of_god()
            self.scheduler.chaos = Chaos()
            for _ in range(QUIET_ROUNDS):
                self.scheduler.run(QUIET_STEPS)
                if self._is_over():
                    break
                self.clock.advance(QUIET_SECONDS)
            self.scheduler.close()

    def _spawn(self, reader: ThreadPoolExecutor) -> None:
        self.scheduler.spawn("client", self._request, once=True)
        for number in range(3):
            self.scheduler.spawn(f"worker {number}", lambda: self._work(reader))
        upkeep = Upkeep(self.record, self.queue, self.listing, self.executions)
        dead_letters = DeadLetters(self.record, self.queue)
        if self.variant.sweeper:
            self.scheduler.spawn("sweeper", lambda: self._tolerant(upkeep.run))
        if self.variant.dead_letters:
            self.scheduler.spawn("dead letters", lambda: self._bury(dead_letters))
        if self.scheduler.random.random() < 0.3:
            self.scheduler.spawn("operator", self._operate, once=True)

    def _request(self) -> None:
        """Ask for a scan until there is an answer, with one key."""
        options = ScanOptions(max_object_bytes=10_000)
        while self.job_id is None:
            try:
                self.job_id = self.jobs.create(NewScan("data", options), idempotency_key="once").job_id
            except TransientError:
                self.scheduler.point()

    def _launch(self, name: str, state: dict[str, object]) -> None:
        """Run the state machine: each step again until it succeeds, the next execution after so many rounds."""
        arn = f"arn:aws:states:us-east-1:123456789012:execution:list:{name}"
        progress: dict[str, Any] = dict(state)

        def execution() -> None:
            nonlocal progress
            while not progress.get("done"):
                try:
                    progress = self.listing.step({**progress, "execution_arn": arn})
                except TransientError:
                    self.scheduler.point()
                    continue
                if not progress["done"] and progress["rounds"] >= ROUNDS_PER_EXECUTION:
                    number = progress["continuation"] + 1
                    following = {**progress, "rounds": 0, "continuation": number}
                    self.executions.start(f"{progress['job_id']}-{number}", following, trace_header=None)
                    break
            self.executions.statuses[arn] = ExecutionStatus.SUCCEEDED

        def retried() -> None:
            """Start the step again where its function died: the state machine retries, with the input it has."""
            while True:
                try:
                    return execution()
                except (Crashed, TransientError):
                    self.scheduler.point()

        self.scheduler.spawn(name, retried, once=True)

    def _work(self, reader: ThreadPoolExecutor) -> None:
        """Be a worker process, from its start until it dies."""
        worker = self.variant.worker(
            self.queue,
            WitnessedLedger(self.record, self.scheduler, self.deaths, self.troubles),
            self.objects,  # type: ignore[arg-type]
            self.objects,  # type: ignore[arg-type]
            FakeTraces(),
            readers=reader,
            load=Load(4),
            lease_seconds=LEASE_SECONDS,
        )
        while True:
            try:
                for message in self.queue.receive(limit=1, wait_seconds=0, visibility_seconds=LEASE_SECONDS):
                    run = worker.take(message)
                    if run is not None:
                        if self.cursed and run.chunk.chunk_no == 0:
                            raise Crashed  # dies between the claim and the first object, whatever the objects are
                        worker.scan(run)
            except TransientError:
                self.scheduler.point()

    def _bury(self, dead_letters: DeadLetters) -> None:
        self.scheduler.point()
        if self.queue.dead:
            letter = self.queue.dead[0]
            try:
                dead_letters.settle(letter.body)
            except TransientError:
                self.queue.dead.append(letter)  # it comes again, after the others
                self.scheduler.point()
            self.queue.dead.remove(letter)

    def _operate(self) -> None:
        """Pause, resume, retry, at any moment; seldom cancel."""
        control = JobControl(self.record, self.listing, self.executions)
        for _ in range(self.scheduler.random.randrange(1, 8)):
            for _ in range(self.scheduler.random.randrange(30)):
                self.scheduler.point()
            if self.job_id is not None:
                action = self.scheduler.random.choice([control.pause, control.resume, control.retry, control.retry])
                self._tolerant(lambda action=action, job_id=self.job_id: action(job_id))  # type: ignore[misc]
        while self.job_id is None:
            self.scheduler.point()
        if self.scheduler.random.random() < 0.3:
            self.cancelled = True
            self._insist(lambda: control.cancel(self.job_id))  # type: ignore[arg-type]
        self._insist(lambda: control.resume(self.job_id))  # type: ignore[arg-type]

    def _insist(self, call: Callable[[], object]) -> None:
        while True:
            try:
                call()
            except (TransientError, Crashed):
                self.scheduler.point()
            except PermanentError:
                return
            else:
                return

    def _tolerant(self, call: Callable[[], object]) -> None:
        try:
            call()
        except (TransientError, PermanentError):
            self.scheduler.point()

    def _act_of_god(self) -> None:
        if self.scheduler.random.random() < 0.02:
            self.queue.purge()

    def _is_over(self) -> bool:
        with self.database.transaction() as tx:
            jobs = tx.rows("SELECT totals IS NOT NULL AS over FROM jobs")
        return bool(jobs) and all(job["over"] for job in jobs)
