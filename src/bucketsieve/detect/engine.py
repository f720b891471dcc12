"""The engine: a compiled catalogue that many threads share, and a session for each object.

The text of an object is examined in blocks at fixed offsets, however it was fed in, with look-around on both sides; so
the report depends on the bytes alone. A candidate belongs to the block in which it starts.
"""

from bisect import bisect_left
from collections.abc import Sequence
from itertools import islice
from operator import attrgetter
from typing import Final

from bucketsieve.detect.allow import AllowList
from bucketsieve.detect.candidate import Candidate
from bucketsieve.detect.catalogue import Catalogue
from bucketsieve.detect.collect import Collector
from bucketsieve.detect.compiled import StartLaneFactory, compile_catalogue
from bucketsieve.detect.context import CONTEXT_BYTES, masked_line
from bucketsieve.detect.custom import (
    CustomIdentifier,
    InvalidIdentifierError,
    detector_of,
    ignoring,
    version_of,
)
from bucketsieve.detect.evaluate import Block
from bucketsieve.detect.lanes import LaneFactory
from bucketsieve.detect.lanes.vectorscan import VectorscanLane
from bucketsieve.detect.model import Location, ScanReport
from bucketsieve.detect.native import native_lane
from bucketsieve.detect.resolve import clusters, winners
from bucketsieve.detect.structure import HEADER_BYTES, Table
from bucketsieve.detect.text import Cursor, TextDecoder
from bucketsieve.detect.validators import deferred, resolve
from bucketsieve.detect.validators.base import Kind

#: Text examined at a time. Larger leaves the second-level cache, smaller repeats more look-around.
BLOCK: Final = 256 * 1024
#: A group of overlapping candidates that is longer is resolved in parts.
_LONGEST_CLUSTER: Final = 16 * 1024
#: Media types whose first line may name columns.
_TABULAR: Final = frozenset({None, "text/plain", "text/csv", "text/tab-separated-values"})


class Engine:
    """Finds what ``catalogue`` describes. Safe to share between threads; sessions are not."""

    def __init__(
        self,
        catalogue: Catalogue,
        *,
        fingerprint_key: bytes,
        max_values: int = 1000,
        report_test_values: bool = True,
        custom: Sequence[CustomIdentifier] = (),
        allow: AllowList | None = None,
        lane: LaneFactory = VectorscanLane,
        native: StartLaneFactory | None = native_lane,
        block: int = BLOCK,
    ) -> None:
        """Compile the catalogue and the custom identifiers (two seconds for 760 detectors, if no cache has them).

        Raises ValueError for a key of under 16 bytes, InvalidIdentifierError (a ValueError) for a custom identifier.
        """
        if len(fingerprint_key) < 16:  # 128 bits, the least that cannot be searched
            raise ValueError("fingerprint_key must have at least 16 bytes")
        self.version = "+".join(filter(None, (catalogue.version, version_of(custom))))
        own = sorted(map(detector_of, custom), key=attrgetter("id"))
        taken = {detector.id for detector in catalogue.detectors} & {detector.id for detector in own}
        if taken:
            raise InvalidIdentifierError("id", f"{', '.join(sorted(taken))} is a detector of the catalogue")
        refusals = {each.id: ignoring(each.ignore_words) for each in custom}
        # What was kept was tried when it was kept.
        validator = deferred if catalogue.kept else resolve
        self.compiled = compile_catalogue((*catalogue.detectors, *own), lane, refusals, native, validator)
        self._severities = {each.id: each.severity_for for each in custom}
        self._allow = allow or AllowList()
        self.max_values = max_values
        self.report_test_values = report_test_values
        self.block = block
        self._key = fingerprint_key

    def __repr__(self) -> str:
        return f"Engine({self.version}, {len(self.compiled.detectors)} detectors)"

    def session(self, *, encoding: str | None = None, media_type: str | None = None) -> "Session":
        """A session for one object. ``encoding`` None: told by its bytes; ``media_type`` None: may be a table.

        Raises UnsupportedEncodingError.
        """
        collector = Collector(self.compiled.detectors, self._key, self.max_values, self._allow, self._severities)
        return Session(self, collector, encoding, media_type in _TABULAR)


