"""Where every match of a form names something that is then assigned: `password = …`, `api_key": …`.

The name may be the end of a longer one, so its beginning tells nothing. But letters end there, and a sign of assignment
stands near: the native lane looks at such places alone.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from bucketsieve.detect.catalogue.entry import Context
from bucketsieve.detect.compiled import CompiledForm
from bucketsieve.detect.native.automaton import Automaton, determined
from bucketsieve.detect.native.positions import ALL_BYTES, Positions, bits
from bucketsieve.detect.native.several import Several, several

#: Bytes at the end of a name that are looked up at once.
ENDING: Final = 4
#: How far from the last letter the sign may stand, in bytes: NEAR_NAME in `src/native/plan.h`.
_NEAR: Final = 9
_MOST_ENDINGS: Final = 1_024
#: From the start of a match to the end of its name, in bytes.
_FARTHEST: Final = 64
_STATES: Final = 64

_LETTERS: Final = sum(1 << byte for byte in b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
#: MAP_ASSIGN in `src/native/classify.h`.
_SIGNS: Final = sum(1 << byte for byte in b":=>")


@dataclass(frozen=True, slots=True)
class Name:
    """``endings``: the last four bytes of the names, bit 5 of each set. From the last one on to the front, ``back``
    matches them; what follows is matched by ``tail``. A match begins at most ``lead`` bytes in front of the last one.
    """

    endings: frozenset[bytes]
    lead: int
    back: Automaton
    tail: Automaton


def names(forms: Iterable[tuple[int, CompiledForm]]) -> dict[int, Name]:
    """The names in those of ``forms`` that have one in each match, by the forms' numbers."""
    found = {number: name(compiled) for number, compiled in forms}
    return {number: each for number, each in found.items() if each is not None}


def together(found: Sequence[Name]) -> Iterator[tuple[int, Several, Several]]:
    """(how many, what is in front of their last letters, what is behind): the names, as many at once as can be."""
    back, tail = several([each.back for each in found]), several([each.tail for each in found])
    if back and tail:
        yield len(found), back, tail
    else:  # each alone has so few states that it can
        yield from together(found[: len(found) // 2])
        yield from together(found[len(found) // 2 :])


def name(compiled: CompiledForm) -> Name | None:
    """The first name in each of the form's matches; None if some have none."""
    form = compiled.form
    if form.context is Context.REQUIRED or compiled.custom is not None:
        return None
    positions = Positions.of(form.source)
    found = _cut(positions)
    if found is None:
        return None
    last, tail, lead = found
    reversed_ = _reversed(positions, last)
    endings = _endings(reversed_)
    positions.start = tail
    if endings is None:
        return None
    return Name(endings, lead, determined(reversed_, _STATES), determined(positions, _STATES))


def _cut(positions: Positions) -> tuple[int, int, int] | None:
    """(the last letters of names, what may follow them, the farthest of the letters from the start of a match)."""
    last, tail, lead = 0, 0, 0
    state = positions.start
    for distance in range(_FARTHEST):
        if state & (Positions.END | Positions.OPEN):
            return None
        onward = 0
        for position in bits(state):
            follow = positions.follow[position]
            letter = not positions.members[position] & ~_LETTERS
            behind = sum(1 << each for each in bits(follow) if letter and _is_behind(positions, each))
            if behind:
                last, tail, lead = last | 1 << position, tail | behind, distance
            onward |= follow & ~behind
        if not onward:
            return last, tail, lead
        state = onward
    return None


def _is_behind(positions: Positions, position: int) -> bool:
    """Whether every way on from ``position`` comes to a sign before long, and to no letter before that."""
    state = 1 << position
    for _ in range(_NEAR):
        if state & (Positions.END | Positions.OPEN):
            return False
        onward = [each for each in bits(state) if positions.members[each] & ~_SIGNS]
        if not onward:
            return True
        if any(positions.members[each] & _LETTERS for each in onward):
            return False
        state = positions.after(sum(1 << each for each in onward))
    return False


def _reversed(positions: Positions, last: int) -> Positions:
    """What leads to ``last``, read backwards; alike for all forms with the same names."""
    found = Positions()
    leading = _leading(positions, last)
    found.members = [members if leading >> place & 1 else 0 for place, members in enumerate(positions.members)]
    found.follow = [0] * len(positions.members)
    for position, follow in enumerate(positions.follow):
        for each in bits(follow & ~(Positions.END | Positions.OPEN)):
            found.follow[each] |= 1 << position
    for position in bits(positions.start):
        found.follow[position] |= Positions.END
    found.start = last
    return found


def _leading(positions: Positions, last: int) -> int:
    """The positions from which there is a way to ``last``, that included."""
    leading, known = last, 0
    while leading != known:
        known = leading
        leading |= sum(1 << place for place, follow in enumerate(positions.follow) if follow & known)
    return leading


def _endings(names: Positions) -> frozenset[bytes] | None:
    """The last bytes of what ``names`` matches backwards; anything may stand in front of it."""
    growing = {b"": names.start}
    for _ in range(ENDING):
        longer: dict[bytes, int] = {}
        for ending, state in growing.items():
            ways = [(names.members[each], names.follow[each]) for each in bits(state & ~Positions.END)]
            if state & Positions.END:
                ways.append((ALL_BYTES, Positions.END))
            for members, after in ways:
                for byte in bits(members):
                    onward = bytes([byte | 0x20]) + ending
                    longer[onward] = longer.get(onward, 0) | after
        if len(longer) > _MOST_ENDINGS:
            return None
        growing = longer
    return frozenset(growing)
