"""Several automata as one, which tells at once which of them match the beginning of a text.

They are read at the same time, each until it matches or is dead. So a text is read once, and no farther than before.
"""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bucketsieve.detect.native.automaton import DEAD, LARGEST, NO, START, UNDECIDED, Automaton

#: A bit for each in a number.
MOST: Final = 32
#: States, at most: few enough that the table stays in the processor's cache.
_LIMIT: Final = 2_000
#: The state of one that has matched; whatever follows, it has.
_MATCHED: Final = -1

_States = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Several:
    """``masks``: for each state bit i if automaton i matches. An undecided state is one in which all are told."""

    automaton: Automaton
    masks: tuple[int, ...]


def several(automata: Sequence[Automaton]) -> Several | None:
    """``automata`` as one; None if that takes too many of them or too many states."""
    kinds = [tuple(each.classes[byte] for each in automata) for byte in range(256)]
    numbers = {kind: number for number, kind in enumerate(dict.fromkeys(kinds))}
    limit = min(_LIMIT, LARGEST // len(numbers))
    first = tuple(_settled(each, START) for each in automata)
    rows: dict[_States, list[_States]] = {}
    met = [first]
    for states in met:
        if states in rows or _told(states):
            continue
        rows[states] = [_after(automata, states, kind) for kind in numbers]
        met += rows[states]
        if len(rows) > limit:
            return None
    # The dead state is that in which all are told and none matches, and what is undecided comes last.
    order = [*rows, *dict.fromkeys(states for states in met if _told(states) and _mask(states))]
    if len(automata) > MOST or len(order) >= limit:
        return None
    places = {states: number for number, states in enumerate(order, START)}
    table = array("H", [DEAD] * len(numbers))
    for states in order:
        table.extend(places.get(after, DEAD) for after in rows.get(states, [states] * len(numbers)))
    accepting = bytes([NO, *(NO if states in rows else UNDECIDED for states in order)])
    classes = bytes(numbers[kind] for kind in kinds)
    return Several(Automaton(classes, len(numbers), table, accepting), (0, *map(_mask, order)))


def _settled(each: Automaton, state: int) -> int:
    return state if each.accepting[state] == NO else _MATCHED


def _after(automata: Sequence[Automaton], states: _States, kind: tuple[int, ...]) -> _States:
    return tuple(
        state if state in (DEAD, _MATCHED) else _settled(each, each.table[state * each.width + column])
        for each, state, column in zip(automata, states, kind, strict=True)
    )


def _told(states: _States) -> bool:
    return all(state in (DEAD, _MATCHED) for state in states)


def _mask(states: _States) -> int:
    return sum(1 << number for number, state in enumerate(states) if state == _MATCHED)
