"""Gathers an object's findings: same values together, counts exact, raw values only inside."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from bucketsieve.detect.allow import AllowList
from bucketsieve.detect.candidate import Judgement
from bucketsieve.detect.catalogue.entry import Detector
from bucketsieve.detect.fingerprint import fingerprint, normalise
from bucketsieve.detect.mask import mask
from bucketsieve.detect.model import CONFIDENCE_RANK, MAX_LOCATIONS, Finding, Location, Severity
from bucketsieve.detect.validators.base import Kind


class Reporting(NamedTuple):
    """What an engine reports of values, and how: at most ``max_values`` of a detector, none that are allowed.

    ``ids`` are those of the ``detectors``. ``severities``: by detector id, the severity for a count of occurrences,
    where it depends on that.
    """

    detectors: Sequence[Detector]
    ids: Sequence[str]
    key: bytes
    max_values: int
    test_values: bool
    allow: AllowList
    severities: Mapping[str, Callable[[int], Severity]]

    def __repr__(self) -> str:
        return f"Reporting({len(self.detectors)} detectors)"

    def by_count(self, occurrences: Mapping[int, int]) -> dict[int, Severity]:
        """The severities that depend on it, by the number of the detector, as the ``occurrences`` are."""
        if not self.severities:
            return {}
        by_id = self.severities
        ids = ((number, self.ids[number]) for number in occurrences)
        return {number: by_id[each](occurrences[number]) for number, each in ids if each in by_id}

    def counts(self, occurrences: Mapping[int, int]) -> dict[str, int]:
        """The ``occurrences`` by detector id, in the catalogue's order."""
        ids = self.ids
        return {ids[number]: count for number, count in sorted(occurrences.items())}


class Entry:
    """A finding in the making; its fields are those of `Finding`, ``detector`` is a number."""

    __slots__ = (
        "confidence", "context", "count", "detector", "fingerprint", "locations", "masked", "reason", "severity",
    )  # fmt: skip

    def __init__(self, detector: int, severity: Severity, judgement: Judgement, masked: str, fingerprint: str) -> None:
        self.detector = detector
        self.severity = severity
        self.confidence = judgement.confidence
        self.reason = judgement.reason
        self.masked = masked
        self.fingerprint = fingerprint
        self.context = ""
        self.count = 0
        self.locations: list[Location] = []


class Collector:
    """The findings of one object so far. Holds raw values as keys, never shows them, and dies with the session."""

    def __init__(self, reporting: Reporting) -> None:
        self._reporting = reporting
        self._allow = reporting.allow if reporting.allow else None
        self._entries: dict[tuple[int, bytes], Entry] = {}
        self._by_value: dict[tuple[int, str], Entry] = {}
        self._values = Counter[int]()
        self._counts = Counter[int]()
        self.over_limit = False

    def __repr__(self) -> str:
        return f"Collector({len(self._by_value)} findings)"

    def add(self, number: int, judgement: Judgement, raw: bytes) -> Entry | None:
        """Count an occurrence for detector ``number``.

        The answer is the entry as long as it wants a location (None as well: over the cap). A new entry has an empty
        ``context``, for the caller to fill.
        """
        entry = self._entries.get((number, raw))
        if entry is None:
            value = raw.decode("utf-8", "replace")
            if self._allow is not None and self._allow.allows(value, self._reporting.key):
                return None
            self._counts[number] += 1
            entry = self._new_or_same(number, judgement, value)
            if entry is None:
                return None
            if len(entry.locations) < MAX_LOCATIONS:  # or any number of spellings would be kept
                self._entries[number, raw] = entry
        else:
            self._counts[number] += 1
        entry.count += 1
        if CONFIDENCE_RANK[judgement.confidence] > CONFIDENCE_RANK[entry.confidence]:
            entry.confidence, entry.reason = judgement.confidence, judgement.reason
        return entry if len(entry.locations) < MAX_LOCATIONS else None

    def _new_or_same(self, number: int, judgement: Judgement, value: str) -> Entry | None:
        detector = self._reporting.detectors[number]
        normalised = normalise(value, detector.normalise)
        entry = self._by_value.get((number, normalised))
        if entry is not None:
            return entry
        if self._values[number] >= self._reporting.max_values:
            self.over_limit = True
            return None
        self._values[number] += 1
        entry = self._by_value[number, normalised] = Entry(
            number,
            Severity.LOW if judgement.kind is Kind.TEST else detector.severity,
            judgement,
            mask(value, detector.mask),
            fingerprint(self._reporting.key, detector.id, normalised),
        )
        return entry

    def findings(self) -> tuple[Finding, ...]:
        """In the order of first occurrence."""
        by_count = self._reporting.by_count(self._counts)
        return tuple(
            Finding(
                self._reporting.detectors[entry.detector].id,
                by_count.get(entry.detector, entry.severity),
                entry.confidence,
                entry.reason,
                entry.masked,
                entry.context,
                entry.fingerprint,
                entry.count,
                tuple(entry.locations),
            )
            for entry in self._by_value.values()
        )

    def counts(self) -> dict[str, int]:
        """Occurrences by detector id, exact."""
        return self._reporting.counts(self._counts)
