"""Small catalogues, compiled for the native lane."""

from collections.abc import Mapping
from itertools import batched
from typing import Any

import pytest

from bucketsieve.detect.catalogue.entry import parse_detector
from bucketsieve.detect.compiled import CompiledCatalogue, compile_catalogue
from bucketsieve.detect.lanes.reference import ReferenceLane
from bucketsieve.detect.native import native_lane

pytest.importorskip("bucketsieve.detect.native._core", reason="the C extension is not built")

from bucketsieve.detect.native.lane import NativeLane

#: Bytes whose bitmaps are made at a time: as in `src/native/classify.h`.
TILE = 192 * 64
#: Bytes, at most, of which one looks at all words before any is remembered: as there.
STRETCH = TILE
_SHARED = {
    "name": "A test",
    "category": "custom",
    "severity": "low",
    "description": "For a test.",
    "source": "None.",
    "examples": ["«x»"],
    "counter_examples": ["y"],
}


def compiled(*raw: Mapping[str, Any]) -> CompiledCatalogue:
    """A catalogue of a detector for each table of TOML; what a detector must have is filled in."""
    detectors = [
        parse_detector("test", "test", {"id": f"test_{number}", **_SHARED, **table}) for number, table in enumerate(raw)
    ]
    return compile_catalogue(detectors, ReferenceLane, {}, native_lane)


def matches(catalogue: CompiledCatalogue, data: bytes, begin: int = 0, end: int | None = None) -> set[tuple[int, ...]]:
    """The (form, start) of all matches that the native lane finds."""
    found, _ = lane_of(catalogue).plan.search(data, begin, len(data) if end is None else end, 0, len(data))
    return {(form, start) for form, start, *_ in batched(memoryview(found).cast("I"), 4, strict=True)}


def words(catalogue: CompiledCatalogue, data: bytes) -> set[tuple[int, ...]]:
    """The (start, end, word) of all context words that the native lane finds."""
    _, found = lane_of(catalogue).plan.search(data, 0, len(data), 0, len(data))
    return {(start, end, word) for start, end, word, _ in batched(memoryview(found).cast("I"), 4, strict=True)}


def lane_of(catalogue: CompiledCatalogue) -> NativeLane:
    """The catalogue's native lane."""
    assert isinstance(catalogue.native, NativeLane)
    return catalogue.native
