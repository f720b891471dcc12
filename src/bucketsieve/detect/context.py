"""The line around a finding, with every value in it masked."""

from collections.abc import Iterable, Sequence
from typing import Final, Protocol

from bucketsieve.detect.catalogue.entry import Detector
from bucketsieve.detect.mask import mask

#: Bytes of the line shown on each side of the value.
CONTEXT_BYTES: Final = 80


class Place(Protocol):
    """Where a candidate of a detector stands, in offsets of the text."""

    @property
    def start(self) -> int:
        """Of its first byte."""
        ...

    @property
    def end(self) -> int:
        """Behind its last byte."""
        ...

    @property
    def detector(self) -> int:
        """The detector's number."""
        ...


def masked_line(
    data: bytes,
    limit: int,
    base: int,
    candidate: Place,
    near: Iterable[Place],
    detectors: Sequence[Detector],
) -> str:
    """The line around ``candidate``, at most `CONTEXT_BYTES` to each side, up to ``data[limit]``.

    ``data`` is the text from offset ``base`` on; ``near`` are all candidates that may touch the line, by start. Those
    that lost against others are masked as well, for a part of them may be outside of the winner.
    """
    start, end = candidate.start - base, candidate.end - base
    low = max(data.rfind(b"\n", max(0, start - CONTEXT_BYTES), start) + 1, start - CONTEXT_BYTES, 0)
    newline = data.find(b"\n", end, end + CONTEXT_BYTES)
    high = min(newline if newline >= 0 else end + CONTEXT_BYTES, limit, len(data))
    shown: dict[str, str] = {}
    pieces: list[str] = []
    place = low
    for span_start, span_end, detector in _spans(base, low, high, candidate, near):
        pieces.append(_plain(data[place : max(place, span_start)]))
        value = data[span_start:span_end].decode("utf-8", "replace")
        shown[value] = "***" if detector is None else mask(value, detectors[detector].mask)
        pieces.append("***" if span_start < low or span_end > high else shown[value])
        place = span_end
    pieces.append(_plain(data[place:high]))
    # The same value may stand there once more, in a place that made it no candidate.
    for value, masked in shown.items():
        pieces[::2] = [piece.replace(value, masked) for piece in pieces[::2]]
    return "".join(pieces).strip()


def _spans(base: int, low: int, high: int, winner: Place, near: Iterable[Place]) -> list[tuple[int, int, int | None]]:
    """Disjoint (start, end, detector) that touch ``low`` to ``high``; detector None for a span of several."""
    spans: list[tuple[int, int, int | None]] = []
    for each in near:
        start, end = each.start - base, each.end - base
        if end <= low:
            continue
        if start >= high:
            break
        # Of several detectors for one value, the winner says how it is shown.
        same = (each.start, each.end) == (winner.start, winner.end)
        detector: int | None = winner.detector if same else each.detector
        if spans and start < spans[-1][1]:
            last_start, last_end, _ = spans[-1]
            if end > last_end:
                detector = detector if start == last_start else None
                spans[-1] = (last_start, end, detector)
        else:
            spans.append((start, end, detector))
    return spans


def _plain(text: bytes) -> str:
    """Readable text without control characters."""
    decoded = text.decode("utf-8", "replace")
    return decoded if decoded.isprintable() else "".join(each if each.isprintable() else " " for each in decoded)
