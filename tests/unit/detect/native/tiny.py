"""Small catalogues, compiled for the native lane."""

from collections.abc import Iterable, Mapping
from typing import Any

import pytest

from bucketsieve.detect.catalogue.entry import parse_detector
from bucketsieve.detect.compiled import CompiledCatalogue, compile_catalogue
from bucketsieve.detect.lanes.reference import ReferenceLane
from bucketsieve.detect.native import native_lane

pytest.importorskip("bucketsieve.detect.native._core", reason="the C extension is not built")

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


def pairs(flat: Iterable[int]) -> set[tuple[int, ...]]:
    """(form, place) pairs out of a flat array."""
    numbers = list(flat)
    return set(zip(numbers[::2], numbers[1::2], strict=True))
