from pathlib import Path

import pytest

from bucketsieve.detect.lanes import Sought
from bucketsieve.detect.lanes.vectorscan import VectorscanLane

SOUGHT = [Sought(3, "AKIA[A-Z]{4}"), Sought(5, "(?i:ssn)")]


def test_ends_count_from_the_start_of_the_data() -> None:
    assert VectorscanLane(SOUGHT).search(b"SSN ssn AKIAABCD ssn", 4, 16) == [(7, 5), (16, 3)]


def test_a_refused_expression_is_named() -> None:
    with pytest.raises(ValueError, match=r"a\(\?=b\)"):
        VectorscanLane([*SOUGHT, Sought(7, "a(?=b)")])


def test_a_compiled_database_is_kept_and_used_again(tmp_path: Path) -> None:
    first = VectorscanLane(SOUGHT, cache=tmp_path / "cache")
    (file,) = (tmp_path / "cache").iterdir()
    written = file.stat().st_mtime_ns
    again = VectorscanLane(SOUGHT, cache=tmp_path / "cache")
    assert again.search(b"ssn", 0, 3) == first.search(b"ssn", 0, 3) == [(3, 5)]
    assert file.stat().st_mtime_ns == written


def test_a_broken_cache_is_passed_over(tmp_path: Path) -> None:
    VectorscanLane(SOUGHT, cache=tmp_path)
    (file,) = tmp_path.iterdir()
    file.write_bytes(b"broken")
    assert VectorscanLane(SOUGHT, cache=tmp_path).search(b"ssn", 0, 3) == [(3, 5)]


def test_a_cache_that_cannot_be_written_is_none(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    assert VectorscanLane(SOUGHT, cache=tmp_path / "file").search(b"ssn", 0, 3) == [(3, 5)]
