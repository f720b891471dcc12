"""Fingerprints that C makes are those of `fingerprint`."""

import pytest

from bucketsieve.detect.catalogue import Catalogue
from bucketsieve.detect.engine import Engine
from bucketsieve.detect.fingerprint import fingerprint, padded
from bucketsieve.detect.model import Confidence, Finding, Location, Severity
from bucketsieve.detect.native.lane import NativeLane

from ..conftest import KEY, kept_lane

core = pytest.importorskip("bucketsieve.detect.native._core")
#: What holds signs that may not be shown is spelt by Python, and so may be any text.
TEXT = b"\n\xc2\xad\n"


@pytest.fixture(scope="module")
def lane(catalogue: Catalogue) -> NativeLane:
    native = Engine(catalogue, fingerprint_key=KEY, native=kept_lane).compiled.native
    assert isinstance(native, NativeLane)
    return native


def made(lane: NativeLane, key: bytes, detector: str, value: str) -> str:
    """The fingerprint of a value that is found in a text, and spelt so."""
    sieve = core.Sieve(lane.plan, False, 1, 1, 1)
    sieve.add(0, 2, 0, 0, 0, 0, 0, 0, 0)
    sieve.settle(10, 10, True)
    sieve.record(TEXT, -1, len(TEXT), 20, lambda *_: (value, "**"), lambda *_: "**")
    begin = (detector, Severity.LOW, Confidence.WEAK, "")
    (finding,) = sieve.findings(Finding, Location, {}, lambda *_: begin, key)
    assert finding[:6] == (*begin, "**", "**")
    assert finding.locations == (Location(0, 2, 1, 1),)
    return str(finding.fingerprint)


@pytest.mark.parametrize("key_size", [16, 32, 63, 64, 65, 200])
def test_they_are_the_same_for_keys_of_every_size(lane: NativeLane, key_size: int) -> None:
    key = bytes(range(key_size))
    assert made(lane, padded(key), "us_ssn", "536228726") == fingerprint(key, "us_ssn", "536228726")


@pytest.mark.parametrize("detector", ["us_ssn", "a" * 54, "b" * 200])
def test_they_are_the_same_for_values_of_every_size(lane: NativeLane, detector: str) -> None:
    key = padded(KEY)
    for size in range(200):
        value = "\u00fc" * (size % 3) + "x" * size
        assert made(lane, key, detector, value) == fingerprint(KEY, detector, value)


def test_a_key_that_is_not_padded_is_refused(lane: NativeLane) -> None:
    with pytest.raises(ValueError, match="64 bytes"):
        made(lane, KEY, "us_ssn", "536228726")
