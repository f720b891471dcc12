"""Where every match of a form has a place at which a word may begin, and how it goes on from there.

The native lane looks at all such places for the sake of context words. A form of which each match has one, with few
ways on, costs a few entries in its filter: a match begins there, or not far in front of it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from typing import Final, NamedTuple

from bucketsieve.detect.catalogue.entry import Context, Form
from bucketsieve.detect.compiled import CompiledForm
from bucketsieve.detect.native.automaton import Automaton, determined, shape
from bucketsieve.detect.native.positions import Positions, bits

#: Bytes at a hook that are looked up at once, and behind them some that are compared.
HEAD: Final = 4
_REST: Final = 4
#: Each head takes a place in the filter, and lets words through that are none.
_MOST_HEADS: Final = 128
#: With so few, a hook is cheaper than any other search.
FEW: Final = 16
#: From the start of a match to its hook, in bytes: so many places are compared for each.
_FARTHEST: Final = 160
#: What goes on differently in so many ways is compared no further than that.
_STATES: Final = 64

_CAPITALS: Final = sum(1 << byte for byte in range(ord("A"), ord("Z") + 1))
_SMALL: Final = _CAPITALS << 32
_LETTERS: Final = _CAPITALS | _SMALL
#: What a letter beyond ASCII begins with: MAP_LEAD in `src/native/classify.h`.
_LEADS: Final = sum(1 << byte for byte in range(0xC0, 0x100))
_ANY_NEXT: Final = 0xFFFFFFFF


class Behind(NamedTuple):
    """What may stand behind a head: ``next`` has a bit for the last five of each byte that may follow it. Of the four
    bytes there, as a number of which the first is the lowest, the bits ``known`` are those of ``wanted``.
    """

    next: int
    known: int
    wanted: int


@dataclass(frozen=True, slots=True)
class Hook:
    """``heads``: what stands at the hook, four bytes with bit 5 set, and what behind each. A match begins at most
    ``lead`` bytes in front of the hook, at which ``tail`` matches; it begins at the hook itself if there is none.
    """

    heads: dict[bytes, Behind]
    lead: int
    tail: Automaton | None


def hooks(forms: Iterable[tuple[int, CompiledForm]]) -> dict[int, Hook]:
    """The hooks of those of ``forms`` that have one, by their numbers."""
    found = {number: hook(compiled) for number, compiled in forms}
    return {number: each for number, each in found.items() if each is not None}


def hook(compiled: CompiledForm) -> Hook | None:
    """The first hook of each of the form's matches; None if some have none, or it is too common."""
    form = compiled.form
    if form.context is Context.REQUIRED or compiled.custom is not None:
        return None
    positions = Positions.of(form.source)
    cut = _cut(positions, _in_front(form))
    if cut is None:
        return None
    state, lead = cut
    heads = _heads(positions, state)
    if heads is None:
        return None
    positions.start = state
    return Hook(heads, lead, determined(positions, _STATES) if lead else None)


def _in_front(form: Form) -> int:
    """The bytes that may stand in front of a match."""
    looks = [denied for width, denied in shape(form).before if width == 1]
    return sum(1 << byte for byte in range(256) if not any(each.matches(bytes([byte]), 0)[0] for each in looks))


def _cut(positions: Positions, in_front: int) -> tuple[int, int] | None:
    """(positions at which a word may begin, one of which every match comes to, the farthest from its start)."""
    found, lead, distance = 0, 0, 0
    state = positions.start
    steps = [(in_front, state)]
    while steps:
        onward = 0
        for before, state in steps:
            if state & (Positions.END | Positions.OPEN):
                return None
            for position in bits(state):
                if _word_begins(before, positions.members[position]):
                    found, lead = found | 1 << position, distance
                else:
                    onward |= 1 << position
        steps = [(positions.members[each], positions.follow[each]) for each in bits(onward)]
        distance += 1
        if distance > _FARTHEST:
            return None
    return found, lead


def _word_begins(before: int, members: int) -> bool:
    """Whether MAP_WORD has a bit for each of ``members`` behind any of ``before``: see `combine` in `classify.c`."""
    if members & ~(_LETTERS | _LEADS):
        return False
    return not before & _LETTERS or not (before & _CAPITALS or members & ~_CAPITALS)


def _heads(positions: Positions, state: int) -> dict[bytes, Behind] | None:
    """The heads of what begins with one of the positions in ``state``; None if they are too many, or cut short."""
    growing = {b"": state}
    for _ in range(HEAD):
        longer: dict[bytes, int] = {}
        for head, each in growing.items():
            if each & (Positions.END | Positions.OPEN):
                return None
            for position in bits(each):
                for byte in bits(positions.members[position]):
                    onward = head + bytes([byte | 0x20])
                    longer[onward] = longer.get(onward, 0) | positions.follow[position]
            if len(longer) > _MOST_HEADS:
                return None
        growing = longer
    return {head: Behind(_next(positions, each), *_shared(positions, each)) for head, each in growing.items()}


def _next(positions: Positions, state: int) -> int:
    if state & (Positions.END | Positions.OPEN):
        return _ANY_NEXT
    found = 0
    for position in bits(state):
        for byte in bits(positions.members[position]):
            found |= 1 << byte % 32
    return found


def _shared(positions: Positions, state: int) -> tuple[int, int]:
    """(which bits all have in common that may stand behind a head, these bits)."""
    known, wanted = 0, 0
    for place in range(_REST):
        if state & (Positions.END | Positions.OPEN):
            break
        following = list(bits(reduce(or_, (positions.members[each] for each in bits(state)), 0)))
        if not following:
            break
        common = 0xFF & ~(reduce(or_, following) ^ reduce(and_, following))
        known |= common << 8 * place
        wanted |= (common & following[0]) << 8 * place
        state = positions.after(state)
    return known, wanted
