"""Keeps an object's values in C, and makes findings of them in the end.

A value or a line with rarer letters, and a line that holds a value once more, is spelt and masked by Python at once, as
the reference does it.
"""

from typing import TYPE_CHECKING

from bucketsieve.detect.catalogue.kept import severity_of
from bucketsieve.detect.collect import Reporting
from bucketsieve.detect.context import CONTEXT_BYTES
from bucketsieve.detect.fingerprint import normalise, padded
from bucketsieve.detect.mask import mask
from bucketsieve.detect.model import Finding, Location, ScanReport, Severity
from bucketsieve.detect.native.sieve import NativeSieve
from bucketsieve.detect.record import Shown, oldest_near
from bucketsieve.detect.resolve import LONGEST_CLUSTER
from bucketsieve.detect.text import Text

if TYPE_CHECKING:
    from bucketsieve.detect.native._core import Beginning


class NativeRecorder:
    """See `Recorder`. For an engine that allows no values."""

    def __init__(self, sieve: NativeSieve, reporting: Reporting, look_ahead: int) -> None:
        """A candidate has at most ``look_ahead`` bytes."""
        self._sieve = sieve
        self._reporting = reporting
        self._look_ahead = look_ahead
        self._reach = -oldest_near(0, look_ahead)
        self.begin = sieve.begin
        self.add = sieve.add
        self.advance = sieve.advance

    def __repr__(self) -> str:
        return f"NativeRecorder({self._sieve!r})"

    def settle(self, data: Text, base: int, end: int, *, final: bool) -> None:
        """See `Recorder.settle`."""
        sieve = self._sieve
        sieve.settle(end - CONTEXT_BYTES, end - LONGEST_CLUSTER, final)
        sieve.record(data, base, end - base, self._look_ahead, self._spell, self._line)
        sieve.forget(end - self._reach)

    def _line(self, data: Text, base: int, end: int, start: int, stop: int, detector: int) -> str:
        _, masked = self._spell(detector, bytes(data[start - base : stop - base]))
        shown = Shown(data, base, end, self._look_ahead)
        return shown.line_around((start, stop, detector), masked, self._sieve, self._reporting.detectors)

    def _spell(self, detector: int, raw: bytes) -> tuple[str, str]:
        """The normal form of a value, and its mask."""
        value, rules = raw.decode("utf-8", "replace"), self._reporting.detectors[detector]
        return normalise(value, rules.normalise), mask(value, rules.mask)

    def report(self, scanned: int) -> ScanReport:
        """See `Recorder.report`."""
        counts, over_limit = self._sieve.counts()
        if not counts:
            return ScanReport((), {}, scanned, over_limit)
        by_count = self._reporting.by_count(counts)

        def begin(detector: int, is_test: bool, form: int, ruling: int, detail: int) -> "Beginning":
            reporting, judgement = self._reporting, self._sieve.judgement(form, ruling, detail)
            own = Severity.LOW if is_test else severity_of(reporting.detectors, detector)
            return reporting.ids[detector], by_count.get(detector, own), judgement.confidence, judgement.reason

        # Severities that depend on counts are this object's alone.
        begun = {} if by_count else self._sieve.begun
        findings = self._sieve.findings(Finding, Location, begun, begin, padded(self._reporting.key))
        return ScanReport(findings, self._reporting.counts(counts), scanned, over_limit)
