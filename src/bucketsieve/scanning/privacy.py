"""Keeps what lies in this process's memory, content of objects, in it."""

import ctypes
import resource
import signal
import sys
from typing import Final

# From <linux/prctl.h>.
_PR_SET_PDEATHSIG: Final = 1
_PR_SET_DUMPABLE: Final = 4


def forbid_core_dumps() -> None:
    """Let this process, and those it starts, leave no core dump.

    The kernel does not apply the limit to dumps that it pipes to a program; so this process, which an ``exec`` ends, is
    also marked as not to be dumped or traced.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _prctl(_PR_SET_DUMPABLE, 0)


def die_with_parent() -> None:
    """Be killed as soon as the thread ends that started this process, however it ends."""
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _prctl(option: int, value: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)
