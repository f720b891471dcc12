"""The child process in which objects are examined that have killed a worker, or may have.

It has a socket to its parent and nothing else: no network, no database, no queue, no output.
"""

import os
import resource
import signal
import sys
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Event

from bucketsieve.scanning.dialogue import ANSWERS, OUT_OF_MEMORY, Answer, Finish, Opening, Preparation, Request
from bucketsieve.scanning.examine import DetectionEngine, DetectionSession, LocalExaminer
from bucketsieve.scanning.privacy import die_with_parent, forbid_core_dumps


class _Desk:
    """Answers requests, one object after the other."""

    def __init__(self, engine: DetectionEngine) -> None:
        self._examiner = LocalExaminer(engine)
        self._session: DetectionSession | None = None
        self._never = Event()

    def answer(self, request: Request) -> Answer:
        try:
            return self._do(request)
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001 (whatever an object does to its parser is the object's outcome)
            return Answer(error=type(error).__name__)

    def _do(self, request: Request) -> Answer:
        if isinstance(request, Opening):
            self._session = None
            self._session = self._examiner.open(request.head, request.key, self._never)
            return Answer(is_text=self._session is not None)
        assert self._session is not None, "an object is opened first"
        if isinstance(request, Finish):
            session, self._session = self._session, None
            report = session.finish()
            return Answer(report=report._replace(findings=tuple(report.findings)))  # which JSON has words for
        self._session.feed(request)
        return Answer()


def serve(connection: Connection) -> None:
    """Answer until the parent has gone."""
    preparation: Preparation = connection.recv()
    desk = _Desk(preparation.make_engine())
    _limit_memory(preparation.memory_bytes)
    connection.send_bytes(ANSWERS.dump_json(Answer()))
    while True:
        answer = desk.answer(connection.recv())
        connection.send_bytes(ANSWERS.dump_json(answer))


def _limit_memory(more_bytes: int) -> None:
    """Let this process take so many bytes of address space beyond what it has."""
    statistics = Path("/proc/self/statm")
    if statistics.exists():  # Linux; elsewhere the system's own limits have to do
        in_use = int(statistics.read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (in_use + more_bytes, in_use + more_bytes))


def main() -> None:
    """Serve on the socket whose descriptor is the first argument; end without a word."""
    forbid_core_dumps()
    die_with_parent()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # the parent decides
    status = 1
    try:
        serve(Connection(int(sys.argv[1])))
    except EOFError:
        status = 0
    except MemoryError:
        status = OUT_OF_MEMORY
    finally:
        # Whatever was raised may hold content, and cleaning up may take memory that is not there.
        os._exit(status)


if __name__ == "__main__":
    main()
