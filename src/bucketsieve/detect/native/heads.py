"""Filters and slots for the heads of what may begin where a word does: of context words, and of hooks. And of names.

A head is the first four bytes, bit 5 of each set; or three, if that is all of a word.
"""

import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bucketsieve.detect.native.hooks import HEAD
from bucketsieve.detect.native.names import Name
from bucketsieve.detect.native.words import WordTree

#: `Slot` in `src/native/plan.h`: depths that stand for none, and the bits of the filters' rows.
_NO_SLOT, _NO_WAY = 5, 6
_HEAD_BITS, _SHORT_BITS, _NAME_BITS = 11, 10, 8


def filters(tree: WordTree, hooks: Iterable[Iterable[bytes]]) -> list[bytes]:
    """Rows for heads of four bytes, and for those of three: of words, and of ``hooks``."""
    heads = {head for head, *_ in tree.heads()}.union(*hooks)
    return [
        _rows(_HEAD_BITS, (head for head in heads if len(head) == HEAD)),
        _rows(_SHORT_BITS, (head for head in heads if len(head) < HEAD)),
    ]


def name_filter(names: Iterable[Name]) -> bytes:
    """Rows for the ends of names."""
    return _rows(_NAME_BITS, {ending for name in names for ending in name.endings})


def _rows(row_bits: int, heads: Iterable[bytes]) -> bytes:
    rows = [0] * (1 << row_bits)
    for hashed in map(_hash, map(_number, heads)):
        rows[hashed >> (32 - row_bits)] |= 1 << (hashed >> (27 - row_bits)) % 32 | 1 << (hashed >> (22 - row_bits)) % 32
    return struct.pack(f"<{len(rows)}I", *rows)


@dataclass(slots=True)
class _Lead:
    """Where the words and the hooks with one head are."""

    node: int = 0
    depth: int = _NO_WAY
    next: int = 0
    hooks: list[tuple[int, int]] = field(default_factory=list)  # (form, what may follow)


def slots(tree: WordTree, hooks: Mapping[int, Mapping[bytes, int]]) -> tuple[list[int], int, list[tuple[int, int]]]:
    """(slots by the hashes of their heads; the bits of their number; (form, what may follow the head) of each hook).

    ``hooks`` has what may follow each head, by form.
    """
    leads: dict[int, _Lead] = {}
    for head, node, depth, following in tree.heads():
        lead = leads.setdefault(_number(head), _Lead())
        if depth < lead.depth:  # a way that is shorter leads to all words with the head
            lead.node, lead.depth = node, depth
        lead.next |= sum({1 << byte % 32 for byte in following}) if following else 0xFFFFFFFF
    for form, heads in hooks.items():
        for head, after in heads.items():
            leads.setdefault(_number(head), _Lead()).hooks.append((form, after))
    bits = max(1, (2 * len(leads)).bit_length())
    filled = [(0, 0, _NO_SLOT, 0, 0, 0)] * (1 << bits)
    rows: list[tuple[int, int]] = []
    for number, lead in leads.items():
        place = _hash(number) >> (32 - bits)
        while filled[place][2] != _NO_SLOT:
            place = (place + 1) % len(filled)
        filled[place] = (number, lead.node, lead.depth, lead.next, len(rows), len(lead.hooks))
        rows += lead.hooks
    return [number for slot in filled for number in slot], bits, rows


def _number(head: bytes) -> int:
    return int.from_bytes(bytes(byte | 0x20 for byte in head), "little")


def _hash(head: int) -> int:
    return head * 0x9E3779B1 & 0xFFFFFFFF
