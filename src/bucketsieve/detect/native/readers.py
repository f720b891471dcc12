"""Readers: automata that read a match and the byte behind it.

So one state tells that a match has ended, whether that byte may stand there, and, where it takes no large table, what
the first panel (see `panels`) says of the value.
"""

from array import array
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from bucketsieve.detect.native.automaton import DEAD, START, UNDECIDED, YES, Automaton, Shape
from bucketsieve.detect.native.machine import Machine, smallest
from bucketsieve.detect.native.panels import Panel

#: What a byte behind a match means to the checks: none fails, one does, or they have to look farther.
FINE, DENIED, OPEN = range(3)
#: What a state tells: see `src/native/plan.h`.
_IF_CHECKED, _LAST, _SOMEWHERE = 1, 2, 4
#: States times kinds of bytes of a reader with a panel, at most, before those are left out that differ in nothing.
_MOST: Final = 130_000
#: Kinds of bytes, at most: among letters that differ values are rare, and the table would be large.
_MOST_KINDS: Final = 40


class Told(NamedTuple):
    """What a state tells of the match that may have ended; ``applying`` has a bit for each ruling of the panel."""

    how: int
    applying: int


@dataclass(frozen=True, slots=True)
class Reader:
    """A table of states. State 0 is dead.

    The state after ``state`` is ``rows[state][kinds[byte]]``; ``kinds[256]`` is that of the end of the text.
    It tells which of the first ``rulings`` apply.
    """

    start: int
    kinds: Sequence[int]
    rows: Sequence[Sequence[int]]
    told: Sequence[Told | None]
    rulings: int


def reader(shape: Shape, panel: Panel | None) -> Reader:
    """The reader of a form's ``shape``; with its first ``panel``, if that may read along and the table stays small."""
    both = _reader(shape, panel) if panel is not None and shape.exact else None
    found = both or _reader(shape, None)
    if found is None:
        raise ValueError("the expression takes too many states")
    return found


def behind(shape: Shape) -> bytes:
    """What each byte behind a match says about the checks."""
    meanings = bytearray([FINE]) * 256
    for denied in shape.after:
        for byte, kind in enumerate(denied.classes):
            state = denied.table[START * denied.width + kind]
            if state and meanings[byte] != DENIED:
                meanings[byte] = DENIED if denied.accepting[state] else OPEN
    return bytes(meanings)


class _State(NamedTuple):
    """Where the form's automaton is, and its panel; and what is told."""

    body: int
    panel: int
    told: Told | None


_NOTHING: Final = _State(DEAD, DEAD, None)
_ANYTHING: Final = _State(DEAD, DEAD, Told(_SOMEWHERE, 0))
_NO_PANEL: Final = Automaton(bytes(256), 1, array("H", [DEAD, START]), bytes(2))


def _reader(shape: Shape, panel: Panel | None) -> Reader | None:
    """None: it would be too large, or the panel says nothing of some matches."""
    along = panel.automaton if panel else _NO_PANEL
    masks = panel.masks if panel else None
    columns = list(zip(behind(shape), shape.body.classes, along.classes, strict=True))
    numbers = {column: number for number, column in enumerate(dict.fromkeys(columns))}
    if panel and len(numbers) > _MOST_KINDS:
        return None
    first = _ANYTHING if shape.body.accepting[START] == UNDECIDED else _State(START, START, None)
    states = {_NOTHING: DEAD, first: START}
    order, rows = list(states), list[list[int]]()
    known: dict[tuple[int, int], list[int]] = {}
    for state in order:
        if panel and len(order) * len(numbers) > _MOST:
            return None
        row = known.get(state[:2])
        if row is None:
            following = _following(shape.body, along, masks, state, numbers)
            if following is None:
                return None
            for each in following:
                if each not in states:
                    states[each] = len(order)
                    order.append(each)
            row = known[state[:2]] = [states[each] for each in following]
        rows.append(row)
    kinds = (*(numbers[column] for column in columns), len(numbers))
    told = [state.told for state in order]
    if panel is None:
        return Reader(START, kinds, rows, told, 0)
    machine = smallest(Machine(START, kinds, rows, told))
    return Reader(machine.start, machine.kinds, machine.rows, machine.labels, panel.count)


def _following(
    body: Automaton,
    along: Automaton,
    masks: Sequence[int] | None,
    state: _State,
    columns: Collection[tuple[int, int, int]],
) -> list[_State] | None:
    """The states behind each kind of byte, and at the end of the text; None: the panel says nothing of a match."""
    place, read, _ = state
    if place == DEAD:
        return [_NOTHING] * (len(columns) + 1)
    ends = body.accepting[place] == YES
    if ends and masks and read == DEAD:
        return None
    applying = masks[read] if ends and masks else 0
    following: list[_State] = []
    for beside, kind, panel_kind in columns:
        after = body.table[place * body.width + kind]
        if body.accepting[after] == UNDECIDED:
            following.append(_ANYTHING)
            continue
        told = None
        if ends and beside != DENIED:
            told = Told((_IF_CHECKED if beside == OPEN else 0) | (_LAST if after == DEAD else 0), applying)
        following.append(_State(after, along.table[read * along.width + panel_kind] if after else DEAD, told))
    following.append(_State(DEAD, DEAD, Told(_LAST, applying)) if ends else _NOTHING)
    return following
