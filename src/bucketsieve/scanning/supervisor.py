"""Keeps worker processes running: starts one again that died, kills one that hangs, and stops all when told to.

Python's interpreter runs on one core at a time, so a worker for each core uses them all; and an object that holds the
interpreter, which no thread of the same process could notice, is noticed from here.
"""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from bucketsieve.metrics import Metric, emit
from bucketsieve.observability import logger
from bucketsieve.scanning.pulse import IN_LONG_WORK

_TICK_SECONDS: Final = 0.25
#: A worker has shown no life yet while it imports and compiles the engine, on cores that all workers share.
_START_SECONDS: Final = 300.0
#: A worker that dies again within so long is started later each time.
_SHORT_LIFE_SECONDS: Final = 60.0
_LONGEST_PAUSE_SECONDS: Final = 30.0
#: After so many workers in a row that did not even get ready, something is wrong that another start will not cure.
_FAILED_STARTS: Final = 3


@dataclass(slots=True)
class _Worker:
    process: subprocess.Popen[bytes]
    pulse: int  # the reading end of its pulse
    started_at: float
    ready: bool = False
    in_long_work: bool = False
    silent_ticks: int = 0

    def listen(self) -> None:
        """Take note of its pulse."""
        try:
            beats = os.read(self.pulse, 4096)
        except BlockingIOError:
            beats = b""
        if beats:
            self.ready = True
            self.in_long_work = beats.endswith(IN_LONG_WORK)
        self.silent_ticks = 0 if beats else self.silent_ticks + 1


@dataclass(slots=True)
class _Slot:
    """A place for a worker, which is started at ``start_at`` if there is none."""

    start_at: float
    worker: _Worker | None = None
    short_lives: int = 0


class Supervisor:
    """Runs ``processes`` copies of a command; to each, the descriptor of its pulse is the last argument."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        processes: int,
        silence_seconds: float,
        stop_seconds: float,
        tell: Callable[[bool], None] = lambda _: None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """A worker without a pulse for ``silence_seconds`` hangs; told to stop, it may take ``stop_seconds``.

        ``tell`` is told, again and again, whether any worker is in the middle of long work.
        """
        self._command = command
        self._silent_ticks = silence_seconds / _TICK_SECONDS
        self._stop_seconds = stop_seconds
        self._tell = tell
        self._clock = clock
        self._sleep = sleep
        self._slots = [_Slot(clock()) for _ in range(processes)]
        self._failed_starts = 0
        self._stopping = False

    def stop(self) -> None:
        """Stop all workers, and let ``run`` return. May be called by a signal handler."""
        self._stopping = True

    def run(self) -> int:
        """Keep workers running until ``stop``; return 0, or 1 if none of them gets ready."""
        logger.info("supervising", extra={"processes": len(self._slots)})
        while not self._stopping and self._failed_starts < _FAILED_STARTS:
            for slot in self._slots:
                self._look_after(slot)
            self._tell(any(slot.worker is not None and slot.worker.in_long_work for slot in self._slots))
            self._sleep(_TICK_SECONDS)
        status = 0 if self._stopping else 1
        self._end([slot.worker for slot in self._slots if slot.worker])
        return status

    def _look_after(self, slot: _Slot) -> None:
        worker = slot.worker
        if worker is None:
            if self._clock() >= slot.start_at:
                slot.worker = self._start()
            return
        # Silence is counted in looks, not by the clock: a machine that was suspended has missed both.
        worker.listen()
        if worker.process.poll() is not None:
            self._bury(slot, worker)
        elif worker.silent_ticks > (self._silent_ticks if worker.ready else _START_SECONDS / _TICK_SECONDS):
            logger.critical("a worker hangs and is killed", extra={"worker_process": worker.process.pid})
            worker.process.kill()

    def _start(self) -> _Worker:
        reading, writing = os.pipe()
        os.set_blocking(reading, False)
        try:
            command = [*self._command, str(writing)]
            process = subprocess.Popen(command, pass_fds=[writing], stdin=subprocess.DEVNULL)  # noqa: S603
        finally:
            os.close(writing)
        logger.info("a worker was started", extra={"worker_process": process.pid})
        return _Worker(process, reading, self._clock())

    def _bury(self, slot: _Slot, worker: _Worker) -> None:
        """Note a worker's end, and when the next one is due."""
        os.close(worker.pulse)
        slot.worker = None
        self._failed_starts = 0 if worker.ready else self._failed_starts + 1
        short = self._clock() - worker.started_at < _SHORT_LIFE_SECONDS
        slot.short_lives = slot.short_lives + 1 if short else 0
        pause = min(2.0 ** (slot.short_lives - 1), _LONGEST_PAUSE_SECONDS) if short else 0.0
        slot.start_at = self._clock() + pause
        logger.error(
            "a worker died",
            extra={"worker_process": worker.process.pid, "status": worker.process.returncode, "next_in_seconds": pause},
        )
        emit({Metric.WORKERS_DIED: 1})

    def _end(self, workers: Sequence[_Worker]) -> None:
        for worker in workers:
            worker.process.send_signal(signal.SIGTERM)
        deadline = self._clock() + self._stop_seconds
        for worker in workers:
            try:
                worker.process.wait(max(0.0, deadline - self._clock()))
            except subprocess.TimeoutExpired:
                logger.error("a worker did not stop and is killed", extra={"worker_process": worker.process.pid})
                worker.process.kill()
                worker.process.wait()
            os.close(worker.pulse)
