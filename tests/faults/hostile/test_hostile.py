"""Objects that are made to break a scanner get their outcome, in time and memory that do not depend on their malice.

HOSTILE_BYTES is the size of each (2 MiB); what it takes is compared with that of twice the size.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from bucketsieve.reasons import Outcome
from tests.faults.hostile.corpus import CORPUS

PROJECT: Final = Path(__file__).parents[3]
SIZE: Final = int(os.environ.get("HOSTILE_BYTES", "2097152"))
#: Twice the size takes twice the time; what is quadratic takes four times.
TIMES_AS_LONG: Final = 3.0
#: Below this, the clock's grain and other processes decide.
SECONDS_TO_COMPARE: Final = 0.5
#: The slowest that an object may be examined, on a machine that does other things as well.
SECONDS_PER_MEBIBYTE: Final = 10.0
#: Beyond the object itself, which lies in the memory of the test: blocks of text and findings.
MEMORY_GROWTH: Final = 96 * 1024**2


@pytest.mark.parametrize("name", CORPUS)
def test_a_hostile_object_gets_its_outcome_in_linear_time_and_bounded_memory(name: str) -> None:
    hostile = CORPUS[name]

    measured = subprocess.run(
        [sys.executable, "-m", "tests.faults.hostile.measure", name, str(SIZE)],
        check=True, capture_output=True, cwd=PROJECT, timeout=600,
    )  # fmt: skip

    result = json.loads(measured.stdout)
    expected = Outcome.SKIPPED if hostile.reason else Outcome.SUCCEEDED
    assert (result["outcome"], result["reason"]) == (expected, hostile.reason)
    assert result["bytes_scanned"] == (0 if hostile.reason else result["bytes"])
    assert bool(result["ssns"]) is hostile.finds
    seconds, of_twice = result["seconds"]
    assert of_twice <= 2 * SIZE / 1024**2 * SECONDS_PER_MEBIBYTE
    assert of_twice <= max(seconds * TIMES_AS_LONG, SECONDS_TO_COMPARE)
    assert result["memory_growth"] <= MEMORY_GROWTH
