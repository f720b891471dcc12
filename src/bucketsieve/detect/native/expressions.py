"""Expressions as programs that try what Python tries, in its order: for which end a match takes, and what is its value.

An automaton tells that a form matches, and all ends that a match may have. `src/native/expressions.h` has what the
instructions do.
"""

from collections.abc import Iterable, Sequence
from enum import IntEnum
from functools import reduce
from operator import or_
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any, Final

from bucketsieve.detect.native.block import Block
from bucketsieve.detect.native.positions import ALL_BYTES, LOOKS, WORD, Positions, bits, members_of

#: In place of where a program is and how long.
NO_PROGRAM: Final = (0, 0)
_MOST: Final = 4_000
_MOST_MARKS: Final = 8
_MARKS_OF_VALUE: Final = 2
_FOREVER: Final = 0xFFFFFFFF


class _Code(IntEnum):
    READ = 0
    REPEAT = 1
    EITHER = 2
    GO = 3
    MARK = 4
    AGAIN = 5
    LOOK = 6
    BESIDE = 7
    BORDER = 8
    FINISH = 9


class _UnknownError(ValueError):
    """Only Python can tell what this part of an expression matches."""


def put_program(block: Block, pattern: str, group: str | int) -> tuple[int, int]:
    """(where the program of an expression is in the block, its instructions), of which ``group`` is the value."""
    tree = parser.parse(pattern.encode())
    program = _Program(block, tree.state.groupdict.get(group, 0))
    try:
        program.sequence(tree, tree.state.flags)
    except _UnknownError:
        return NO_PROGRAM
    program.add(_Code.FINISH)
    return block.numbers(number for row in program.rows for number in row), len(program.rows)


