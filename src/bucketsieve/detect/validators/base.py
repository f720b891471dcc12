"""What a validator is told and what it answers."""

from collections.abc import Callable
from enum import StrEnum
from typing import NamedTuple

from bucketsieve.detect.model import Confidence

_NO_DIGITS = bytes(byte for byte in range(128) if byte not in b"0123456789")


class Kind(StrEnum):
    """What a value turned out to be besides real."""

    REAL = "real"
    TEST = "test_value"  # published by an issuer or a manual; nobody's secret


class Verdict(NamedTuple):
    """A value passed. ``confidence`` None leaves the form's own; ``reason`` ends up in findings and holds no value.

    A tuple, for there are many.
    """

    reason: str
    confidence: Confidence | None = None
    kind: Kind = Kind.REAL


#: Takes the matched value, answers None if it is not what the detector looks for.
Validator = Callable[[str], Verdict | None]


def validated(reason: str) -> Verdict:
    """A check digit, a checksum or a registry agrees."""
    return Verdict(reason, Confidence.VALIDATED)


def test_value(reason: str) -> Verdict:
    """A published test value."""
    return Verdict(reason, Confidence.WEAK, Kind.TEST)


def digits_of(value: str) -> str:
    """The ASCII digits of ``value``, in order."""
    # Half the time of a regular expression.
    return value.encode("ascii", "ignore").translate(None, _NO_DIGITS).decode()
