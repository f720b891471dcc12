"""Keeps an object's values in C, and makes findings of them in the end.

What is not ASCII, and a line that holds a value once more, is spelt and masked by Python at once, as the reference
does it.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from struct import Struct
from typing import TYPE_CHECKING, Final

from bucketsieve.detect.collect import Reporting
from bucketsieve.detect.fingerprint import Fingerprints, normalise
from bucketsieve.detect.mask import mask
from bucketsieve.detect.model import Finding, Location, ScanReport, Severity
from bucketsieve.detect.native.sieve import NativeSieve
from bucketsieve.detect.record import Shown, oldest_near
from bucketsieve.detect.text import Text

if TYPE_CHECKING:
    from bucketsieve.detect.native._core import Kept

#: As fast as a tuple is made: there are many.
_finding: Callable[[Iterable[object]], Finding] = partial(tuple.__new__, Finding)
_location: Callable[[Iterable[object]], Location] = partial(tuple.__new__, Location)
_PLACE: Final = Struct("4q")


class NativeRecorder:
    """See `Recorder`. For an engine that allows no values."""

    def __init__(self, sieve: NativeSieve, reporting: Reporting, look_ahead: int) -> None:
        """A candidate has at most ``look_ahead`` bytes."""
        self._sieve = sieve
        self._reporting = reporting
        self._look_ahead = look_ahead
        self.begin = sieve.begin
        self.add = sieve.add
        self.advance = sieve.advance

    def __repr__(self) -> str:
        return f"NativeRecorder({self._sieve!r})"

    def settle(self, data: Text, base: int, end: int, *, final: bool) -> None:
        """See `Recorder.settle`."""

        shown = Shown(data, base, end, self._look_ahead)

        def line(start: int, stop: int, detector: int) -> str:  # no `partial`, whose repr shows the text
            _, masked = self._spell(detector, bytes(data[start - base : stop - base]))
            return shown.line_around((start, stop, detector), masked, self._sieve, self._reporting.detectors)

        self._sieve.record(data, base, end, final=final, ahead=self._look_ahead, spell=self._spell, line=line)
        self._sieve.forget(oldest_near(end, self._look_ahead))

    def _spell(self, detector: int, raw: bytes) -> tuple[str, str]:
        """The normal form of a value, and its mask."""
        value, rules = raw.decode("utf-8", "replace"), self._reporting.detectors[detector]
        return normalise(value, rules.normalise), mask(value, rules.mask)

    def report(self, scanned: int) -> ScanReport:
        """See `Recorder.report`."""
        values, places, counted, over_limit = self._sieve.report()
        occurrences = memoryview(counted).cast("Q").tolist()
        findings = self._findings(values, places, occurrences) if values else ()
        return ScanReport(findings, self._reporting.counts(occurrences), scanned, over_limit)

    def _findings(self, values: Sequence["Kept"], places: bytes, occurrences: Sequence[int]) -> tuple[Finding, ...]:
        by_count = self._reporting.by_count(occurrences)
        detectors, fingerprint = self._reporting.detectors, Fingerprints(self._reporting.key).of
        locations = tuple(map(_location, _PLACE.iter_unpack(places)))
        findings: list[Finding] = []
        first = 0
        for number, is_test, form, ruling, detail, count, normal, masked, line, found in values:
            detector = detectors[number]
            judgement = self._sieve.judgement(form, ruling, detail)
            finding = (
                detector.id,
                by_count.get(number) or (Severity.LOW if is_test else detector.severity),
                judgement.confidence,
                judgement.reason,
                masked,
                line,
                fingerprint(detector.id, normal),
                count,
                locations[first : first + found],
            )
            findings.append(_finding(finding))
            first += found
        return tuple(findings)
