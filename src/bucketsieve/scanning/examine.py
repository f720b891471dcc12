"""The examination of one object's bytes: in this process, or, behind the same interface, in a child that may die."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, get_ident
from typing import Protocol

from bucketsieve.detect.model import ScanReport
from bucketsieve.extract import sniff
from bucketsieve.reasons import Reason


class StoppedError(Exception):
    """The object was given up on request: the lease is lost, or the process ends. It has no outcome."""


class ParserCrashedError(Exception):
    """The object broke its parser. The text says how, and holds no content of the object."""


class ParserDiedError(ParserCrashedError):
    """The parser's process died of the object, or of something that happened at the same time."""


class LimitReachedError(Exception):
    """The examination was ended at a limit. The text says at which.

    ``reason`` is that of the part that was examined: the ``examined`` first bytes went through.
    """

    def __init__(self, reason: Reason, examined: int, message: str) -> None:
        super().__init__(message)
        self.reason = reason
        self.examined = examined


class ExaminerUnavailableError(Exception):
    """No child could be started to examine anything: the fault of no object."""


class DetectionSession(Protocol):
    """The examination of one object, as ``bucketsieve.detect.engine.Session`` provides it."""

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes, cut anywhere."""
        ...

    def finish(self) -> ScanReport:
        """Examine what is left, and report."""
        ...


class DetectionEngine(Protocol):
    """What opens a session for an object, as ``bucketsieve.detect.engine.Engine`` provides it."""

    def session(self, *, encoding: str | None = None, media_type: str | None = None) -> DetectionSession:
        """Open a session."""
        ...


class Examiner(Protocol):
    """Opens the examination of objects. It and its sessions raise the errors of this module."""

    def prepare(self, stop: Event) -> None:
        """Get ready, where that takes time, before an object is opened."""
        ...

    def open(self, head: bytes, key: str, stop: Event) -> DetectionSession | None:
        """Open a session for the object that begins with ``head``; ``None`` where it is no text."""
        ...

    def close(self) -> None:
        """Let go of what it holds."""
        ...


class LocalExaminer:
    """Examines objects in this process. Safe to share between threads.

    It cannot end a step that hangs, but tells how long the steps take that have begun.
    """

    def __init__(self, engine: DetectionEngine, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._engine = engine
        self._clock = clock
        self._begun: dict[int, float] = {}  # by thread

    def prepare(self, stop: Event) -> None:
        """Be ready; see ``Examiner``."""

    def open(self, head: bytes, key: str, stop: Event) -> DetectionSession | None:
        """Open a session; see ``Examiner``. The caller looks at ``stop`` between pieces."""
        with self.step():
            text = sniff(head, key)
            if text is None:
                return None
            session = self._engine.session(encoding=text.encoding, media_type=text.media_type)
        return _TimedSession(session, self)

    def longest_step(self) -> float:
        """Return how many seconds the slowest step under way, a piece of an object or its report, has taken so far."""
        return self._clock() - min([*self._begun.values()], default=self._clock())

    @contextmanager
    def step(self) -> Iterator[None]:
        """Note that this thread is in the middle of a step."""
        self._begun[get_ident()] = self._clock()
        try:
            yield
        finally:
            del self._begun[get_ident()]

    def close(self) -> None:
        """Hold nothing; see ``Examiner``."""


class _TimedSession:
    """A session whose steps its examiner knows of."""

    def __init__(self, session: DetectionSession, examiner: LocalExaminer) -> None:
        self._session = session
        self._examiner = examiner

    def feed(self, chunk: bytes) -> None:
        with self._examiner.step():
            self._session.feed(chunk)

    def finish(self) -> ScanReport:
        with self._examiner.step():
            return self._session.finish()
