"""Labelled points at which a test lets a process die. They do nothing unless BUCKETSIEVE_CRASH_AT is set."""

import os
import signal
from typing import Final

#: ``label``, or ``label:n`` for the n-th time (from 1) that the process passes it.
CRASH_AT: Final = "BUCKETSIEVE_CRASH_AT"


def maybe_crash(label: str) -> None:
    """End this process with SIGKILL, so that nothing of it is tidied up, if it is to die at ``label`` this time."""
    chosen, _, passing = os.environ.get(CRASH_AT, "").partition(":")
    if chosen != label:
        return
    left = int(passing or 1) - 1
    if left <= 0:
        os.kill(os.getpid(), signal.SIGKILL)
    os.environ[CRASH_AT] = f"{label}:{left}"
