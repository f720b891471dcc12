"""Gathers an object's findings: same values together, counts exact, raw values only inside."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from bucketsieve.detect.allow import AllowList
from bucketsieve.detect.candidate import Candidate
from bucketsieve.detect.catalogue.entry import Detector
from bucketsieve.detect.fingerprint import fingerprint, normalise
from bucketsieve.detect.mask import mask
from bucketsieve.detect.model import CONFIDENCE_RANK, MAX_LOCATIONS, Confidence, Finding, Location, Severity
from bucketsieve.detect.validators.base import Kind


class Tally(Protocol):
    """Counts values of which nothing else is wanted any more, instead of having them added."""

    def know(self, detector: int, normalised: str, rank: int, *, wanted: bool) -> int:
        """From now on count the value, unless its confidence is better than ``rank``; the answer is its number.

        ``wanted``: have it added still, even if the detector is closed.
        """
        ...

    def close(self, detector: int) -> None:
        """From now on count the values of the detector that are not known as well."""
        ...

    def counts(self) -> tuple[Sequence[int], Sequence[int]]:
        """How often each known value and each detector was counted."""
        ...


@dataclass(slots=True)
class Entry:
    """A finding in the making; its fields are those of `Finding`, ``detector`` is a number.

    ``known`` is the number that the tally has given to the value, if it was told of it; ``counted``: it counts it.
    """

    detector: int
    normalised: str
    severity: Severity
    confidence: Confidence
    reason: str
    masked: str
    context: str
    fingerprint: str
    count: int
    locations: list[Location]
    known: int | None = None
    counted: bool = False


class Collector:
    """The findings of one object so far. Holds raw values as keys, never shows them, and dies with the session."""

    def __init__(
        self,
        detectors: Sequence[Detector],
        key: bytes,
        max_values: int,
        allow: AllowList,
        severities: Mapping[str, Callable[[int], Severity]],
        tally: Tally | None = None,
    ) -> None:
        """``severities``: by detector id, the severity for a count of occurrences, where it depends on that.

        The ``tally`` is told what it may count by itself.
        """
        self._tally = tally
        self._closed: set[int] = set()
        self._detectors = detectors
        self._key = key
        self._allow = allow
        self._severities = severities
        self._max_values = max_values
        self._entries: dict[tuple[int, bytes], Entry] = {}
        self._by_value: dict[tuple[int, str], Entry] = {}
        self._values: Counter[int] = Counter()
        self._counts: Counter[int] = Counter()
        self.over_limit = False

    def __repr__(self) -> str:
        return f"Collector({len(self._by_value)} findings)"

    def add(self, candidate: Candidate, raw: bytes) -> Entry | None:
        """Count an occurrence; the answer is the entry as long as it wants a location (None as well: over the cap).

        A new entry has an empty ``context``, for the caller to fill.
        """
        number = candidate.detector
        entry = self._entries.get((number, raw))
        if entry is None and self._allow and self._allow.allows(raw.decode("utf-8", "replace"), self._key):
            return None
        self._counts[number] += 1
        if entry is None:
            entry = self._new_or_same(candidate, raw)
            if entry is None:
                return None
            self._entries[number, raw] = entry
        entry.count += 1
        rank = CONFIDENCE_RANK[candidate.judgement.confidence]
        surer = rank > CONFIDENCE_RANK[entry.confidence]
        if surer:
            entry.confidence, entry.reason = candidate.judgement.confidence, candidate.judgement.reason
        if len(entry.locations) < MAX_LOCATIONS:
            return entry
        if surer or not entry.counted:
            self._tell(entry, wanted=False)
        return None

    def _tell(self, entry: Entry, *, wanted: bool) -> None:
        if self._tally is not None:
            rank = CONFIDENCE_RANK[entry.confidence]
            entry.known = self._tally.know(entry.detector, entry.normalised, rank, wanted=wanted)
            entry.counted = not wanted

    def _new_or_same(self, candidate: Candidate, raw: bytes) -> Entry | None:
        detector = self._detectors[candidate.detector]
        value = raw.decode("utf-8", "replace")
        normalised = normalise(value, detector.normalise)
        entry = self._by_value.get((candidate.detector, normalised))
        if entry is not None:
            return entry
        if self._values[candidate.detector] >= self._max_values:
            self.over_limit = True
            self._close(candidate.detector)
            return None
        self._values[candidate.detector] += 1
        judgement = candidate.judgement
        entry = self._by_value[candidate.detector, normalised] = Entry(
            severity=Severity.LOW if judgement.kind is Kind.TEST else detector.severity,
            confidence=judgement.confidence,
            reason=judgement.reason,
            masked=mask(value, detector.mask),
            context="",
            fingerprint=fingerprint(self._key, detector.id, normalised),
            count=0,
            locations=[],
            detector=candidate.detector,
            normalised=normalised,
        )
        return entry

    def _close(self, detector: int) -> None:
        """Keep no more values of the detector."""
        if self._tally is None or detector in self._closed:
            return
        self._closed.add(detector)
        for entry in self._by_value.values():
            if entry.detector == detector and not entry.counted:
                self._tell(entry, wanted=True)
        self._tally.close(detector)

    def findings(self) -> tuple[Finding, ...]:
        """In the order of first occurrence."""
        known = self._tally.counts()[0] if self._tally else ()
        occurrences = self._occurrences()
        return tuple(
            Finding(
                detector=self._detectors[entry.detector].id,
                severity=self._severity(entry, occurrences),
                confidence=entry.confidence,
                confidence_reason=entry.reason,
                masked=entry.masked,
                context=entry.context,
                fingerprint=entry.fingerprint,
                count=entry.count + (0 if entry.known is None else known[entry.known]),
                locations=tuple(entry.locations),
            )
            for entry in self._by_value.values()
        )

    def _severity(self, entry: Entry, occurrences: Mapping[int, int]) -> Severity:
        by_count = self._severities.get(self._detectors[entry.detector].id)
        return by_count(occurrences[entry.detector]) if by_count else entry.severity

    def counts(self) -> dict[str, int]:
        """Occurrences by detector id, exact."""
        return {self._detectors[number].id: count for number, count in sorted(self._occurrences().items())}

    def _occurrences(self) -> Counter[int]:
        """By detector number."""
        counted = self._tally.counts()[1] if self._tally else ()
        return self._counts + Counter({number: count for number, count in enumerate(counted) if count})
