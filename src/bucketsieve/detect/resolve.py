"""Overlapping candidates: which one is the finding."""

from collections.abc import Iterator, Sequence

from bucketsieve.detect.candidate import Candidate


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
    kept: list[Candidate] = []
    for candidate in sorted(cluster, key=lambda each: each.order):
        if all(candidate.end <= other.start or candidate.start >= other.end for other in kept):
            kept.append(candidate)
    return sorted(kept, key=lambda each: each.start)
