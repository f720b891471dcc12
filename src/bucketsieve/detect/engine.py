"""The engine: a compiled catalogue that many threads share, and a session for each object.

The text of an object is examined in blocks at fixed offsets, however it was fed in, with look-around on both sides; so
the report depends on the bytes alone. A candidate belongs to the block in which it starts.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from bucketsieve.detect.allow import AllowList
from bucketsieve.detect.buffer import TextBuffer
from bucketsieve.detect.catalogue import Catalogue
from bucketsieve.detect.catalogue.kept import ids_of
from bucketsieve.detect.collect import Reporting
from bucketsieve.detect.compiled import StartLaneFactory, compile_catalogue
from bucketsieve.detect.context import CONTEXT_BYTES
from bucketsieve.detect.evaluate import Block
from bucketsieve.detect.lanes import LaneFactory, vectorscan_lane
from bucketsieve.detect.model import ScanReport
from bucketsieve.detect.native import native_lane
from bucketsieve.detect.places import Searcher
from bucketsieve.detect.record import Recorder, ReferenceRecorder
from bucketsieve.detect.resolve import LONGEST_CLUSTER, ReferenceResolution
from bucketsieve.detect.structure import HEADER_BYTES, Table
from bucketsieve.detect.text import TextDecoder
from bucketsieve.detect.validators import Validator, deferred, resolve

if TYPE_CHECKING:
    from bucketsieve.detect.custom import CustomIdentifier
    from bucketsieve.detect.native.sieve import NativeSieve

#: Text examined at a time. Larger leaves the caches, smaller repeats more look-around.
BLOCK: Final = 512 * 1024
#: What is seen behind a block, unless values may be longer.
LOOK_AHEAD: Final = HEADER_BYTES
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
        custom: "Sequence[CustomIdentifier]" = (),
        allow: AllowList | None = None,
        lane: LaneFactory = vectorscan_lane,
        native: StartLaneFactory | None = native_lane,
        block: int = BLOCK,
    ) -> None:
        """Compile the catalogue and the custom identifiers (half a minute for 760 detectors if no cache has
        them, a second for identifiers beside these).

        Raises ValueError for a key of under 16 bytes, InvalidIdentifierError (a ValueError) for a custom identifier.
        """
        if len(fingerprint_key) < 16:  # 128 bits, the least that cannot be searched
            raise ValueError("fingerprint_key must have at least 16 bytes")
        self.version = catalogue.version
        detectors, refusals = catalogue.detectors, dict[str, Validator]()
        if custom:
            from bucketsieve.detect import custom as own  # noqa: PLC0415  (most scans have none)

            self.version += f"+{own.version_of(custom)}"
            detectors = (*detectors, *own.detectors_of(custom, {detector.id for detector in detectors}))
            refusals = {each.id: own.ignoring(each.ignore_words) for each in custom}
        # What was kept was tried when it was kept.
        validator = deferred if catalogue.kept else resolve
        self.compiled = compile_catalogue(detectors, lane, refusals, native, validator)
        self._ids = ids_of(detectors)
        self._severities = {each.id: each.severity_for for each in custom}
        self._allow = allow or AllowList()
        self.max_values = max_values
        self.report_test_values = report_test_values
        self.block = block
        self._key = fingerprint_key

    def __repr__(self) -> str:
        return f"Engine({self.version}, {len(self.compiled.detectors)} detectors)"

    def without_exceptions(self) -> "Engine":
        """The same rules for all values: those for tests are reported, and nothing is allowed."""
        from copy import copy  # noqa: PLC0415  (nearly never asked for)

        other = copy(self)
        other.report_test_values, other._allow = True, AllowList()
        return other

    def session(
        self, *, encoding: str | None = None, media_type: str | None = None, size: int | None = None
    ) -> "Session":
        """A session for one object. ``encoding`` None: told by its bytes; ``media_type`` None: may be a table.

        ``size``: of the object, in bytes, if it is known; memory is made for that. Raises UnsupportedEncodingError.
        """
        compiled = self.compiled
        reporting = Reporting(
            compiled.detectors,
            self._ids,
            self._key,
            self.max_values,
            self.report_test_values,
            self._allow,
            self._severities,
        )
        sieve = None
        if compiled.native is not None:
            sieve = compiled.native.sieve(drop_tests=not self.report_test_values, max_values=self.max_values)
        recorder: Recorder
        if sieve is None or self._allow:  # whether a value is allowed is looked at each time
            recorder = ReferenceRecorder(sieve or ReferenceResolution(), reporting, compiled.look_ahead)
        else:
            from bucketsieve.detect.native.record import NativeRecorder  # noqa: PLC0415  (where the extension is)

            recorder = NativeRecorder(sieve, reporting, compiled.look_ahead)
        return Session(self, recorder, sieve, encoding, media_type in _TABULAR, size)


class Session:
    """One object: `feed` its bytes in order, then `finish` once. Memory is bounded by the block, not by the object."""

    def __init__(
        self,
        engine: Engine,
        recorder: Recorder,
        sieve: "NativeSieve | None",
        encoding: str | None,
        tabular: bool,
        size: int | None,
    ) -> None:
        """``tabular``: a first line of names is the header of a table; ``size``: in bytes, if it is known."""
        self._engine = engine
        self._tabular = tabular
        self._recorder = recorder
        self._decoder = TextDecoder(encoding)
        self._base = -1
        self._next = 0  # offset in the text of the next block
        self._resume: dict[int, int] = {}
        self._sieve = sieve
        self._searcher = Searcher(engine.compiled, None, sieve)
        self._fed = 0
        compiled = engine.compiled
        self._ahead = max(compiled.look_ahead + CONTEXT_BYTES, LOOK_AHEAD)
        self._behind = (
            compiled.look_behind + max(LONGEST_CLUSTER + compiled.look_ahead, HEADER_BYTES) + 2 * CONTEXT_BYTES
        )
        # The text starts with a line end at offset -1, so that every place has something before it; and ends with one.
        self._text = TextBuffer(b"\n", self._behind + engine.block + self._ahead + 1, size)

    def __repr__(self) -> str:
        return f"Session({self._fed} bytes fed)"

    def feed(self, chunk: bytes | memoryview) -> None:
        """Take the next bytes of the object. Any cut of the object into chunks gives the same report."""
        self._fed += len(chunk)
        rest = memoryview(chunk)
        while rest:
            size = self._missing() * self._decoder.encoding.unit
            self._text.add(self._decoder.feed(rest[:size], final=False))
            rest = rest[size:]
            self._examine_whole()

    def read(self, readinto: Callable[[memoryview], int | None]) -> int:
        """Take the next bytes of the object from ``readinto``, as files have it; the answer is how many: 0 at the end.

        They are written to where they are searched, so that nothing copies them. Raises BlockingIOError if there are
        none yet, and what ``readinto`` raises; the session goes on where it was.
        """
        size = min(self._missing(), self._text.ready())
        plain = self._decoder.is_plain
        piece = self._text.room(size) if plain else memoryview(bytearray(size))
        count = readinto(piece)
        if count is None:
            raise BlockingIOError("nothing to be read yet: this is no end, ask again or let reading wait")
        if not plain:
            self.feed(piece[:count])
            return count
        self._text.grow(count)
        self._fed += count
        self._examine_whole()
        return count

    def _missing(self) -> int:
        """Bytes of text that the next block needs. What is behind it would only have to be moved."""
        return self._next + self._engine.block + self._ahead - self._base - len(self._text)

    def _examine_whole(self) -> None:
        while self._missing() <= 0:
            self._examine(self._next + self._engine.block, final=False)

    def finish(self) -> ScanReport:
        """Examine what is left, and report."""
        self._text.add(self._decoder.feed(b"", final=True))
        end = self._base + len(self._text)
        self._text.add(b"\n")
        while end > self._next + self._engine.block:
            self._examine(self._next + self._engine.block, final=False)
        self._examine(end, final=True)
        return self._recorder.report(self._fed)

    def _examine(self, end: int, final: bool) -> None:
        """Examine the block up to ``end``, settle what cannot change any more, and forget the text nobody needs."""
        data, base = self._text.view(), self._base
        compiled, begin = self._engine.compiled, self._next - base
        if self._next == 0:
            self._recorder.begin(self._decoder.encoding)
            table = Table.read(bytes(data[begin : begin + HEADER_BYTES]), compiled) if self._tabular else None
            self._searcher = Searcher(compiled, table, self._sieve)
            if table and self._sieve:
                self._sieve.set_table(table)
        places = self._searcher.places(data, base, begin, end - base)
        if places:
            # A block owns the matches that start in it; the value in a match may start in the next block.
            block = Block(compiled, data, base, begin, end - base, sieve=self._sieve)
            self._recorder.add(block.candidates(places, self._resume))
        self._next = end
        self._recorder.settle(data, base, end, final=final)
        keep = max(0, end - base - self._behind)
        if keep:
            self._recorder.advance(data, base, base + keep)
            self._text.forget(keep)
            self._base += keep