class _Program:
    """Instructions, as they are written."""

    def __init__(self, block: Block, group: int) -> None:
        self.rows: list[list[int]] = []
        self._block = block
        self._all = self._set(ALL_BYTES)
        #: By group, the number of its first mark. Those of the value are always the first.
        self._marks = {group: 0}
        self._within_look = False

    def __repr__(self) -> str:
        return f"_Program({len(self.rows)} instructions)"

    def add(self, code: _Code, members: int | None = None, least: int = 0, most: int = 0) -> list[int]:
        """One more instruction, of which the last number may be written later."""
        if len(self.rows) == _MOST:
            raise _UnknownError
        self.rows.append([code, self._all if members is None else self._set(members), least, most, 0])
        return self.rows[-1]

    def sequence(self, tree: Iterable[tuple[Any, Any]], flags: int) -> None:
        """Write what a part of the parser's tree says."""
        for code, argument in tree:
            members = members_of(code, argument, flags)
            if members is not None:
                self.add(_Code.READ, members)
            elif code is codes.SUBPATTERN:
                self._group(argument, flags)
            elif code is codes.BRANCH:
                self._branches(argument[1], flags)
            elif code is codes.MAX_REPEAT:
                self._repeat(argument, flags)
            elif code is codes.MIN_REPEAT:
                self._repeat_seldom(argument, flags)
            elif code in LOOKS:
                self._look(argument, flags, wanted=code is codes.ASSERT)
            elif code is codes.AT and argument is codes.AT_BOUNDARY:
                self.add(_Code.BORDER, WORD)
            elif code is codes.GROUPREF and argument in self._marks and not flags & parser.SRE_FLAG_IGNORECASE:
                self.add(_Code.AGAIN, least=self._marks[argument])
            else:
                raise _UnknownError

    def _group(self, argument: tuple[int | None, int, int, Any], flags: int) -> None:
        group, added, removed, tree = argument
        flags = (flags | added) & ~removed
        if group is None:
            self.sequence(tree, flags)
            return
        mark = self._marks.setdefault(group, _MARKS_OF_VALUE * len(self._marks))
        if self._within_look or mark + 1 >= _MOST_MARKS:
            raise _UnknownError
        self.add(_Code.MARK, least=mark)
        self.sequence(tree, flags)
        self.add(_Code.MARK, least=mark + 1)

    def _branches(self, branches: Sequence[Any], flags: int) -> None:
        *others, last = branches
        if self.rows and self.rows[-1][0] == _Code.REPEAT:
            self._leave_out(branches, flags)
        done = []
        for branch in others:
            either = self._either(_first(branch, flags))
            self.sequence(branch, flags)
            done.append(self.add(_Code.GO))
            either[-1] = len(self.rows)
        self.sequence(last, flags)
        for each in done:
            each[-1] = len(self.rows)

    def _leave_out(self, branches: Sequence[Any], flags: int) -> None:
        """Of the places that a repetition may go back to, leave out those where no branch begins."""
        firsts = [_first(branch, flags) for branch in branches]
        known = [first for first in firsts if first is not None]
        if len(known) == len(firsts):
            self.add(_Code.BESIDE, reduce(or_, known))

    def _repeat(self, argument: tuple[int, Any, Any], flags: int) -> None:
        least, most, tree = argument
        endless = most is codes.MAXREPEAT
        members = members_of(tree[0][0], tree[0][1], flags) if len(tree) == 1 else None
        if members is not None:
            self.add(_Code.REPEAT, members, least, _FOREVER if endless else most)
            return
        # Python ends what repeats if it takes no byte, in a way of its own.
        if tree.getwidth()[0] == 0 and most != 1:
            raise _UnknownError
        for _ in range(least):
            self.sequence(tree, flags)
        start, first, enough = len(self.rows), _first(tree, flags), []
        for _ in range(1 if endless else most - least):
            enough.append(self._either(first))
            self.sequence(tree, flags)
        if endless:
            self.add(_Code.GO)[-1] = start
        for each in enough:
            each[-1] = len(self.rows)

    def _repeat_seldom(self, argument: tuple[int, Any, Any], flags: int) -> None:
        """No more often than what follows wants."""
        least, most, tree = argument
        if most is codes.MAXREPEAT or tree.getwidth()[0] == 0:
            raise _UnknownError
        for _ in range(least):
            self.sequence(tree, flags)
        enough = []
        for _ in range(most - least):
            either = self._either(None)
            enough.append(self.add(_Code.GO))
            either[-1] = len(self.rows)
            self.sequence(tree, flags)
        for each in enough:
            each[-1] = len(self.rows)

    def _either(self, first: int | None) -> list[int]:
        return self.add(_Code.EITHER, first, least=int(first is None))

    def _look(self, argument: tuple[int, Any], flags: int, *, wanted: bool) -> None:
        direction, tree = argument
        least, most = tree.getwidth()
        members = members_of(tree[0][0], tree[0][1], flags) if len(tree) == 1 else None
        if members is not None:
            # What may not stand there leaves all other bytes, and the edge of the text.
            self.add(_Code.BESIDE, members if wanted else ALL_BYTES ^ members, int(direction < 0), int(not wanted))
            return
        if direction < 0 and least != most:
            raise _UnknownError
        look = self.add(_Code.LOOK, least=least if direction < 0 else 0, most=int(wanted))
        within, self._within_look = self._within_look, True
        self.sequence(tree, flags)
        self._within_look = within
        self.add(_Code.FINISH)
        look[-1] = len(self.rows)

    def _set(self, members: int) -> int:
        flags = bytearray(256)
        for byte in bits(members):
            flags[byte] = 1
        return self._block.put(bytes(flags))


def _first(tree: Iterable[tuple[Any, Any]], flags: int) -> int | None:
    """The bytes that what a tree matches may begin with; None, if it may match nothing."""
    positions = Positions.of_tree(tree, flags)
    if positions.start & (Positions.END | Positions.OPEN):
        return None
    first = 0
    for position in bits(positions.start):
        first |= positions.members[position]
    return first
