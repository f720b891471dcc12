"""Runs actors one at a time, in an order that a seed decides, and lets them die at any step.

Each actor is a thread, but only the one that holds the baton moves. It hands the baton back at every ``point``: before
and after a transaction, a send, a receive. So a run is as deterministic as its seed, and whatever can happen between
two steps of a process can happen here.
"""

import random
import threading
from collections.abc import Callable
from dataclasses import dataclass, field


class Crashed(BaseException):
    """The process that called died at this step: nothing of it runs any further."""


@dataclass
class Chaos:
    """How likely what is, at each point. All zero: a quiet world."""

    crash: float = 0.0
    error: float = 0.0  # a call that fails, or succeeds without its answer
    freeze: float = 0.0  # the actor stops for longer than a lease
    linger: float = 0.0  # the same, where an actor says that something may take so long


@dataclass
class Actor:
    """A process. ``body`` is started again when it crashes, as ECS or Lambda would, unless ``once``."""

    name: str
    body: Callable[[], None]
    once: bool = False
    baton: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    frozen_until: int = 0
    ended: bool = False
    error: BaseException | None = None


class Scheduler:
    """The only clock of a run: a step is one actor's way from one point to the next."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.chaos = Chaos()
        self.steps = 0
        self._actors: list[Actor] = []
        self._back = threading.Semaphore(0)
        self._here = threading.local()
        self._stopping = False

    def spawn(self, name: str, body: Callable[[], None], *, once: bool = False) -> None:
        """Add an actor; it begins when the scheduler first chooses it."""
        actor = Actor(name, body, once)
        self._actors.append(actor)
        threading.Thread(target=self._live, args=(actor,), name=name, daemon=True).start()

    def point(self) -> None:
        """Let another actor go on, and perhaps die here. Outside an actor this is nothing."""
        actor: Actor | None = getattr(self._here, "actor", None)
        if actor is None:
            return
        self._back.release()
        actor.baton.acquire()
        if self._stopping:
            raise Crashed
        self.maybe_crash()

    def maybe_crash(self) -> None:
        """Die here, perhaps, without letting anybody else go on: inside a transaction, for example."""
        if getattr(self._here, "actor", None) is not None and self.random.random() < self.chaos.crash:
            raise Crashed

    def maybe_error(self) -> bool:
        """Say whether a call fails."""
        return getattr(self._here, "actor", None) is not None and self.random.random() < self.chaos.error

    def maybe_linger(self) -> None:
        """Stop here, perhaps, for longer than a lease, while others go on."""
        actor: Actor | None = getattr(self._here, "actor", None)
        if actor is not None and self.random.random() < self.chaos.linger:
            actor.frozen_until = self.steps + self.random.randrange(40, 160)
            self.point()

    def run(self, steps: int) -> None:
        """Let so many steps happen, or fewer where every actor has ended."""
        for _ in range(steps):
            ready = [a for a in self._actors if not a.ended and a.frozen_until <= self.steps]
            self.steps += 1
            if not ready:
                if all(a.ended for a in self._actors):
                    return
                continue
            actor = self.random.choice(ready)
            actor.baton.release()
            self._back.acquire()
            if actor.error is not None:
                raise actor.error
            if self.random.random() < self.chaos.freeze:
                actor.frozen_until = self.steps + self.random.randrange(20, 120)

    def close(self) -> None:
        """End all actors where they stand."""
        self._stopping = True
        for actor in self._actors:
            while not actor.ended:
                actor.baton.release()
                self._back.acquire()

    def _live(self, actor: Actor) -> None:
        self._here.actor = actor
        actor.baton.acquire()
        try:
            while not self._stopping:
                try:
                    actor.body()
                    if actor.once:
                        break
                except Crashed:
                    if self._stopping:
                        break
                self._back.release()
                actor.baton.acquire()
        except BaseException as error:  # noqa: BLE001 (told to the test, which fails with it)
            actor.error = error
        finally:
            actor.ended = True
            self._back.release()
