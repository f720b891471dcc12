"""What detection answers: findings without raw values, and the report of one object."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple


class Severity(StrEnum):
    """How bad a leak of the value would be."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class Confidence(StrEnum):
    """How sure the engine is, strongest first."""

    VALIDATED = "validated"  # a check digit, a checksum or a registry agrees
    STRUCTURED = "structured"  # a shape that hardly anything else has
    CONTEXTUAL = "contextual"  # a common shape beside a word that names it
    WEAK = "weak"  # a common shape alone, or a published test value


#: Order of the confidences, for comparison: higher is surer.
CONFIDENCE_RANK: Mapping[Confidence, int] = {
    Confidence.WEAK: 0,
    Confidence.CONTEXTUAL: 1,
    Confidence.STRUCTURED: 2,
    Confidence.VALIDATED: 3,
}

#: Locations kept per finding; ``Finding.count`` stays exact beyond it.
MAX_LOCATIONS = 20


class Location(NamedTuple):
    """One occurrence: byte offsets in the object (end exclusive), 1-based line, 1-based column in characters.

    A tuple, for there are many, as for `Finding`.
    """

    start: int
    end: int
    line: int
    column: int


class Finding(NamedTuple):
    """One value of one detector in one object."""

    detector: str
    severity: Severity
    confidence: Confidence
    confidence_reason: str
    masked: str
    context: str
    fingerprint: str
    count: int  # type: ignore[assignment]  # instead of the tuple's method
    locations: tuple[Location, ...]


class ScanReport(NamedTuple):
    """What one object holds. ``counts`` is exact per detector id, also when ``over_limit`` (values were left out).

    ``findings`` may be made anew each time they are asked for.
    """

    findings: Sequence[Finding]
    counts: Mapping[str, int]
    bytes_scanned: int
    over_limit: bool
