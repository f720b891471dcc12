"""Examines objects in a child process that is killed when it takes too long, and replaced when it has died.

A child is started once, with an engine that is ready, and serves object after object. It is given the bytes of an
object over a socket; so it needs no credentials, and inherits no connection. Each piece is answered before the next one
is sent, which tells how far an object got.
"""

import contextlib
import pickle
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from threading import Event
from typing import Final

from bucketsieve.detect.model import ScanReport
from bucketsieve.observability import logger
from bucketsieve.reasons import Reason
from bucketsieve.scanning.dialogue import (
    ANSWERS,
    OUT_OF_MEMORY,
    Answer,
    Finish,
    MakeEngine,
    Opening,
    Preparation,
    Request,
)
from bucketsieve.scanning.examine import (
    DetectionSession,
    ExaminerUnavailableError,
    LimitReachedError,
    ParserCrashedError,
    ParserDiedError,
    StoppedError,
)

#: Compiling the engine takes some seconds of a free core.
_START_SECONDS: Final = 120.0
#: How soon a wait notices that it is to be stopped.
_GLANCE_SECONDS: Final = 0.2


@dataclass(frozen=True, slots=True)
class _Child:
    process: subprocess.Popen[bytes]
    connection: Connection


class _TimeOverError(Exception):
    """The child did not answer in time, and was killed."""


class _DiedError(Exception):
    """The child died; ``status`` is negative where a signal killed it."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class ChildExaminer:
    """``Examiner`` in a child process, for one thread at a time."""

    def __init__(self, make_engine: MakeEngine, *, step_seconds: float, memory_bytes: int) -> None:
        """``make_engine`` is pickled, and called in the child.

        One piece of an object, or its report, may take ``step_seconds``; all of the object's examination may take
        ``memory_bytes`` beside the engine.
        """
        # Pickled here, so that what cannot be ends the worker at its start, and is not taken for an object's fault.
        self._preparation = pickle.dumps(Preparation(make_engine, memory_bytes))
        self.step_seconds = step_seconds
        self.memory_bytes = memory_bytes
        self._child: _Child | None = None

    def prepare(self, stop: Event) -> None:
        """Start the child, if there is none.

        Raises:
            StoppedError: ``stop`` was set.
            ExaminerUnavailableError: no child could be started.
        """
        if self._child is None:
            self._child = self._start(stop)

    def open(self, head: bytes, key: str, stop: Event) -> DetectionSession | None:
        """Open a session; see ``Examiner`` and ``prepare``."""
        self.prepare(stop)
        session = ChildSession(self, stop)
        return session if session.ask(Opening(head, key)).is_text else None

    def close(self) -> None:
        """End the child, whatever it does."""
        child, self._child = self._child, None
        if child is not None:
            child.process.kill()
            child.process.wait()
            child.connection.close()

    def ask(self, request: Request, stop: Event) -> Answer:
        """Return the child's answer to the next request about its object."""
        if self._child is None:
            raise StoppedError  # closed meanwhile
        return self._ask(self._child, pickle.dumps(request), stop, self.step_seconds)

    def _start(self, stop: Event) -> _Child:
        ours, theirs = Pipe()
        try:
            process = subprocess.Popen(  # noqa: S603 (this program)
                [sys.executable, "-m", "bucketsieve.scanning.child", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        except OSError as error:
            ours.close()
            raise ExaminerUnavailableError(f"no process could be started: {error.strerror}") from error
        finally:
            theirs.close()
        child = self._child = _Child(process, ours)
        try:
            self._ask(child, self._preparation, stop, _START_SECONDS)
        except (_TimeOverError, _DiedError) as error:
            raise ExaminerUnavailableError(f"a child process did not get ready: {type(error).__name__}") from error
        return child

    def _ask(self, child: _Child, request: bytes, stop: Event, seconds: float) -> Answer:
        deadline = time.monotonic() + seconds
        try:
            child.connection.send_bytes(request)
            while not child.connection.poll(_GLANCE_SECONDS):
                if stop.is_set():
                    self.close()
                    raise StoppedError
                if time.monotonic() > deadline:
                    self.close()
                    raise _TimeOverError
            return ANSWERS.validate_json(child.connection.recv_bytes())
        except (EOFError, OSError) as error:
            # A child that closes its socket without ending is no use any more, either.
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.process.wait(_GLANCE_SECONDS)
            self.close()
            raise _DiedError(child.process.returncode) from error


class ChildSession:
    """``DetectionSession`` of an object in the child."""

    def __init__(self, examiner: ChildExaminer, stop: Event) -> None:
        self._examiner = examiner
        self._stop = stop
        self._examined = 0

    def feed(self, chunk: bytes) -> None:
        """Hand the next bytes on, and wait until they have been examined."""
        self.ask(chunk)
        self._examined += len(chunk)

    def finish(self) -> ScanReport:
        """Return the child's report."""
        report = self.ask(Finish()).report
        if report is None:
            raise ParserCrashedError("the parser gave no report")
        return report._replace(findings=tuple(report.findings))  # JSON has lists alone

    def ask(self, request: Request) -> Answer:
        """Return the child's answer.

        Raises:
            StoppedError: ``stop`` was set.
            LimitReachedError: it took too long, or too much memory.
            ParserCrashedError: the parser raised, or died.
        """
        try:
            answer = self._examiner.ask(request, self._stop)
        except _TimeOverError as error:
            what = f"a step of the examination took over {self._examiner.step_seconds:.0f} s"
            raise LimitReachedError(Reason.TIME_CUT_OFF_REACHED, self._examined, what) from error
        except _DiedError as error:
            logger.warning("the child that examines objects died", extra={"status": error.status})
            if error.status == OUT_OF_MEMORY:
                what = f"the examination took over {self._examiner.memory_bytes // 1024**2} MiB of memory"
                raise LimitReachedError(Reason.MEMORY_LIMIT_REACHED, self._examined, what) from error
            raise ParserDiedError(f"the parser's process died of {_cause(error.status)}") from error
        if answer.error is not None:
            raise ParserCrashedError(f"raised {answer.error}")
        return answer


def _cause(status: int) -> str:
    return signal.Signals(-status).name if status < 0 else f"exit status {status}"
