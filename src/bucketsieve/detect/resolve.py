"""Overlapping candidates: which one is the finding."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from operator import attrgetter
from typing import Final, Protocol

from bucketsieve.detect.candidate import Candidate
from bucketsieve.detect.context import CONTEXT_BYTES, Place
from bucketsieve.detect.text import Text

#: A group of overlapping candidates that is longer is resolved in parts.
LONGEST_CLUSTER: Final = 16 * 1024


class Resolution(Protocol):
    """The candidates of one object, and which of them win."""

    def add(self, found: Sequence[Candidate]) -> None:
        """Take in candidates, in any order; none starts in front of what is settled."""
        ...

    def settled(self, data: Text, base: int, end: int, *, final: bool) -> Iterator[Candidate]:
        """The winners, by place, of the groups that no later candidate can join: all, if this is the ``final`` call.

        ``data`` is the text from offset ``base`` on, and examined up to ``end``.
        """
        ...

    def near(self, farthest: int, low: int, high: int) -> Sequence[Place]:
        """The candidates that touch ``low`` to ``high``, winners or not, by place; none starts before ``farthest``."""
        ...

    def forget(self, oldest: int) -> None:
        """Nobody will ask for what is near ``oldest`` or before it."""
        ...


class ReferenceResolution:
    """See `Resolution`."""

    def __init__(self) -> None:
        self._pending: list[Candidate] = []  # not settled
        self._near: list[Candidate] = []  # settled or not

    def __repr__(self) -> str:
        return f"ReferenceResolution({len(self._pending)} pending)"

    def add(self, found: Sequence[Candidate]) -> None:
        """See `Resolution.add`."""
        if found:
            self._pending = sorted((*self._pending, *found))
            self._near = sorted((*self._near, *found))

    def settled(self, data: Text, base: int, end: int, *, final: bool) -> Iterator[Candidate]:
        """See `Resolution.settled`."""
        del data, base
        settled = 0
        for group in clusters(self._pending):
            reach = max(candidate.end for candidate in group)
            if not (final or group[0].start < end - LONGEST_CLUSTER or reach < end - CONTEXT_BYTES):
                break
            settled += len(group)
            yield from winners(group)
        self._pending = self._pending[settled:]

    def near(self, farthest: int, low: int, high: int) -> Sequence[Place]:
        """See `Resolution.near`."""
        first = bisect_left(self._near, farthest, key=_start)
        last = bisect_left(self._near, high, lo=first, key=_start)
        return [each[:3] for each in self._near[first:last] if each.end > low]

    def forget(self, oldest: int) -> None:
        """See `Resolution.forget`."""
        self._near = self._near[bisect_left(self._near, oldest, key=_start) :]


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
