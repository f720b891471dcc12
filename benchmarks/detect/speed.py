"""One run of a program on one core: time, processor time, peak memory, what it printed."""

import os
import re
import resource
import subprocess
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_CORE = 0
_PEAK = re.compile(r"VmHWM:\s*(\d+)")


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
        # As installed: with bytecode, whatever the environment says.
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        process = subprocess.Popen(pinned, stdout=out, stderr=subprocess.DEVNULL, env=environment)
        try:
            usage, peak = _wait(process, begun + timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise
        wall = time.perf_counter() - begun
        out.seek(0)
        return Run(wall, usage.ru_utime + usage.ru_stime, peak / 1024, out.read(), process.returncode)


def _wait(process: "subprocess.Popen[bytes]", deadline: float) -> tuple[resource.struct_rusage, int]:
    """(usage, peak RSS in KB). The peak is read as it grows: rusage counts what the process was forked from as well."""
    peak = 0
    status_file = Path(f"/proc/{process.pid}/status")
    while time.perf_counter() < deadline:
        with suppress(OSError):
            peak = max(peak, *map(int, _PEAK.findall(status_file.read_text())), 0)
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        if pid:
            process.returncode = os.waitstatus_to_exitcode(status)
            return usage, peak
        time.sleep(0.01)
    raise subprocess.TimeoutExpired(process.args, 0)


def warm(folder: Path) -> None:
    """Bring the files of ``folder`` into memory: what the kernel took back while another scanner ran costs no one."""
    buffer = bytearray(1 << 20)
    for path in folder.iterdir():
        with path.open("rb", buffering=0) as file:
            while file.readinto(buffer):
                pass


def size_of(folder: Path) -> int:
    """Bytes of the files in ``folder``."""
    return sum(file.stat().st_size for file in folder.iterdir())
