from pathlib import Path

import hyperscan
import pytest

from bucketsieve.detect.cache import Cache
from bucketsieve.detect.lanes import Sought, vectorscan
from bucketsieve.detect.lanes.vectorscan import VectorscanLane

SOUGHT = [Sought(3, "AKIA[A-Z]{4}"), Sought(5, "(?i:ssn)")]


def test_ends_count_from_the_start_of_the_data() -> None:
    assert VectorscanLane(SOUGHT).search(b"SSN ssn AKIAABCD ssn", 4, 16) == [(7, 5), (16, 3)]


def test_a_refused_expression_is_named() -> None:
    with pytest.raises(ValueError, match=r"a\(\?=b\)"):
        VectorscanLane([*SOUGHT, Sought(7, "a(?=b)")])


def test_a_compiled_database_is_kept_and_used_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = VectorscanLane(SOUGHT, cache=Cache(tmp_path))
    monkeypatch.setattr(vectorscan, "_compile", None)
    again = VectorscanLane(SOUGHT, cache=Cache(tmp_path))

    assert again.search(b"ssn", 0, 3) == first.search(b"ssn", 0, 3) == [(3, 5)]


def test_other_numbers_are_another_database(tmp_path: Path) -> None:
    VectorscanLane(SOUGHT, cache=Cache(tmp_path))
    renumbered = [Sought(item.number + 1, item.expression) for item in SOUGHT]

    assert VectorscanLane(renumbered, cache=Cache(tmp_path)).search(b"ssn", 0, 3) == [(3, 6)]


def test_a_database_for_another_processor_is_refused_and_compiled_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dump = hyperscan.dumpb

    def dump_foreign(database: hyperscan.Database) -> bytes:
        data = bytearray(dump(database))
        data[12] ^= 1  # a bit of those that name the processor
        with pytest.raises(hyperscan.DatabasePlatformError):
            hyperscan.loadb(bytes(data), hyperscan.HS_MODE_BLOCK)
        return bytes(data)

    monkeypatch.setattr(hyperscan, "dumpb", dump_foreign)

    for _ in range(2):
        assert VectorscanLane(SOUGHT, cache=Cache(tmp_path)).search(b"ssn", 0, 3) == [(3, 5)]
