"""The block of bytes that a plan is: pieces and tables of automata, equal ones once."""

import struct
import sys
from array import array
from collections.abc import Iterable

from bucketsieve.detect.native.automaton import NO, START, UNDECIDED, Automaton
from bucketsieve.detect.native.layout import HEADER


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
