"""What a call takes of the processor: instructions where the kernel counts them for us, else seconds.

Instructions are the same on a busy machine and an idle one, seconds are not.
"""

import ctypes
import fcntl
import os
import platform
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

#: `perf_event_open`, by architecture (linux/unistd.h).
_SYSTEM_CALLS: Final = {"x86_64": 298, "aarch64": 241}
#: struct perf_event_attr (linux/perf_event.h). Hardware event 1 is instructions; at first disabled, in user mode alone.
_ATTRIBUTES: Final = struct.Struct("<IIQQQQQ")
_ATTRIBUTES_BYTES: Final = 128
_HARDWARE, _INSTRUCTIONS = 0, 1
_FLAGS: Final = 0b1100001
_ENABLE, _DISABLE, _RESET = 0x2400, 0x2401, 0x2403
_ROUNDS: Final = 5


class Effort:
    """A counter of this thread's instructions in user mode."""

    def __init__(self) -> None:
        self._counter = _open()
        #: Whether what it says is exact.
        self.exact = self._counter is not None

    def __repr__(self) -> str:
        return f"Effort(exact={self.exact})"

    def close(self) -> None:
        """Give the counter back."""
        if self._counter is not None:
            os.close(self._counter)

    def of(self, call: Callable[[], object]) -> float:
        """Instructions, or seconds: the least of some rounds, of which the first warms up."""
        once = self._seconds if self._counter is None else self._instructions
        return min(once(call) for _ in range(_ROUNDS if self._counter is None else 2))

    def _instructions(self, call: Callable[[], object]) -> float:
        assert self._counter is not None
        fcntl.ioctl(self._counter, _RESET, 0)
        fcntl.ioctl(self._counter, _ENABLE, 0)
        call()
        fcntl.ioctl(self._counter, _DISABLE, 0)
        return float(int.from_bytes(os.read(self._counter, 8), "little"))

    @staticmethod
    def _seconds(call: Callable[[], object]) -> float:
        begun = time.thread_time()
        call()
        return time.thread_time() - begun


@contextmanager
def effort() -> Iterator[Effort]:
    """An `Effort`, closed at the end."""
    counter = Effort()
    try:
        yield counter
    finally:
        counter.close()


def _open() -> int | None:
    """A counter's file, None where the kernel has none or keeps it from us."""
    number = _SYSTEM_CALLS.get(platform.machine()) if platform.system() == "Linux" else None
    if number is None:
        return None
    attributes = bytearray(_ATTRIBUTES_BYTES)
    _ATTRIBUTES.pack_into(attributes, 0, _HARDWARE, _ATTRIBUTES_BYTES, _INSTRUCTIONS, 0, 0, 0, _FLAGS)
    buffer = (ctypes.c_char * _ATTRIBUTES_BYTES).from_buffer(attributes)
    file = ctypes.CDLL(None, use_errno=True).syscall(number, buffer, 0, -1, -1, 0)
    return None if file < 0 else file
