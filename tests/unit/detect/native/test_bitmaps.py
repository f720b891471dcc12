"""The numbers of bitmaps are those of C."""

import re
from pathlib import Path

from bucketsieve.detect.native import bitmaps

HEADER = Path(__file__).parents[4] / "src" / "native" / "classify.h"


def test_bitmaps_have_the_numbers_of_c() -> None:
    members = re.search(r"enum \{ (MAP_[^}]*), MAPS \}", HEADER.read_text())
    assert members is not None
    names = re.findall(r"MAP_(\w+)", members[1])
    assert [getattr(bitmaps, name) for name in names] == list(range(len(names)))
