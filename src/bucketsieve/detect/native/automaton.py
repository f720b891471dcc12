"""Deterministic automata over bytes, derived from Python's own parse of a regular expression.

An automaton is a filter: it lets through everything the expression matches, and sometimes more. Look-around and word
boundaries count as met, atomic groups as plain ones, and a back reference as its group once more.
"""

import re
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

from bucketsieve.detect.catalogue.entry import Form

DEAD, START = 0, 1
NO, YES, UNDECIDED = 0, 1, 2
#: Bytes of an expression, counted repeats written out, beyond which it stays undecided.
_MAX_POSITIONS = 10_000
#: States of an automaton, at most; few expressions need more.
_LIMIT = 1_000
_LOOKS = (codes.ASSERT, codes.ASSERT_NOT)

ALL_BYTES = (1 << 256) - 1


def _mask(members: Iterable[int]) -> int:
    return sum(1 << member for member in set(members))


#: The parser's flags are of an enumeration, which is slow to ask.
_IGNORECASE, _LOCALE, _DOTALL = int(re.IGNORECASE), int(re.LOCALE), int(re.DOTALL)
_CAPITALS = _mask(range(ord("A"), ord("Z") + 1))
_DIGIT = _mask(range(ord("0"), ord("9") + 1))
_SPACE = _mask(b" \t\n\r\f\v")
_WORD = _DIGIT | _CAPITALS | _CAPITALS << 32 | _mask(b"_")
_CATEGORIES = {
    codes.CATEGORY_DIGIT: _DIGIT,
    codes.CATEGORY_SPACE: _SPACE,
    codes.CATEGORY_WORD: _WORD,
    codes.CATEGORY_NOT_DIGIT: ALL_BYTES ^ _DIGIT,
    codes.CATEGORY_NOT_SPACE: ALL_BYTES ^ _SPACE,
    codes.CATEGORY_NOT_WORD: ALL_BYTES ^ _WORD,
}


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

    def admits(self, data: bytes, start: int) -> bool:
        """Whether a match may begin at ``start``; false only if none does."""
        if any(
            start in looks.matches(data[:start], start - width)[0] for width, looks in self.before if width <= start
        ):
            return False
        if any(looks.matches(data, start)[0] for looks in self.ahead):
            return False
        ends, undecided = self.body.matches(data, start)
        return undecided or any(not any(looks.matches(data, end)[0] for looks in self.after) for end in ends)


def automaton(pattern: str, *, limit: int = _LIMIT) -> Automaton:
    """What ``pattern``, compiled over bytes, matches at a place: every end, greedy or not. Raises re.error.

    What would need more than ``limit`` states is undecided.
    """
    return _automaton(pattern, limit)


@cache
def _automaton(pattern: str, limit: int) -> Automaton:
    return determined(Positions.of(pattern), limit)


def shape(form: Form) -> Shape:
    """The shape of a form of the catalogue, its boundaries included."""
    return _shape(form.bounded)


@cache
def _shape(pattern: str) -> Shape:
    tree = parser.parse(pattern.encode())
    flags, items = tree.state.flags, list(tree)
    first, last = 0, len(items)
    while first < last and items[first][0] in _LOOKS:
        first += 1
    while first < last and items[last - 1][0] in _LOOKS:
        last -= 1
    looks = [_look(code, argument, flags) for code, argument in items[:first]]
    endings = [_look(code, argument, flags) for code, argument in items[last:]]
    return Shape(
        body=determined(Positions.of_tree(items[first:last], flags), _LIMIT),
        before=tuple((width, denied) for width, denied in looks if width and denied),
        after=tuple(denied for width, denied in endings if not width and denied),
        ahead=tuple(denied for width, denied in looks if not width and denied),
    )


def _look(code: Any, argument: Any, flags: int) -> tuple[int, Automaton | None]:  # noqa: ANN401  (no types)
    """(width of a look-behind or 0, what it denies), None in place of what cannot be said exactly."""
    direction, tree = argument
    width = int(tree.getwidth()[1]) if direction < 0 else 0
    if code is codes.ASSERT_NOT:
        positions = Positions.of_tree(tree, flags)
    else:
        # A byte that must be there, if any is, is the denial of all others.
        members = _members(tree[0][0], tree[0][1], flags) if len(tree) == 1 else None
        if members is None:
            return width, None
        positions = Positions()
        positions.start = positions.add_byte(ALL_BYTES ^ members)
        positions.follow[-1] = Positions.END
    denied = _cached(positions.start, tuple(positions.members), tuple(positions.follow)) if positions.exact else None
    return width, None if denied is None or UNDECIDED in denied.accepting else denied


