"""Deterministic automata over bytes, made of the positions of a regular expression.

An automaton is a filter: it lets through everything the expression matches, and sometimes more. Look-around and word
boundaries count as met, atomic groups as plain ones, and a back reference as its group once more.
"""

from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

from bucketsieve.detect.catalogue.entry import Form
from bucketsieve.detect.native.positions import ALL_BYTES, LOOKS, Positions, bits, members_of

DEAD, START = 0, 1
NO, YES, UNDECIDED = 0, 1, 2
#: States of an automaton, at most; few expressions need more.
_LIMIT = 2_500
#: Of one that has to be told exactly.
_EXACT_LIMIT = 5_000
#: What may repeat more often than that takes most of the states; a loose automaton counts it no further than it must.
_COUNTED = 16
#: States of a body of which a loose automaton knows how it goes on.
_FEW = 64
#: States times classes, at most: the native lane names a state by where its row begins, in 16 bits.
LARGEST = 1 << 16


@dataclass(frozen=True, slots=True)
class Automaton:
    """A table of states. State 0 is dead, state 1 is the start.

    ``accepting`` has a number per state: 0 no match ends here, 1 one may, 2 undecided: it counts as a match whatever
    follows. The state after ``state`` and a byte is ``table[state * width + classes[byte]]``.
    """

    classes: bytes  # the class of each of the 256 bytes
    width: int  # number of classes
    table: "array[int]"
    accepting: bytes

    def matches(self, data: bytes, start: int) -> tuple[list[int], bool]:
        """(where a match that begins at ``start`` may end, whether it is undecided from some later place on)."""
        ends: list[int] = []
        state = START
        for place in range(start, len(data) + 1):
            if self.accepting[state] == UNDECIDED:
                return ends, True
            if self.accepting[state] == YES:
                ends.append(place)
            if place == len(data) or state == DEAD:
                break
            state = self.table[state * self.width + self.classes[data[place]]]
        return ends, False


@dataclass(frozen=True, slots=True)
class Shape:
    """A form's expression taken apart: ``body`` is what it matches, the rest is what may not stand beside that."""

    body: Automaton
    before: tuple[tuple[int, Automaton], ...]  # (width, automaton): none may match data[start - width : start] exactly
    after: tuple[Automaton, ...]  # none may match at the end of the match
    ahead: tuple[Automaton, ...]  # none may match at the start
    exact: bool  # it admits what the expression matches and nothing else
    loose: Automaton | None = None  # if ``body`` is undecided: what the beginning of each match matches nevertheless

    def admits(self, data: bytes, start: int) -> bool:
        """Whether a match may begin at ``start``; false only if none does."""
        if any(
            start in looks.matches(data[:start], start - width)[0] for width, looks in self.before if width <= start
        ):
            return False
        if any(looks.matches(data, start)[0] for looks in self.ahead):
            return False
        ends, undecided = self.body.matches(data, start)
        if undecided and self.loose is not None:
            return self.loose.matches(data, start)[1]
        return undecided or any(not any(looks.matches(data, end)[0] for looks in self.after) for end in ends)


def automaton(pattern: str, *, limit: int = _LIMIT) -> Automaton:
    """What ``pattern``, compiled over bytes, matches at a place: every end, greedy or not. Raises re.error.

    What would need more than ``limit`` states is undecided.
    """
    return _automaton(pattern, limit, letters=False)


@cache
def exact_automaton(pattern: str, *, letters: bool = False) -> Automaton:
    """As `automaton`, with ``letters`` as `Positions.of` has them. Raises ValueError for what is known in part."""
    found = _automaton(pattern, _EXACT_LIMIT, letters=letters)
    if UNDECIDED in found.accepting or not Positions.of(pattern).exact:
        raise ValueError("the expression is no regular language, or too large")
    return found


@cache
def _automaton(pattern: str, limit: int, *, letters: bool) -> Automaton:
    return determined(Positions.of(pattern, letters=letters), limit)


def shape(form: Form) -> Shape:
    """The shape of a form of the catalogue, its boundaries included."""
    return _shape(form.bounded)


