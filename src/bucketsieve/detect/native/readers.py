"""Readers: automata that read a match and the byte behind it.

So one state tells that a match has ended, whether that byte may stand there, and, where it takes no large table, what
the first panel (see `panels`) says of the value.
"""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from bucketsieve.detect.native.automaton import DEAD, NO, START, UNDECIDED, YES, Automaton, Shape
from bucketsieve.detect.native.machine import Machine, smallest
from bucketsieve.detect.native.panels import Panel

#: What a byte behind a match means to the checks: none fails, one does, or they have to look farther.
FINE, DENIED, OPEN = range(3)
#: What a state tells: see `src/native/plan.h`.
_IF_CHECKED, LAST, _SOMEWHERE, _BACK = 1, 2, 4, 8
#: States times kinds of bytes of a reader with a panel, at most, before those are left out that differ in nothing.
MOST: Final = 130_000
#: One that is smaller than that is left as it is.
_SMALL: Final = 12_000
#: Kinds of bytes, at most: among letters that differ values are rare, and the table would be large.
_MOST_KINDS: Final = 40


class Told(NamedTuple):
    """What a state tells of the match that may have ended; ``applying`` has a bit for each ruling of the panel.

    ``also`` has those of another form, which ends there as well; see `along`.
    """

    how: int
    applying: int
    also: int = 0


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


def _beside(shape: Shape) -> list[tuple[int, int]]:
    """By byte: what it means behind a match, to which the number of its kind is added if that is open; and a bit for
    each kind behind which the byte lets a check fail.
    """
    kinds: dict[tuple[int, ...], int] = {}
    means = [
        each + kinds.setdefault(tuple(_after(denied, START, byte) for denied in shape.after), len(kinds))
        if each == OPEN
        else each
        for byte, each in enumerate(behind(shape))
    ]
    return [
        (each, sum(_fails(shape.after, states, byte) << kind for states, kind in kinds.items()))
        for byte, each in enumerate(means)
    ]


def _fails(denied: Sequence[Automaton], states: Sequence[int], byte: int) -> bool:
    return any(each.accepting[_after(each, state, byte)] for each, state in zip(denied, states, strict=True))


def _after(each: Automaton, state: int, byte: int) -> int:
    return each.table[state * each.width + each.classes[byte]]


_ANYTHING: Final = Told(_SOMEWHERE, 0)
_NO_PANEL: Final = Automaton(bytes(256), 1, array("H", [DEAD, START]), bytes(2))


class _States:
    """Places, in the form's automaton and its panel's, and what is told there; numbered as they are met."""

    def __init__(self) -> None:
        self.places: list[int] = []
        self.told: list[Told | None] = []
        #: Of those in which a byte is awaited that may fail a check: the kind of the byte before, and what applies.
        self.awaited: dict[int, tuple[int, int]] = {}
        self._numbers: dict[tuple[int, Told], int] = {}
        self._awaiting: dict[tuple[int, int, int], int] = {}
        #: Of those that tell nothing.
        self.plain = _Plain(self)

    def add(self, place: int, told: Told | None) -> int:
        """The number of a new one."""
        self.places.append(place)
        self.told.append(told)
        return len(self.places) - 1

    def telling(self, place: int, told: Told) -> int:
        """The number of one that tells something."""
        number = self._numbers.get((place, told))
        if number is None:
            number = self._numbers[place, told] = self.add(place, told)
        return number

    def awaiting(self, place: int, kind: int, applying: int) -> int:
        """The number of one that tells nothing yet: a match may have ended in front of the last byte, of that kind."""
        number = self._awaiting.get((place, kind, applying))
        if number is None:
            number = self._awaiting[place, kind, applying] = self.add(place, None)
            self.awaited[number] = kind, applying
        return number


class _Plain(dict[int, int]):
    """The numbers of those that tell nothing, by their places."""

    def __init__(self, states: _States) -> None:
        super().__init__()
        self._states = states

    def __missing__(self, place: int) -> int:
        return self.setdefault(place, self._states.add(place, None))


