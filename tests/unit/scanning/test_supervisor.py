"""Workers are kept running: one that died is replaced, one that hangs is killed, and all stop when told to."""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread

import pytest

from bucketsieve.scanning.cores import usable_cores
from bucketsieve.scanning.pulse import IDLE, IN_LONG_WORK
from bucketsieve.scanning.supervisor import Supervisor

#: A worker whose pulse is its last argument, and who leaves a mark in the directory that is the first.
_WORKER = """
import os, signal, sys, time
from pathlib import Path
marks, pulse = Path(sys.argv[1]), int(sys.argv[2])
signal.signal(signal.SIGTERM, lambda *_: (marks.joinpath(f"stopped-{os.getpid()}").touch(), os._exit(0)))
life = len(list(marks.glob("started-*"))) + 1
marks.joinpath(f"started-{os.getpid()}").touch()
"""
_BEATS = "while True: os.write(pulse, b'.'); time.sleep(0.05)"
#: In long work as long as there is such a mark.
_BEATS_OF_WORK = f"""
while True:
    os.write(pulse, {IN_LONG_WORK!r} if marks.joinpath(f"long-{{os.getpid()}}").exists() else {IDLE!r})
    time.sleep(0.05)
"""


class Workers:
    """A supervisor in a thread, of workers that run the given lines of Python."""

    def __init__(self, marks: Path, lines: str, *, processes: int, silence_seconds: float) -> None:
        self._marks = marks
        self.status: int | None = None
        self.told: list[bool] = []
        command = [sys.executable, "-c", _WORKER + lines, str(marks)]
        self.supervisor = Supervisor(
            command,
            processes=processes,
            silence_seconds=silence_seconds,
            stop_seconds=20,
            tell=self.told.append,
            sleep=lambda _: time.sleep(0.02),
        )
        self._thread = Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        self.status = self.supervisor.run()

    def wait_for(self, started: int) -> None:
        """Wait until so many workers have been started."""
        self.wait_until(lambda: len(self.marks("started")) >= started)

    def wait_until(self, condition: Callable[[], bool]) -> None:
        """Wait for what must come to be."""
        deadline = time.monotonic() + 60
        while not condition():
            assert time.monotonic() < deadline
            time.sleep(0.02)

    def marks(self, kind: str) -> set[str]:
        """Return the process ids that left such a mark."""
        return {path.name.partition("-")[2] for path in self._marks.glob(f"{kind}-*")}

    def join(self) -> int | None:
        """Return the supervisor's status once it has ended."""
        self._thread.join(60)
        return self.status

    def end(self) -> int | None:
        """Stop, and return the supervisor's status."""
        self.supervisor.stop()
        return self.join()


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Callable[..., Workers]]:
    running: list[Workers] = []

    def run(lines: str, *, processes: int = 1, silence_seconds: float = 1_000.0) -> Workers:
        running.append(Workers(tmp_path, lines, processes=processes, silence_seconds=silence_seconds))
        return running[-1]

    yield run
    for workers in running:
        workers.end()


def test_all_workers_are_told_to_stop(run: Callable[..., Workers]) -> None:
    workers = run(_BEATS, processes=2)
    workers.wait_for(2)

    assert workers.end() == 0
    assert workers.marks("stopped") == workers.marks("started")


def test_a_worker_that_died_is_replaced(run: Callable[..., Workers]) -> None:
    workers = run("if life == 1: os.write(pulse, b'.'); os.abort()\n" + _BEATS)
    workers.wait_for(2)

    assert workers.end() == 0
    assert len(workers.marks("stopped")) == 1


def test_a_worker_that_falls_silent_is_killed_and_replaced(run: Callable[..., Workers]) -> None:
    workers = run("if life == 1: os.write(pulse, b'.'); time.sleep(600)\n" + _BEATS, silence_seconds=5.0)
    workers.wait_for(2)

    assert workers.end() == 0
    assert len(workers.marks("stopped")) == 1


def test_it_tells_whether_any_worker_is_in_long_work(run: Callable[..., Workers], tmp_path: Path) -> None:
    workers = run(_BEATS_OF_WORK, processes=2)
    workers.wait_for(2)
    long_work = tmp_path / f"long-{min(workers.marks('started'))}"

    def kill() -> None:
        os.kill(int(long_work.name.removeprefix("long-")), signal.SIGKILL)

    for end in (long_work.unlink, kill):
        workers.wait_until(lambda: workers.told[-1:] == [False])
        long_work.touch()
        workers.wait_until(lambda: workers.told[-1])
        end()
        workers.wait_until(lambda: not workers.told[-1])
    assert workers.end() == 0


def test_it_gives_up_where_no_worker_gets_ready(run: Callable[..., Workers]) -> None:
    workers = run("sys.exit(1)")

    assert workers.join() == 1
    assert len(workers.marks("started")) == 3


@pytest.mark.parametrize(
    ("quota", "cores"), [("150000 100000\n", 2), ("25000 100000\n", 1), ("max 100000\n", 64), ("", 64)]
)
def test_cores_are_counted_by_the_containers_quota(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, quota: str, cores: int
) -> None:
    monkeypatch.setattr("os.process_cpu_count", lambda: 64)
    path = tmp_path / "cpu.max"
    path.write_text(quota)

    assert usable_cores(path) == cores