class Session:
    """One object: `feed` its bytes in order, then `finish` once. Memory is bounded by the block, not by the object."""

    def __init__(self, engine: Engine, collector: Collector, encoding: str | None, tabular: bool) -> None:
        """``tabular``: a first line of names is the header of a table."""
        self._engine = engine
        self._tabular = tabular
        self._collector = collector
        self._decoder = TextDecoder(encoding)
        self._cursor: Cursor | None = None
        # The text starts with a line end at offset -1, so that every place has something before it.
        self._data = bytearray(b"\n")
        self._base = -1
        self._next = 0  # offset in the text of the next block
        self._resume: dict[int, int] = {}
        self._pending: list[Candidate] = []  # not settled
        self._near: list[Candidate] = []  # settled or not, as far back as a line's context may reach
        self._table: Table | None = None
        self._fed = 0
        compiled = engine.compiled
        self._ahead = max(compiled.look_ahead + CONTEXT_BYTES, HEADER_BYTES)
        self._behind = (
            compiled.look_behind + max(_LONGEST_CLUSTER + compiled.look_ahead, HEADER_BYTES) + 2 * CONTEXT_BYTES
        )

    def __repr__(self) -> str:
        return f"Session({self._fed} bytes fed)"

    def feed(self, chunk: bytes | memoryview) -> None:
        """Take the next bytes of the object. Any cut of the object into chunks gives the same report."""
        self._fed += len(chunk)
        step = self._engine.block
        for begin in range(0, len(chunk), step):
            self._data += self._decoder.feed(bytes(chunk[begin : begin + step]), final=False)
            while self._base + len(self._data) >= self._next + self._engine.block + self._ahead:
                self._examine(self._next + self._engine.block, final=False)

    def finish(self) -> ScanReport:
        """Examine what is left, and report."""
        self._data += self._decoder.feed(b"", final=True)
        end = self._base + len(self._data)
        self._data += b"\n"  # and every place has something behind it
        while end > self._next + self._engine.block:
            self._examine(self._next + self._engine.block, final=False)
        self._examine(end, final=True)
        return ScanReport(
            findings=self._collector.findings(),
            counts=self._collector.counts(),
            bytes_scanned=self._fed,
            over_limit=self._collector.over_limit,
        )

    def _examine(self, end: int, final: bool) -> None:
        """Examine the block up to ``end``, settle what cannot change any more, and forget the text nobody needs."""
        data, base = bytes(self._data), self._base
        compiled, begin = self._engine.compiled, self._next - base
        if self._next == 0 and self._tabular:
            self._table = Table.read(data[begin : begin + HEADER_BYTES], compiled)
        grants = self._table.grants(data, begin, end - base) if self._table else {}
        header_end = self._table.header_end - base if self._table else 0
        found = Block(compiled, data, base, begin, end - base, header_end).candidates(self._resume, grants)
        if found:
            # A block owns the matches that start in it; the value in a match may start in the next block.
            self._pending = sorted((*self._pending, *found))
            self._near = sorted((*self._near, *found))
        self._next = end
        if self._pending:
            self._settle(data, end, final)
            oldest = end - _LONGEST_CLUSTER - self._engine.compiled.look_ahead - CONTEXT_BYTES
            self._near = self._near[bisect_left(self._near, oldest, key=attrgetter("start")) :]
        keep = max(0, end - base - self._behind)
        if keep:
            self._place(data, base + keep)
            del self._data[:keep]
            self._base += keep

    def _settle(self, data: bytes, end: int, final: bool) -> None:
        """Resolve the clusters that no later candidate can join, and record their winners."""
        open_from = len(self._pending)
        place = 0
        for group in clusters(self._pending):
            reach = max(candidate.end for candidate in group)
            too_long = group[0].start < end - _LONGEST_CLUSTER
            if not (final or too_long or reach + CONTEXT_BYTES < end):
                open_from = place
                break
            place += len(group)
            for winner in winners(group):
                self._record(data, end, winner)
        self._pending = self._pending[open_from:]

    def _record(self, data: bytes, end: int, candidate: Candidate) -> None:
        """Count a finding; what follows ``end`` is not examined yet and shown to nobody."""
        if candidate.kind is Kind.TEST and not self._engine.report_test_values:
            return
        base = self._base
        raw = data[candidate.start - base : candidate.end - base]
        entry = self._collector.add(candidate, raw)
        if entry is None:
            return
        cursor = self._place(data, candidate.start)
        entry.locations.append(Location(cursor.offset, cursor.offset + cursor.width(raw), cursor.line, cursor.column))
        if not entry.context:
            reach = candidate.start - CONTEXT_BYTES - self._engine.compiled.look_ahead
            first = bisect_left(self._near, reach, key=attrgetter("start"))
            near = islice(self._near, first, None)
            entry.context = masked_line(data, end - base, base, candidate, near, self._engine.compiled.detectors)

    def _place(self, data: bytes, place: int) -> Cursor:
        if self._cursor is None:
            self._cursor = Cursor(self._decoder.encoding)
        self._cursor.advance(data, self._base, place)
        return self._cursor
