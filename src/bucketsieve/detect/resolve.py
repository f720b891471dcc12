"""Overlapping candidates: which one is the finding."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from operator import attrgetter

from bucketsieve.detect.candidate import Candidate

_start = attrgetter("start")


def clusters(candidates: Sequence[Candidate]) -> Iterator[list[Candidate]]:
    """Groups of candidates joined by overlaps; ``candidates`` are in order of ``start``."""
    group: list[Candidate] = []
    reach = -1
    for candidate in candidates:
        if group and candidate.start >= reach:
            yield group
            group = []
        group.append(candidate)
        reach = max(reach, candidate.end) if len(group) > 1 else candidate.end
    if group:
        yield group


def winners(cluster: list[Candidate]) -> list[Candidate]:
    """The candidates that stay, by `Candidate.order`: the best, then the best that does not overlap it, and so on."""
    if len(cluster) == 1:
        return cluster
    kept: list[Candidate] = []  # by start, without overlaps
    for candidate in sorted(cluster, key=lambda each: each.order):
        place = bisect_left(kept, candidate.start, key=_start)
        free_before = place == 0 or kept[place - 1].end <= candidate.start
        if free_before and (place == len(kept) or candidate.end <= kept[place].start):
            kept.insert(place, candidate)
    return kept
