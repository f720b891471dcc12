import os
import signal
import subprocess
import sys

import pytest

from bucketsieve.faults import CRASH_AT, maybe_crash

PROGRAM = """
from bucketsieve.faults import maybe_crash
for label in ("first", "second", "second"):
    maybe_crash(label)
    print(label)
"""


def test_nothing_dies_without_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(CRASH_AT, raising=False)

    maybe_crash("after_claim")


@pytest.mark.parametrize(
    ("crash_at", "lived_to_say"),
    [("first", ""), ("second", "first\n"), ("second:2", "first\nsecond\n")],
)
def test_a_process_dies_at_the_label_and_the_time_that_are_named(crash_at: str, lived_to_say: str) -> None:
    program = [sys.executable, "-u", "-c", PROGRAM]
    ended = subprocess.run(program, env={**os.environ, CRASH_AT: crash_at}, capture_output=True, text=True, check=False)

    assert ended.returncode == -signal.SIGKILL
    assert ended.stdout == lived_to_say
