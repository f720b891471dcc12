"""The line around a finding, with every value in it masked."""

from collections.abc import Sequence
from typing import Final

from bucketsieve.detect.catalogue.entry import Detector
from bucketsieve.detect.mask import mask

#: Bytes of the line shown on each side of the value.
CONTEXT_BYTES: Final = 80
#: Where a candidate stands: start, end (offsets of the text), number of its detector.
type Place = tuple[int, int, int]


def masked_line(
    data: bytes,
    limit: int,
    base: int,
    winner: Place,
    masked: str,
    near: Sequence[Place],
    detectors: Sequence[Detector],
) -> str:
    """The line around ``winner``, which is shown as ``masked``: at most `CONTEXT_BYTES` to each side, up to ``limit``.

    ``data`` is the text from offset ``base`` on, ``limit`` counts in it. ``near`` are all candidates that may touch the
    line, by start. Those that lost against others are masked as well, for a part of them may be outside of the winner.
    """
    start, end = winner[0] - base, winner[1] - base
    low = max(data.rfind(b"\n", max(0, start - CONTEXT_BYTES), start) + 1, start - CONTEXT_BYTES, 0)
    newline = data.find(b"\n", end, end + CONTEXT_BYTES)
    high = min(newline if newline >= 0 else end + CONTEXT_BYTES, limit, len(data))
    if len(near) == 1 and end <= high:  # as nearly always
        value = data[start:end].decode("utf-8", "replace")
        before, after = _plain(data[low:start]), _plain(data[end:high])
        return f"{before.replace(value, masked)}{masked}{after.replace(value, masked)}".strip()
    touching = _touching(base, low, high, winner, near)
    values = {data[start:end].decode("utf-8", "replace"): masked}
    for span_start, span_end, detector in touching:
        value = data[max(0, span_start) : span_end].decode("utf-8", "replace")
        values.setdefault(value, mask(value, detectors[detector].mask))
    pieces: list[str] = []
    place = low
    for span_start, span_end, one in _spans(touching):
        pieces.append(_plain(data[place : max(place, span_start)]))
        if one is None or span_start < low or span_end > high:
            pieces.append("***")
        else:
            pieces.append(mask(data[span_start:span_end].decode("utf-8", "replace"), detectors[one].mask))
        place = span_end
    pieces.append(_plain(data[place:high]))
    # The same value may stand there once more, in a place that made it no candidate.
    for value in sorted(values, key=len, reverse=True):
        pieces[::2] = [piece.replace(value, values[value]) for piece in pieces[::2]]
    return "".join(pieces).strip()


def _touching(base: int, low: int, high: int, winner: Place, near: Sequence[Place]) -> list[Place]:
    """The places of ``near`` that touch ``low`` to ``high``, which count from ``base`` on, as the results do."""
    touching = ((start - base, end - base, number) for start, end, number in near if start - base < high)
    return [
        # Of several detectors for one value, the winner says how it is shown.
        (start, end, winner[2] if (start + base, end + base) == winner[:2] else number)
        for start, end, number in touching
        if end > low
    ]


def _spans(touching: Sequence[Place]) -> list[tuple[int, int, int | None]]:
    """Disjoint (start, end, detector); detector None for a span of several."""
    spans: list[tuple[int, int, int | None]] = []
    for start, end, number in touching:
        if spans and start < spans[-1][1]:
            last_start, last_end, _ = spans[-1]
            if end > last_end:
                spans[-1] = (last_start, end, number if start == last_start else None)
        else:
            spans.append((start, end, number))
    return spans


def _plain(text: bytes) -> str:
    """Readable text without control characters."""
    decoded = text.decode("utf-8", "replace")
    return decoded if decoded.isprintable() else "".join(each if each.isprintable() else " " for each in decoded)
