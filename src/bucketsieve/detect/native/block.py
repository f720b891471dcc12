"""The block of bytes that a plan is: pieces and tables of automata, equal ones once."""

import struct
import sys
from array import array
from collections.abc import Iterable
from typing import Final

from bucketsieve.detect.native.automaton import DEAD, LARGEST, NO, START, UNDECIDED, Automaton
from bucketsieve.detect.native.layout import HEADER
from bucketsieve.detect.native.readers import Reader

#: A reader's states are named by where their rows begin, in fours of numbers.
_FOURS: Final = 4
#: Numbers that a state tells.
_TOLD: Final = 3
#: A reader's column is a byte.
_LAST_COLUMN: Final = 255


class Block:
    """Bytes that grow, from room for a header or from ``data`` on; equal pieces are put once."""

    def __init__(self, data: bytes = bytes(HEADER.size)) -> None:
        self.data = bytearray(data)
        self._places: dict[bytes, int] = {}

    def put(self, piece: bytes) -> int:
        """The offset of ``piece``, aligned."""
        place = self._places.get(piece)
        if place is None:
            self.data += bytes(-len(self.data) % 4)
            place = self._places[piece] = len(self.data)
            self.data += piece
        return place

    def numbers(self, numbers: Iterable[int]) -> int:
        """The offset of 32-bit numbers."""
        values = list(numbers)
        return self.put(struct.pack(f"<{len(values)}I", *values))


class Automata:
    """The automata of a block by number, equal ones once. ``rows`` has those that are there already."""

    def __init__(self, block: Block, rows: Iterable[tuple[int, ...]] = ()) -> None:
        self._block = block
        self._numbers = {row: number for number, row in enumerate(rows)}

    def number(self, each: Automaton) -> int:
        """The states go from those that do not accept to those that are undecided, by the places of their rows."""
        width, states = each.width, len(each.accepting)
        order = sorted(range(states), key=each.accepting.__getitem__)
        places = [0] * states
        for place, state in enumerate(order):
            places[state] = place * width
        table = array("H")
        for state in order:
            table.extend([places[after] for after in each.table[state * width : (state + 1) * width]])
        if sys.byteorder == "big":
            table.byteswap()
        row = (
            self._block.put(each.classes),
            self._block.put(table.tobytes()),
            width,
            states,
            places[START],
            each.accepting.count(NO) * width,
            (states - each.accepting.count(UNDECIDED)) * width,
        )
        return self._numbers.setdefault(row, len(self._numbers))

    def rows(self) -> list[tuple[int, ...]]:
        """By number: where classes and table are, how wide, how many states, the first, where accepting ones begin."""
        return list(self._numbers)


class Readers:
    """The readers of a block by number, equal ones once. ``rows`` has those that are there already."""

    def __init__(self, block: Block, rows: Iterable[tuple[int, ...]] = ()) -> None:
        self._block = block
        self._numbers = {row: number for number, row in enumerate(rows)}

    def number(self, each: Reader) -> int:
        """The dead state stands between those that tell nothing and the others. Raises ValueError for too many."""
        count = len(each.rows)
        order = sorted(range(count), key=lambda state: (each.told[state] is not None, state == DEAD))
        wide = -(-(max(each.kinds) + 1) // _FOURS)
        if count * wide > LARGEST or max(each.kinds) > _LAST_COLUMN:
            raise ValueError("the expression takes too many states")
        places = [0] * count
        for place, state in enumerate(order):
            places[state] = place * wide
        telling = places[DEAD]
        table = array("H")
        told = [0] * _TOLD * (count * wide - telling)
        for state in order:
            table.extend([places[after] for after in each.rows[state]])
            table.extend([0] * (-len(table) % (wide * _FOURS)))
            said = each.told[state]
            if said is not None:
                at = _TOLD * (places[state] - telling)
                told[at : at + _TOLD] = said
        if sys.byteorder == "big":
            table.byteswap()
        row = (
            self._block.put(bytes(each.kinds[:256])),
            self._block.put(table.tobytes()),
            wide * _FOURS,
            count,
            places[each.start],
            telling,
            each.kinds[256],
            self._block.numbers(told),
            each.rulings,
        )
        return self._numbers.setdefault(row, len(self._numbers))

    def rows(self) -> list[tuple[int, ...]]:
        """By number, as `Reader` in `src/native/plan.h`."""
        return list(self._numbers)