def _reader(shape: Shape, panel: Panel | None) -> Reader | None:
    """None: it would be too large, or the panel says nothing of some matches."""
    body, along = shape.body, panel.automaton if panel else _NO_PANEL
    # Bytes that let checks fail are awaited, but not with a panel: that would take too many states.
    beside = [(each, 0) for each in behind(shape)] if panel else _beside(shape)
    columns = list(zip(beside, body.classes, along.classes, strict=True))
    numbers = {column: number for number, column in enumerate(dict.fromkeys(columns))}
    if panel and len(numbers) > _MOST_KINDS:
        return None
    besides = [each for (each, _), _, _ in numbers]
    fails = [failing for (_, failing), _, _ in numbers]
    awaited = {each for each in besides if each >= OPEN and any(failing >> each - OPEN & 1 for failing in fails)}
    kinds = [(kind, panel_kind) for _, kind, panel_kind in numbers]
    many = len(along.table) // along.width
    states = _States()
    rows: list[list[int]] = []
    known: dict[int, list[int]] = {}
    dead = states.plain[DEAD]
    start = START * many + START
    first = states.telling(DEAD, _ANYTHING) if body.accepting[START] == UNDECIDED else states.plain[start]
    for number, pair in enumerate(states.places):
        if panel and len(states.places) * len(numbers) > MOST:
            return None
        if pair in known:
            rows.append(_row(states, number, known[pair], fails))
            continue
        place, read = divmod(pair, many)
        following = body.table[place * body.width : (place + 1) * body.width]
        reading = along.table[read * along.width : (read + 1) * along.width]
        after = [following[kind] and following[kind] * many + reading[panel_kind] for kind, panel_kind in kinds]
        row = [*map(states.plain.__getitem__, after), dead]
        if UNDECIDED in body.accepting:
            undecided = states.telling(DEAD, _ANYTHING)
            row = [undecided if body.accepting[states.places[each] // many] == UNDECIDED else each for each in row]
        if place != DEAD and body.accepting[place] == YES:
            if panel and read == DEAD:
                return None
            awaits = [
                kind in awaited and each != DEAD and body.accepting[each // many] == NO
                for kind, each in zip(besides, after, strict=True)
            ]
            row = _ending(states, row, after, besides, awaits, panel.masks[read] if panel else 0)
        known[pair] = row
        rows.append(_row(states, number, row, fails))
    every = (*(numbers[column] for column in columns), len(numbers))
    if panel is None or len(rows) * len(numbers) < _SMALL:
        return Reader(first, every, rows, states.told, panel.count if panel else 0)
    machine = smallest(Machine(first, every, rows, states.told))
    return Reader(machine.start, machine.kinds, machine.rows, machine.labels, panel.count)


def _ending(
    states: _States,
    row: Sequence[int],
    after: Sequence[int],
    besides: Sequence[int],
    awaits: Sequence[bool],
    applying: int,
) -> list[int]:
    """The row of a state in which a match may end; ``row`` is what it would be else."""
    found = [
        plain
        if beside == DENIED or states.told[plain]
        else states.awaiting(pair, beside, applying)
        if awaited
        else states.telling(pair, _told(beside, pair, applying))
        for plain, pair, beside, awaited in zip(row, after, besides, awaits, strict=False)
    ]
    return [*found, states.telling(DEAD, Told(LAST, applying))]


def _told(beside: int, after: int, applying: int) -> Told:
    return Told((_IF_CHECKED if beside >= OPEN else 0) | (LAST if after == DEAD else 0), applying)


def _row(states: _States, number: int, row: list[int], fails: Sequence[int]) -> list[int]:
    """The row of a state, of which the place has that ``row``: what is awaited there is told, unless a check fails."""
    if number not in states.awaited:
        return row
    beside, applying = states.awaited[number]
    found = []
    for plain, failing in zip(row, (*fails, 0), strict=True):
        how = _BACK | _IF_CHECKED | (LAST if states.places[plain] == DEAD else 0)
        denied = states.told[plain] or failing >> beside - OPEN & 1
        found.append(plain if denied else states.telling(states.places[plain], Told(how, applying)))
    return found
