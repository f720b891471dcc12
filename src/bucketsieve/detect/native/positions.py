"""The positions of a regular expression over bytes: which bytes it is made of, and which may follow which.

Derived from Python's own parse of the expression.
"""

import re
from collections.abc import Iterable, Iterator
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

#: Texts of a group, at most, that a back reference is written out for.
_MAX_CHOICES = 8
#: Bytes of an expression, counted repeats written out, beyond which it stays undecided.
_MAX_POSITIONS = 10_000
LOOKS = (codes.ASSERT, codes.ASSERT_NOT)

ALL_BYTES = (1 << 256) - 1


def _mask(members: Iterable[int]) -> int:
    return sum(1 << member for member in set(members))


#: The parser's flags are of an enumeration, which is slow to ask.
_IGNORECASE, _LOCALE, _DOTALL, _UNICODE = int(re.IGNORECASE), int(re.LOCALE), int(re.DOTALL), int(re.UNICODE)
#: Stands for all letters beyond ASCII in expressions that know of them; no UTF-8 has this byte.
LETTER = 0xFF
_CAPITALS = _mask(range(ord("A"), ord("Z") + 1))
_DIGIT = _mask(range(ord("0"), ord("9") + 1))
_SPACE = _mask(b" \t\n\r\f\v")
WORD = _DIGIT | _CAPITALS | _CAPITALS << 32 | _mask(b"_")
_CATEGORIES = {
    codes.CATEGORY_DIGIT: _DIGIT,
    codes.CATEGORY_SPACE: _SPACE,
    codes.CATEGORY_WORD: WORD,
    codes.CATEGORY_NOT_DIGIT: ALL_BYTES ^ _DIGIT,
    codes.CATEGORY_NOT_SPACE: ALL_BYTES ^ _SPACE,
    codes.CATEGORY_NOT_WORD: ALL_BYTES ^ WORD,
}
_CATEGORIES_OF_TEXT = {
    **_CATEGORIES,
    codes.CATEGORY_WORD: WORD | 1 << LETTER,
    codes.CATEGORY_NOT_WORD: ALL_BYTES ^ WORD ^ 1 << LETTER,
}


class Positions:
    """Glushkov's automaton: each byte of the expression is a position, counted repeats written out.

    Sets of positions are integers, one bit a position. Two bits are none: END, the match may end, and OPEN, nothing is
    known from here on. ``exact`` is false if it matches more than the expression.

    ``counted``: what may repeat more often than that may do so without end.
    """

    END, OPEN = 1, 2

    def __init__(self, *, counted: int | None = None) -> None:
        self.start = 0
        self._counted = counted
        self.members = [0, 0]  # the bytes that each position matches, one bit a byte
        self.follow = [0, 0]  # what may come after each position
        self.exact = True
        self._groups: dict[int, tuple[Any, int]] = {}
        self._chosen: dict[int, bytes] = {}  # what a group that is referred to has matched

    def __repr__(self) -> str:
        return f"Positions({len(self.members) - 2})"

    @classmethod
    def of(cls, pattern: str, *, letters: bool = False) -> "Positions":
        """The positions of an expression over bytes; with ``letters``, to which `LETTER` is one. Raises re.error."""
        tree = parser.parse(pattern.encode())
        return cls.of_tree(tree, tree.state.flags | (_UNICODE if letters else 0))

    @classmethod
    def of_tree(cls, tree: Iterable[tuple[Any, Any]], flags: int, *, counted: int | None = None) -> "Positions":
        """The positions of what the parser made of an expression."""
        positions = cls(counted=counted)
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
        items = list(tree)
        for place, (code, argument) in enumerate(items):
            if code is codes.SUBPATTERN and argument[0] is not None and not flags & _IGNORECASE:
                group, _, _, tree_of_group = argument
                referred = group not in self._chosen and _refers_to(items[place + 1 :], group)
                texts = _texts(tree_of_group, flags) if referred else []
                if texts:
                    return self._chosen_sequences(items, flags, group, texts)
        return self._joined(items, flags)

    def _chosen_sequences(
        self, items: list[tuple[Any, Any]], flags: int, group: int, texts: Iterable[bytes]
    ) -> tuple[int, int, bool]:
        """One for each text that the group may match."""
        first, last, nullable = 0, 0, False
        for text in texts:
            self._chosen[group] = text
            begins, ends, empty = self._sequence(items, flags)
            first, last, nullable = first | begins, last | ends, nullable or empty
        del self._chosen[group]
        return first, last, nullable

    def _joined(self, items: Iterable[tuple[Any, Any]], flags: int) -> tuple[int, int, bool]:
        first, last, nullable = 0, 0, True
        for code, argument in items:
            begins, ends, empty = self._item(code, argument, flags)
            self._link(last, begins)
            first |= begins if nullable else 0
            last = ends | (last if empty else 0)
            nullable = nullable and empty
        return first, last, nullable

    def _item(self, code: Any, argument: Any, flags: int) -> tuple[int, int, bool]:  # noqa: ANN401  (no types)
        members = members_of(code, argument, flags)
        if members is not None:
            bit = self.add_byte(members)
            return bit, bit, False
        chosen = argument if code is codes.GROUPREF else argument[0] if code is codes.SUBPATTERN else None
        if chosen in self._chosen:
            return self._joined([(codes.LITERAL, byte) for byte in self._chosen[chosen]], flags)
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
        if code is codes.AT or code in LOOKS:
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
        if self._counted is not None and not unbounded and most > self._counted:
            unbounded, self.exact = True, False
        members = members_of(tree[0][0], tree[0][1], flags) if len(tree) == 1 else None
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


def _refers_to(tree: Any, group: int) -> bool:  # noqa: ANN401  (the parser's tree has no types)
    """Whether a back reference to the group stands in a tree, or in a part of one."""
    if not isinstance(tree, list | tuple | parser.SubPattern):
        return False
    items = list(tree)
    return items == [codes.GROUPREF, group] or any(_refers_to(each, group) for each in items)


def _texts(tree: Any, flags: int) -> list[bytes]:  # noqa: ANN401
    """All texts that a tree of one byte, which may be left out, matches; none if it is another one or has many."""
    if len(tree) != 1:
        return []
    ((code, argument),) = tree
    optional = code in (codes.MAX_REPEAT, codes.MIN_REPEAT) and argument[:2] == (0, 1) and len(argument[2]) == 1
    code, argument = argument[2][0] if optional else (code, argument)
    members = members_of(code, argument, flags)
    if members is None or members.bit_count() >= _MAX_CHOICES:
        return []
    return [*([b""] if optional else []), *(bytes([byte]) for byte in bits(members))]


def bits(mask: int) -> Iterator[int]:
    """The numbers of the bits that are set."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def members_of(code: Any, argument: Any, flags: int) -> int | None:  # noqa: ANN401  (the parser's tree has no types)
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
            members |= (_CATEGORIES_OF_TEXT if flags & _UNICODE else _CATEGORIES)[value]
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
