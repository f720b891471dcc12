"""Gathers an object's findings: same values together, counts exact, raw values only inside."""

from collections.abc import Callable, Mapping, Sequence
from itertools import compress
from operator import add
from typing import Protocol

from bucketsieve.detect.allow import AllowList
from bucketsieve.detect.candidate import Judgement
from bucketsieve.detect.catalogue.entry import Detector
from bucketsieve.detect.fingerprint import Fingerprints, normalise
from bucketsieve.detect.mask import mask
from bucketsieve.detect.model import CONFIDENCE_RANK, MAX_LOCATIONS, Finding, Location, Severity
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


class Entry:
    """A finding in the making; its fields are those of `Finding`, ``detector`` is a number.

    ``known`` is the number that the tally has given to the value, if it was told of it; ``counted``: it counts it.
    """

    __slots__ = (
        "confidence", "context", "count", "counted", "detector", "fingerprint", "known", "locations", "masked",
        "normalised", "reason", "severity",
    )  # fmt: skip

    def __init__(
        self, detector: int, normalised: str, severity: Severity, judgement: Judgement, masked: str, fingerprint: str
    ) -> None:
        self.detector = detector
        self.normalised = normalised
        self.severity = severity
        self.confidence = judgement.confidence
        self.reason = judgement.reason
        self.masked = masked
        self.fingerprint = fingerprint
        self.context = ""
        self.count = 0
        self.locations: list[Location] = []
        self.known: int | None = None
        self.counted = False


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
        self._fingerprints = Fingerprints(key)
        self._allow = allow if allow else None
        self._severities = severities
        self._max_values = max_values
        self._entries: dict[tuple[int, bytes], Entry] = {}
        self._by_value: dict[tuple[int, str], Entry] = {}
        self._values = [0] * len(detectors)
        self._counts = [0] * len(detectors)
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
            if self._allow is not None and self._allow.allows(value, self._key):
                return None
            self._counts[number] += 1
            entry = self._new_or_same(number, judgement, value)
            if entry is None:
                return None
            self._entries[number, raw] = entry
        else:
            self._counts[number] += 1
        entry.count += 1
        surer = False
        if judgement.confidence is not entry.confidence:
            surer = CONFIDENCE_RANK[judgement.confidence] > CONFIDENCE_RANK[entry.confidence]
            if surer:
                entry.confidence, entry.reason = judgement.confidence, judgement.reason
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

    def _new_or_same(self, number: int, judgement: Judgement, value: str) -> Entry | None:
        detector = self._detectors[number]
        normalised = normalise(value, detector.normalise)
        entry = self._by_value.get((number, normalised))
        if entry is not None:
            return entry
        if self._values[number] >= self._max_values:
            self.over_limit = True
            self._close(number)
            return None
        self._values[number] += 1
        entry = self._by_value[number, normalised] = Entry(
            number,
            normalised,
            Severity.LOW if judgement.kind is Kind.TEST else detector.severity,
            judgement,
            mask(value, detector.mask),
            self._fingerprints.of(detector.id, normalised),
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
        if not self._by_value:
            return ()
        known = self._tally.counts()[0] if self._tally else ()
        by_count = self._by_count() if self._severities else {}
        detectors = self._detectors
        return tuple(
            Finding(  # fields by place: by name it takes twice as long
                detectors[entry.detector].id,
                by_count.get(entry.detector, entry.severity),
                entry.confidence,
                entry.reason,
                entry.masked,
                entry.context,
                entry.fingerprint,
                entry.count if entry.known is None else entry.count + known[entry.known],
                tuple(entry.locations),
            )
            for entry in self._by_value.values()
        )

    def _by_count(self) -> dict[int, Severity]:
        """The severities that depend on it, by the number of the detector."""
        occurrences = self._occurrences()
        return {
            number: self._severities[each.id](occurrences[number])
            for number, each in enumerate(self._detectors)
            if each.id in self._severities and occurrences[number]
        }

    def counts(self) -> dict[str, int]:
        """Occurrences by detector id, exact."""
        occurrences = self._occurrences()
        found = compress(range(len(occurrences)), occurrences)
        return {self._detectors[number].id: occurrences[number] for number in found}

    def _occurrences(self) -> Sequence[int]:
        """By detector number."""
        counted = self._tally.counts()[1] if self._tally else ()
        return list(map(add, self._counts, counted)) if any(counted) else self._counts