@cache
def _shape(pattern: str) -> Shape:
    tree = parser.parse(pattern.encode())
    flags, items = tree.state.flags, list(tree)
    first, last = 0, len(items)
    while first < last and items[first][0] in LOOKS:
        first += 1
    while first < last and items[last - 1][0] in LOOKS:
        last -= 1
    looks = [_look(code, argument, flags) for code, argument in items[:first]]
    endings = [_look(code, argument, flags) for code, argument in items[last:]]
    positions = Positions.of_tree(items[first:last], flags)
    body, loose = determined(positions, _LIMIT), None
    if UNDECIDED in body.accepting:
        loose = _loose(Positions.of_tree(items[first:last], flags, counted=_COUNTED))
        # What both would read is read once, by the one that may pass over what it read before.
        body = body if loose is None else determined(positions, _FEW)
    return Shape(
        body=body,
        before=tuple((width, denied) for width, denied in looks if width and denied),
        after=tuple(denied for width, denied in endings if not width and denied),
        ahead=tuple(denied for width, denied in looks if not width and denied),
        exact=positions.exact and UNDECIDED not in body.accepting and all(denied for _, denied in (*looks, *endings)),
        loose=loose,
    )


def _loose(positions: Positions) -> Automaton | None:
    """Undecided wherever a match may end, and nowhere else; None if that takes too many states."""
    positions.follow = [Positions.OPEN if follow & Positions.END else follow for follow in positions.follow]
    found = determined(positions, _LIMIT)
    return found if len(found.accepting) < min(_LIMIT, LARGEST // found.width) - 1 else None


def _look(code: Any, argument: Any, flags: int) -> tuple[int, Automaton | None]:  # noqa: ANN401  (no types)
    """(width of a look-behind or 0, what it denies), None in place of what cannot be said exactly."""
    direction, tree = argument
    width = int(tree.getwidth()[1]) if direction < 0 else 0
    if code is codes.ASSERT_NOT:
        positions = Positions.of_tree(tree, flags)
    else:
        # A byte that must be there, if any is, is the denial of all others.
        members = members_of(tree[0][0], tree[0][1], flags) if len(tree) == 1 else None
        if members is None:
            return width, None
        positions = Positions()
        positions.start = positions.add_byte(ALL_BYTES ^ members)
        positions.follow[-1] = Positions.END
    denied = _cached(positions.start, tuple(positions.members), tuple(positions.follow)) if positions.exact else None
    return width, None if denied is None or UNDECIDED in denied.accepting else denied


def byte_classes(sets: Iterable[int]) -> list[int]:
    """The coarsest partition of the 256 bytes of which each of ``sets`` is a union, as sets."""
    classes = [ALL_BYTES]
    for members in set(sets):
        classes = [part for each in classes for part in (each & members, each & ~members) if part]
    return classes


def determined(positions: Positions, limit: int) -> Automaton:
    """The subset construction. A state is the set of positions that may come next."""
    by_members: dict[int, int] = {}
    for position, members in enumerate(positions.members):
        by_members[members] = by_members.get(members, 0) | 1 << position
    parts = byte_classes(by_members)
    classes = bytearray(256)
    for number, part in enumerate(parts):
        for byte in bits(part):
            classes[byte] = number
    limit = min(limit, LARGEST // len(parts))
    matching = [sum(matched for members, matched in by_members.items() if members & part) for part in parts]
    states = [0, positions.start]
    numbers = {0: DEAD, positions.start: START}
    successors = {0: DEAD}  # by what is read of a state
    known = successors.get
    table = array("H")
    for state in states:
        if state & Positions.OPEN:
            table.extend([numbers[state]] * len(parts))
            continue
        row = [known(state & matched, -1) for matched in matching]
        if -1 in row:
            for matched in matching:
                read = state & matched
                if read in successors:
                    continue
                after = positions.after(read)
                if after & Positions.OPEN or (after not in numbers and len(states) >= limit - 1):
                    after = Positions.OPEN
                if after not in numbers:
                    numbers[after] = len(states)
                    states.append(after)
                successors[read] = numbers[after]
            row = [successors[state & matched] for matched in matching]
        table.extend(row)
    accepting = bytes(UNDECIDED if state & Positions.OPEN else YES if state & Positions.END else NO for state in states)
    return Automaton(bytes(classes), len(parts), table, accepting)


@cache
def _cached(start: int, members: tuple[int, ...], follow: tuple[int, ...]) -> Automaton:
    positions = Positions()
    positions.start, positions.members, positions.follow = start, list(members), list(follow)
    return determined(positions, _LIMIT)
