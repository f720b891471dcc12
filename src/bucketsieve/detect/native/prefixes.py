"""What the matches of a regular expression begin with, as sequences of byte sets for a bit-parallel search."""

from functools import cache

from bucketsieve.detect.native.positions import Positions, bits

type Prefix = tuple[frozenset[int], ...]


@cache
def prefixes(pattern: str, *, variants: int = 8, length: int = 16) -> tuple[Prefix, ...]:
    """At most ``variants`` sequences of byte sets, one of which every match of ``pattern`` begins with.

    Each is at most ``length`` long; one of length 0 means that nothing is known. A sequence ends where a match may.
    Optional parts and alternatives become sequences of their own while their number allows, then they share the sets
    of one. Raises re.error.
    """
    positions = Positions.of(pattern)
    growing: dict[tuple[int, ...], int] = {(): positions.start}
    done: list[tuple[int, ...]] = []
    for _ in range(length):
        room = variants - len(done) - len(growing)
        longer: dict[tuple[int, ...], int] = {}
        for sets, state in growing.items():
            if state & (Positions.END | Positions.OPEN):
                done.append(sets)
                continue
            steps = _steps(positions, state)
            if len(steps) - 1 > room:
                steps = [_joined(steps)]
            room -= len(steps) - 1
            for members, after in steps:
                longer[(*sets, members)] = longer.get((*sets, members), 0) | after
        growing = longer
    return tuple(tuple(map(_as_set, sets)) for sets in _needed([*done, *growing]))


@cache
def _as_set(members: int) -> frozenset[int]:
    return frozenset(bits(members))


def _steps(positions: Positions, state: int) -> list[tuple[int, int]]:
    """(byte set, what may come after it) for each way on, without those that differ in one of the two alone."""
    by_after: dict[int, int] = {}
    for position in bits(state):
        after = positions.follow[position]
        by_after[after] = by_after.get(after, 0) | positions.members[position]
    by_members: dict[int, int] = {}
    for after, members in by_after.items():
        by_members[members] = by_members.get(members, 0) | after
    return list(by_members.items())


def _joined(steps: list[tuple[int, int]]) -> tuple[int, int]:
    members, after = 0, 0
    for each in steps:
        members, after = members | each[0], after | each[1]
    return members, after


def _needed(found: list[tuple[int, ...]]) -> list[tuple[int, ...]]:
    """The sequences without those that begin as another one, which lets more through, does."""
    kept: list[tuple[int, ...]] = []
    for sets in sorted(set(found), key=len):
        if not any(all(own & ~wide == 0 for own, wide in zip(sets, short, strict=False)) for short in kept):
            kept.append(sets)
    return kept
