"""One run of a program on one core: time, processor time, peak memory, what it printed."""

import os
import resource
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

_CORE = 0


@dataclass(frozen=True, slots=True)
class Run:
    """Seconds by the clock and of the processor, peak RSS in MB, the output, the exit code."""

    wall: float
    cpu: float
    peak: float
    out: bytes
    code: int


def run(command: list[str], timeout: float) -> Run:
    """Run ``command`` on one core. Raises subprocess.TimeoutExpired."""
    with tempfile.TemporaryFile() as out:
        begun = time.perf_counter()
        pinned = ["taskset", "--cpu-list", str(_CORE), *command]
        process = subprocess.Popen(pinned, stdout=out, stderr=subprocess.DEVNULL)
        try:
            usage = _wait(process, begun + timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise
        wall = time.perf_counter() - begun
        out.seek(0)
        return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, out.read(), process.returncode)


def _wait(process: "subprocess.Popen[bytes]", deadline: float) -> resource.struct_rusage:
    while time.perf_counter() < deadline:
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        if pid:
            process.returncode = os.waitstatus_to_exitcode(status)
            return usage
        time.sleep(0.002)
    raise subprocess.TimeoutExpired(process.args, 0)


def size_of(folder: Path) -> int:
    """Bytes of the files in ``folder``."""
    return sum(file.stat().st_size for file in folder.iterdir())
