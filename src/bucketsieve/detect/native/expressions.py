"""Expressions as programs that try what Python tries, in its order: for which end a match takes, and what is its value.

An automaton tells that a form matches, and all ends that a match may have. `src/native/expressions.h` has what the
instructions do.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any, Final, NamedTuple

from bucketsieve.detect.native.block import Block
from bucketsieve.detect.native.positions import ALL_BYTES, LOOKS, WORD, members_of

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


#: Of an `_Code.EITHER`, in the order of their bits: the next instruction, and the other one.
_WAYS: Final = 2
#: The end of the text, where bytes are bits.
_END: Final = 1 << 256


class _UnknownError(ValueError):
    """Only Python can tell what this part of an expression matches."""


@dataclass(slots=True)
class _Instruction:
    """As in `src/native/expressions.h`, but that ``members`` are bytes, a bit each."""

    code: _Code
    members: int
    least: int = 0
    most: int = 0
    other: int = 0


def put_program(block: Block, pattern: str, group: str | int) -> tuple[int, int]:
    """(where the program of an expression is in the block, its instructions), of which ``group`` is the value."""
    tree = parser.parse(pattern.encode())
    program = _Program(tree.state.groupdict.get(group, 0))
    try:
        program.sequence(tree, tree.state.flags)
    except _UnknownError:
        return NO_PROGRAM
    program.add(_Code.FINISH)
    return block.numbers(_numbers(block, program.rows)), len(program.rows)


def _numbers(block: Block, rows: Sequence[_Instruction]) -> Iterator[int]:
    ahead = _ahead(rows)
    for place, each in enumerate(rows):
        table, least, back = _table(each.members), each.least, 0
        if each.code is _Code.EITHER:
            ways = (ahead[place + 1], ahead[each.other])
            table, least = _ways(*ways), sum(1 << way for way, (first, _) in enumerate(ways) if first & _END)
        elif each.code is _Code.REPEAT and each.members & ahead[place + 1].first:
            back = block.put(_ways(ahead[place + 1]))
        yield from (each.code, block.put(table), least, each.most, each.other, back)


def _table(members: int) -> bytes:
    return bytes(members >> byte & 1 for byte in range(256))


class _Ahead(NamedTuple):
    """What the next byte may be, or the end of the text, where the program goes on, and the one behind it; or more."""

    first: int
    second: int

    def __or__(self, other: Any) -> "_Ahead":  # noqa: ANN401  (a tuple's is another one's)
        return _Ahead(self.first | other.first, self.second | other.second)


def _ways(*ways: _Ahead) -> bytes:
    """For each byte a bit for each way that may begin with it, and _WAYS further up for each that may go on with it."""
    bits = [each for way in zip(*ways, strict=True) for each in (*way, *[0] * (_WAYS - len(way)))]
    return bytes(sum((each >> byte & 1) << bit for bit, each in enumerate(bits)) for byte in range(256))


def _ahead(rows: Sequence[_Instruction]) -> list[_Ahead]:
    """By instruction, what may be ahead of it."""
    ahead, changed = [_Ahead(0, 0)] * len(rows), True
    while changed:
        changed = False
        for place in reversed(range(len(rows))):
            found = _ahead_of(rows[place], place, ahead)
            changed = changed or found != ahead[place]
            ahead[place] = found
    return ahead


def _ahead_of(each: _Instruction, place: int, ahead: Sequence[_Ahead]) -> _Ahead:
    match each.code:
        case _Code.READ:
            return _Ahead(each.members, ahead[place + 1].first)
        case _Code.REPEAT:
            follows = (each.members if each.most > 1 else 0) | (ahead[place + 1].first if each.least <= 1 else 0)
            found = _Ahead(each.members, follows)
            return found if each.least else found | ahead[place + 1]
        case _Code.EITHER:
            return ahead[place + 1] | ahead[each.other]
        case _Code.GO | _Code.LOOK:
            return ahead[each.other]
        case _Code.AGAIN | _Code.FINISH:
            return _ANYTHING
        case _Code.BESIDE if not each.least:
            first, second = ahead[place + 1]
            return _Ahead(first & (each.members | (_END if each.most else 0)), second)
        case _:
            return ahead[place + 1]


#: Of what may be followed by whatever there is.
_ANYTHING: Final = _Ahead(ALL_BYTES | _END, ALL_BYTES)


class _Program:
    """Instructions, as they are written."""

    def __init__(self, group: int) -> None:
        self.rows: list[_Instruction] = []
        #: By group, the number of its first mark. Those of the value are always the first.
        self._marks = {group: 0}
        self._within_look = False

    def __repr__(self) -> str:
        return f"_Program({len(self.rows)} instructions)"

    def add(self, code: _Code, members: int = ALL_BYTES, least: int = 0, most: int = 0) -> _Instruction:
        """One more instruction, of which ``other`` may be written later."""
        if len(self.rows) == _MOST:
            raise _UnknownError
        self.rows.append(_Instruction(code, members, least, most))
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
        done = []
        for branch in others:
            either = self.add(_Code.EITHER)
            self.sequence(branch, flags)
            done.append(self.add(_Code.GO))
            either.other = len(self.rows)
        self.sequence(last, flags)
        for each in done:
            each.other = len(self.rows)

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
        start, enough = len(self.rows), []
        for _ in range(1 if endless else most - least):
            enough.append(self.add(_Code.EITHER))
            self.sequence(tree, flags)
        if endless:
            self.add(_Code.GO).other = start
        for each in enough:
            each.other = len(self.rows)

    def _repeat_seldom(self, argument: tuple[int, Any, Any], flags: int) -> None:
        """No more often than what follows wants."""
        least, most, tree = argument
        if most is codes.MAXREPEAT or tree.getwidth()[0] == 0:
            raise _UnknownError
        for _ in range(least):
            self.sequence(tree, flags)
        enough = []
        for _ in range(most - least):
            either = self.add(_Code.EITHER)
            enough.append(self.add(_Code.GO))
            either.other = len(self.rows)
            self.sequence(tree, flags)
        for each in enough:
            each.other = len(self.rows)

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
        look.other = len(self.rows)
