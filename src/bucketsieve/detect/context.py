"""The line around a finding, with every value in it masked."""

from bisect import bisect_left
from collections.abc import Sequence
from typing import Final

from bucketsieve.detect.candidate import Candidate
from bucketsieve.detect.catalogue.entry import MAX_MATCH, Detector
from bucketsieve.detect.mask import mask

#: Bytes of the line shown on each side of the value.
CONTEXT_BYTES: Final = 80


def masked_line(
    data: bytes, base: int, candidate: Candidate, covered: Sequence[Candidate], detectors: Sequence[Detector]
) -> str:
    """The line around ``candidate``, at most `CONTEXT_BYTES` to each side.

    ``data`` is the text from offset ``base`` on; ``covered`` are all candidates near, by start: those that lost against
    others are masked as well, for a part of them may be outside of the winner.
    """
    start, end = candidate.start - base, candidate.end - base
    low = max(data.rfind(b"\n", max(0, start - CONTEXT_BYTES), start) + 1, start - CONTEXT_BYTES, 0)
    newline = data.find(b"\n", end, end + CONTEXT_BYTES)
    high = newline if newline >= 0 else min(len(data), end + CONTEXT_BYTES)
    pieces: list[str] = []
    place = low
    for other_start, other_end, shown in _masked_spans(data, base, candidate, covered, detectors):
        if other_end <= place or other_start >= high:
            continue
        pieces.append(_plain(data[place : max(place, other_start)]))
        pieces.append(shown if other_start >= place and other_end <= high else "***")
        place = other_end
    pieces.append(_plain(data[place:high]))
    return "".join(pieces).strip()


def _masked_spans(
    data: bytes, base: int, candidate: Candidate, covered: Sequence[Candidate], detectors: Sequence[Detector]
) -> list[tuple[int, int, str]]:
    """Disjoint spans of ``data`` with what to show for them; overlapping candidates become one span, shown as stars."""
    spans: list[tuple[int, int, str]] = []
    first = bisect_left(covered, candidate.start - CONTEXT_BYTES - MAX_MATCH, key=lambda each: each.start)
    for each in covered[first:]:
        if each.start > candidate.end + CONTEXT_BYTES:
            break
        start, end = each.start - base, each.end - base
        if (each.start, each.end) == (candidate.start, candidate.end):
            each = candidate  # of several detectors for one value, the winner says how it is shown
        shown = mask(data[start:end].decode("utf-8", "replace"), detectors[each.detector].mask)
        if spans and start < spans[-1][1]:
            if (start, end) != spans[-1][:2]:
                inside = spans[-1][0] <= start and end <= spans[-1][1]
                spans[-1] = spans[-1] if inside else (spans[-1][0], max(end, spans[-1][1]), "***")
        else:
            spans.append((start, end, shown))
    return spans


def _plain(text: bytes) -> str:
    """Readable text without control characters."""
    decoded = text.decode("utf-8", "replace")
    return "".join(character if character.isprintable() else " " for character in decoded)
