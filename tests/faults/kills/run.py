"""One job of real processes, of which some are killed: at a label of their own code, or at any moment from outside."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from random import Random
from time import monotonic, sleep
from typing import Final

from tests.faults.kills.invariants import Contents, check
from tests.faults.plant import Plant
from tests.integration.scans import first_state, new_job, rows

#: In the order in which a listing passes them.
LISTING_LABELS: Final = (
    "before_page_commit", "after_page_commit", "before_send", "while_sending", "after_send", "after_mark",
    "before_close",
)  # fmt: skip
#: In the order in which a worker passes them.
WORKER_LABELS: Final = (
    "after_receive", "after_claim", "while_reading", "before_settle", "after_settle", "before_delete", "after_delete",
)  # fmt: skip
#: Passed only with a chunk that another worker died of before.
LONELY_LABELS: Final = ("after_mark_attempt",)
#: Passed only by a worker that is told to stop, or cannot go on.
RELEASE_LABELS: Final = ("after_release",)

#: From a kill at no label at all, as seconds after the process was started.
type Death = str | float
#: When no chunk has changed for so long, not even by a heartbeat, time is made to pass although nobody died.
_PATIENCE_SECONDS: Final = 10.0
_GIVE_UP_SECONDS: Final = 300.0

_PULSE: Final = "SELECT chunk_no, state, attempt, lease_until, enqueued_at FROM job_chunks ORDER BY chunk_no"


@dataclass(frozen=True, slots=True)
class Plan:
    """How the processes die that are started one after the other; those after the last one live."""

    listing: tuple[Death, ...] = ()
    scanning: tuple[Death, ...] = ()


def plan_of(random: Random) -> Plan:
    """Return a plan with up to two deaths of either kind: a third one alone with an object would convict it."""
    kinds: list[tuple[str, ...]] = [LISTING_LABELS, WORKER_LABELS + LONELY_LABELS]
    deaths = [tuple(_death(random, labels) for _ in range(random.randint(0, 2))) for labels in kinds]
    return Plan(*deaths)


def _death(random: Random, labels: tuple[str, ...]) -> Death:
    if random.random() < 0.25:
        return random.uniform(0.1, 1.5)
    return f"{random.choice(labels)}:{random.randint(1, 3)}"


def contents_of(random: Random) -> Contents:
    """Return a bucket of small objects with synthetic numbers in them; one is empty."""
    numbers = [f"536-{random.randint(10, 99)}-{random.randint(1000, 9999)}" for _ in range(random.randint(9, 14))]
    objects = {f"{number:02}.txt": f"row {number}\nssn: {ssn}\n".encode() for number, ssn in enumerate(numbers)}
    objects |= {
        "null": b"nothing to see\n",
        "a/ b/\u00fc.csv": f"ssn\n{numbers[0]}\n{numbers[1]}\n".encode(),
        "empty": b"",
    }
    return Contents(objects, tuple(numbers))


class Actor:
    """A program that is started again whenever it dies, each time with the next planned death."""

    def __init__(self, start: Callable[[str], ForkServerProcess], deaths: tuple[Death, ...]) -> None:
        self._start = start
        self._deaths = list(deaths)
        self._process: ForkServerProcess | None = None
        self._kill_at: float | None = None
        self.killed = 0
        self.ended = False

    def lives(self) -> bool:
        """Whether its process is running."""
        return self._process is not None and self._process.is_alive()

    def go_on(self) -> bool:
        """Start or kill the process as it is due; whether it has died since the last time."""
        if self.ended:
            return False
        if self._process is None:
            death = self._deaths.pop(0) if self._deaths else ""
            self._kill_at = monotonic() + death if isinstance(death, float) else None
            self._process = self._start(death if isinstance(death, str) else "")
        assert self._process is not None
        if self._kill_at is not None and monotonic() >= self._kill_at:
            self._process.kill()
            self._process.join()
        if self._process.is_alive():
            return False
        if self._process.exitcode == 0:
            self.ended = True
            return False
        assert self._process.exitcode == -9, f"it ended by itself, with {self._process.exitcode}"
        self.killed += 1
        self._process = None
        return True


def play(plant: Plant, plan: Plan, contents: Contents) -> int:
    """Scan the bucket under the plan, check the invariants, and return how many processes were killed."""
    plant.cloud.page_keys = 5
    plant.put(contents.objects)
    job_id = new_job(plant.database, plant.bucket)
    state = Path(f"{plant.logs}.state")
    state.write_text(json.dumps(first_state(job_id) | {"bucket": plant.bucket}))
    lister = Actor(lambda crash_at: plant.lister(state, crash_at), plan.listing)
    scanner = Actor(plant.scanner, plan.scanning)
    given_up, changed, pulse = monotonic() + _GIVE_UP_SECONDS, monotonic(), rows(plant.database, _PULSE)
    while not plant.is_over(job_id):
        assert monotonic() < given_up, f"the job did not complete under {plan}: {plant.snapshot()['job_chunks']}"
        died = [lister.go_on(), scanner.go_on()]
        if (now := rows(plant.database, _PULSE)) != pulse:
            changed, pulse = monotonic(), now
        if any(died) or monotonic() > changed + _PATIENCE_SECONDS:
            plant.let_time_pass()
            changed = monotonic()
        sleep(0.02)
    while not scanner.lives():
        scanner.go_on()
    check(plant, job_id, contents)
    return lister.killed + scanner.killed
