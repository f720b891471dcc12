"""From candidates to findings: overlaps are resolved, and what wins is kept."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from bucketsieve.detect.candidate import Candidate
from bucketsieve.detect.catalogue.entry import Detector
from bucketsieve.detect.collect import Collector, Reporting
from bucketsieve.detect.context import CONTEXT_BYTES, Place, masked_line
from bucketsieve.detect.model import Location, ScanReport
from bucketsieve.detect.resolve import LONGEST_CLUSTER, Resolution
from bucketsieve.detect.text import Cursor, Encoding, Text
from bucketsieve.detect.validators.base import Kind


class Recorder(Protocol):
    """What becomes of an object's candidates. ``data`` is the text from offset ``base`` on, until the next call."""

    def begin(self, encoding: Encoding) -> None:
        """Say how the object is written, before anything else."""
        ...

    def add(self, found: Sequence[Candidate]) -> None:
        """See `Resolution.add`."""
        ...

    def settle(self, data: Text, base: int, end: int, *, final: bool) -> None:
        """Record the winners that no later candidate can change: all, if this is the ``final`` call.

        The text is examined up to ``end``; what follows is shown to nobody.
        """
        ...

    def advance(self, data: Text, base: int, place: int) -> None:
        """Be ready for text that begins at ``place``."""
        ...

    def report(self, scanned: int) -> ScanReport:
        """What was found in ``scanned`` bytes."""
        ...


class ReferenceRecorder:
    """See `Recorder`. Looks at one winner after the other."""

    def __init__(self, resolution: Resolution, reporting: Reporting, look_ahead: int) -> None:
        """A candidate has at most ``look_ahead`` bytes."""
        self._resolution = resolution
        self._reporting = reporting
        self._look_ahead = look_ahead
        self._collector = Collector(reporting)
        self._cursor = Cursor(Encoding("utf-8", 1, 0))
        self.add = resolution.add

    def __repr__(self) -> str:
        return f"ReferenceRecorder({self._collector!r})"

    def begin(self, encoding: Encoding) -> None:
        """See `Recorder.begin`."""
        self._cursor = Cursor(encoding)

    def settle(self, data: Text, base: int, end: int, *, final: bool) -> None:
        """See `Recorder.settle`."""
        for winner in self._resolution.settled(data, base, end, final=final):
            if winner.judgement.kind is not Kind.TEST or self._reporting.test_values:
                self._record(data, base, end, winner)
        self._resolution.forget(oldest_near(end, self._look_ahead))

    def _record(self, data: Text, base: int, end: int, candidate: Candidate) -> None:
        start, stop, detector = place = candidate[:3]
        raw = bytes(data[start - base : stop - base])
        entry = self._collector.add(detector, candidate.judgement, raw)
        if entry is None:
            return
        self.advance(data, base, start)
        cursor = self._cursor
        entry.locations.append(Location(cursor.offset, cursor.offset + cursor.width(raw), cursor.line, cursor.column))
        if entry.count == 1:
            shown = Shown(data, base, end, self._look_ahead)
            entry.context = shown.line_around(place, entry.masked, self._resolution, self._reporting.detectors)

    def advance(self, data: Text, base: int, place: int) -> None:
        """See `Recorder.advance`."""
        self._cursor.advance(data, base, place)

    def report(self, scanned: int) -> ScanReport:
        """See `Recorder.report`."""
        collector = self._collector
        return ScanReport(collector.findings(), collector.counts(), scanned, collector.over_limit)


class Shown(NamedTuple):
    """The text that lines may be shown of: ``data`` from offset ``base`` on, up to ``end``.

    A candidate has at most ``look_ahead`` bytes.
    """

    data: Text
    base: int
    end: int
    look_ahead: int

    def __repr__(self) -> str:
        return f"Shown({self.base}, {self.end})"

    def line_around(self, place: Place, masked: str, resolution: Resolution, detectors: Sequence[Detector]) -> str:
        """The line around ``place``, which is shown as ``masked``, and the other candidates by their masks."""
        low, high = place[0] - CONTEXT_BYTES, place[1] + CONTEXT_BYTES
        # As much as the candidates may have that touch the line.
        first = max(low - self.look_ahead, self.base)
        text = bytes(self.data[first - self.base : high + self.look_ahead - self.base])
        near = resolution.near(low - self.look_ahead, low, high)
        return masked_line(text, self.end - first, first, place, masked, near, detectors)


def oldest_near(end: int, look_ahead: int) -> int:
    """Where the line around a value may reach that is not settled when all is examined up to ``end``."""
    return end - LONGEST_CLUSTER - look_ahead - CONTEXT_BYTES
