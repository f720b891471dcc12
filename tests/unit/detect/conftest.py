from collections.abc import Iterable
from functools import partial
from pathlib import Path

import pytest

from bucketsieve.detect.cache import Cache
from bucketsieve.detect.catalogue import Catalogue, load_catalogue
from bucketsieve.detect.engine import Engine
from bucketsieve.detect.model import ScanReport
from bucketsieve.detect.native import native_lane

KEY = b"a key for tests, of 32 bytes len"
#: The plan of the whole catalogue takes half a minute, and under sanitizers three, so that all workers and runs make it
#: once.
kept_lane = partial(native_lane, cache=Cache(Path(__file__).parents[3] / ".local" / "test-plans"))


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture(scope="session")
def engine(catalogue: Catalogue) -> Engine:
    return Engine(catalogue, fingerprint_key=KEY, native=kept_lane)


def scan(engine: Engine, *chunks: bytes, encoding: str | None = None) -> ScanReport:
    session = engine.session(encoding=encoding)
    for chunk in chunks:
        session.feed(chunk)
    return session.finish()


def spans(report: ScanReport, detector: str) -> list[tuple[int, int]]:
    found: Iterable[tuple[int, int]] = (
        (location.start, location.end)
        for finding in report.findings
        if finding.detector == detector
        for location in finding.locations
    )
    return sorted(found)
