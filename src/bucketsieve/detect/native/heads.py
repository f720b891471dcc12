"""Filters and slots for the heads of what may begin where a word does: of context words, and of hooks. And of names.

A head is the first four bytes, bit 5 of each set; or three, if that is all of a word.
"""

import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from bucketsieve.detect.native.hooks import Behind
from bucketsieve.detect.native.names import Name
from bucketsieve.detect.native.words import WordTree

#: `Slot` in `src/native/plan.h`: depths that stand for none, and the bits of the filters' rows.
_NO_SLOT, _NO_WAY = 5, 6
_HEAD_BITS, _WAY_BITS, _SHORT_BITS = 15, 13, 11
_THREE, _FOUR = 3, 4
_ANY: Final = 0xFFFFFFFF


@dataclass(slots=True)
class Lead:
    """Where the words with one head are, a bit for the last five of each byte that may follow it, and the hooks."""

    node: int = 0
    depth: int = _NO_WAY
    next: int = 0
    hooks: list[tuple[int, Behind]] = field(default_factory=list)  # (form, what may stand behind)


def leads(tree: WordTree, hooks: Mapping[int, Mapping[bytes, Behind]]) -> dict[int, Lead]:
    """What begins with each head, as a number of which the head's first byte is the lowest.

    ``hooks`` has what may stand behind each head, by form.
    """
    found: dict[int, Lead] = {}
    for head, node, depth, following in tree.heads():
        lead = found.setdefault(_number(head), Lead())
        if depth < lead.depth:  # a way that is shorter leads to all words with the head
            lead.node, lead.depth = node, depth
        lead.next |= sum({1 << byte % 32 for byte in following}) if following else _ANY
    for form, heads in hooks.items():
        for head, behind in heads.items():
            found.setdefault(_number(head), Lead()).hooks.append((form, behind))
    return found


def head_filter(heads: Iterable[int]) -> bytes:
    """Rows for heads."""
    return _by_four(heads)


def way_filter(found: Mapping[int, Lead]) -> bytes:
    """Rows for heads of four bytes, with a bit for each byte that may follow."""
    rows = [0] * (1 << _WAY_BITS)
    for head, lead in found.items():
        for after in (lead.next, *(behind.next for _, behind in lead.hooks)):
            rows[_hash(head) >> (32 - _WAY_BITS)] |= 0 if _is_short(head) else after
    return _packed(rows)


def short_filter(heads: Iterable[int]) -> bytes:
    """Rows for the heads of short words, with a bit for each."""
    rows = [0] * (1 << _SHORT_BITS)
    for hashed in (_hash(head << 8) for head in heads if _is_short(head)):
        rows[hashed >> (32 - _SHORT_BITS)] |= 1 << (hashed >> (27 - _SHORT_BITS)) % 32
    return _packed(rows)


def name_filter(names: Iterable[Name]) -> bytes:
    """Rows for the ends of names."""
    return _by_four(_number(ending) for name in names for ending in name.endings)


def slots(found: Mapping[int, Lead]) -> tuple[list[int], int, list[tuple[int, Behind]]]:
    """(slots by the hashes of their heads; the bits of their number; (form, what may stand behind) of each hook)."""
    bits = max(1, (2 * len(found)).bit_length())
    filled = [(0, 0, _NO_SLOT, 0, 0, 0)] * (1 << bits)
    rows: list[tuple[int, Behind]] = []
    for number, lead in found.items():
        place = _hash(number) >> (32 - bits)
        while filled[place][2] != _NO_SLOT:
            place = (place + 1) % len(filled)
        filled[place] = (number, lead.node, lead.depth, lead.next, len(rows), len(lead.hooks))
        rows += lead.hooks
    return [number for slot in filled for number in slot], bits, rows


def _by_four(heads: Iterable[int]) -> bytes:
    """Rows for heads by all but their first bytes, with a bit for the first; all of the rows that a head without a
    fourth byte may go on to."""
    rows = [0] * (1 << _HEAD_BITS)
    for head in heads:
        row = sum((head >> 8 * place) % 32 << 5 * (place - 1) for place in range(1, _FOUR))
        for fourth in range(32) if _is_short(head) else (0,):
            rows[row | fourth << 10] |= 1 << head % 32
    return _packed(rows)


def _packed(rows: list[int]) -> bytes:
    return struct.pack(f"<{len(rows)}I", *rows)


def _is_short(head: int) -> bool:
    return head < 1 << 8 * _THREE


def _number(head: bytes) -> int:
    return int.from_bytes(bytes(byte | 0x20 for byte in head), "little")


def _hash(head: int) -> int:
    return head * 0x9E3779B1 & 0xFFFFFFFF