class Positions:
    """Glushkov's automaton: each byte of the expression is a position, counted repeats written out.

    Sets of positions are integers, one bit a position. Two bits are none: END, the match may end, and OPEN, nothing is
    known from here on. ``exact`` is false if it matches more than the expression.
    """

    END, OPEN = 1, 2

    def __init__(self) -> None:
        self.start = 0
        self.members = [0, 0]  # the bytes that each position matches, one bit a byte
        self.follow = [0, 0]  # what may come after each position
        self.exact = True
        self._groups: dict[int, tuple[Any, int]] = {}

    def __repr__(self) -> str:
        return f"Positions({len(self.members) - 2})"

    @classmethod
    def of(cls, pattern: str) -> "Positions":
        """The positions of an expression over bytes. Raises re.error."""
        tree = parser.parse(pattern.encode())
        return cls.of_tree(tree, tree.state.flags)

    @classmethod
    def of_tree(cls, tree: Iterable[tuple[Any, Any]], flags: int) -> "Positions":
        """The positions of what the parser made of an expression."""
        positions = cls()
        first, last, nullable = positions._sequence(tree, flags)
        positions._link(last, cls.END)
        positions.start = first | (cls.END if nullable else 0)
        return positions

    def add_byte(self, members: int) -> int:
        """A new position, as a set."""
        self.members.append(members)
        self.follow.append(0)
        return 1 << (len(self.members) - 1)

    def after(self, positions: int) -> int:
        """What may come after a set of positions."""
        after, follow = 0, self.follow
        while positions:
            low = positions & -positions
            after |= follow[low.bit_length() - 1]
            positions ^= low
        return after

    def _link(self, last: int, first: int) -> None:
        for position in bits(last):
            self.follow[position] |= first

    # Each of these answers: (positions a match may begin with, those it may end with, whether it may be empty).

    def _sequence(self, tree: Iterable[tuple[Any, Any]], flags: int) -> tuple[int, int, bool]:
        first, last, nullable = 0, 0, True
        for code, argument in tree:
            begins, ends, empty = self._item(code, argument, flags)
            self._link(last, begins)
            first |= begins if nullable else 0
            last = ends | (last if empty else 0)
            nullable = nullable and empty
        return first, last, nullable

    def _item(self, code: Any, argument: Any, flags: int) -> tuple[int, int, bool]:  # noqa: ANN401  (no types)
        members = _members(code, argument, flags)
        if members is not None:
            bit = self.add_byte(members)
            return bit, bit, False
        if code is codes.SUBPATTERN:
            group, added, removed, tree = argument
            flags = (flags | added) & ~removed
            self._groups[group] = tree, flags
            return self._sequence(tree, flags)
        if code is codes.BRANCH:
            return self._branches(argument[1], flags)
        if code in (codes.MAX_REPEAT, codes.MIN_REPEAT):
            return self._repeat(argument, flags)
        self.exact = False
        if code is codes.POSSESSIVE_REPEAT:
            return self._repeat(argument, flags)
        if code is codes.ATOMIC_GROUP:
            return self._sequence(argument, flags)
        if code is codes.GROUPREF and argument in self._groups and not flags & _IGNORECASE:
            return self._sequence(*self._groups[argument])
        if code is codes.AT or code in _LOOKS:
            return 0, 0, True
        return self.OPEN, 0, False

    def _branches(self, branches: Iterable[Any], flags: int) -> tuple[int, int, bool]:
        first, last, nullable = 0, 0, False
        for branch in branches:
            begins, ends, empty = self._sequence(branch, flags)
            first, last, nullable = first | begins, last | ends, nullable or empty
        return first, last, nullable

    def _repeat(self, argument: tuple[int, Any, Any], flags: int) -> tuple[int, int, bool]:
        least, most, tree = argument
        first, last, before, nullable = 0, 0, 0, least == 0
        unbounded = most is codes.MAXREPEAT
        members = _members(tree[0][0], tree[0][1], flags) if len(tree) == 1 else None
        for number in range(1, 1 + (max(least, 1) if unbounded else most)):
            if len(self.members) > _MAX_POSITIONS:
                begins, ends, empty = self.OPEN, 0, False
            elif members is not None:
                begins = ends = self.add_byte(members)
                empty = False
            else:
                begins, ends, empty = self._sequence(tree, flags)
            # Copies that match nothing may be thought last, so that each follows the one before it alone.
            self._link(before, begins)
            first = first or begins
            nullable = nullable or empty
            last = last | ends if number >= least or empty else 0
            before = ends
            if begins == self.OPEN:
                break
        if unbounded:
            self._link(before, begins)
        return first, last, nullable


def bits(mask: int) -> Iterator[int]:
    """The numbers of the bits that are set."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def _members(code: Any, argument: Any, flags: int) -> int | None:  # noqa: ANN401  (the parser's tree has no types)
    """The bytes that a node for one byte matches, None for any other node."""
    if flags & _LOCALE:
        return None
    if code is codes.ANY:
        return ALL_BYTES if flags & _DOTALL else ALL_BYTES ^ _mask(b"\n")
    if code in (codes.LITERAL, codes.NOT_LITERAL):
        members = _folded(1 << argument, flags)
        return ALL_BYTES ^ members if code is codes.NOT_LITERAL else members
    if code is not codes.IN:
        return None
    members, negate = 0, False
    for kind, value in argument:
        if kind is codes.LITERAL:
            members |= 1 << value
        elif kind is codes.RANGE:
            members |= (2 << value[1]) - (1 << value[0])
        elif kind is codes.CATEGORY:
            members |= _CATEGORIES[value]
        else:
            negate = True
    members = _folded(members, flags)
    return ALL_BYTES ^ members if negate else members


def _folded(members: int, flags: int) -> int:
    """With the other case of each ASCII letter, if case is ignored."""
    if flags & _IGNORECASE:
        members |= (members & _CAPITALS) << 32
        members |= (members >> 32) & _CAPITALS
    return members


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
