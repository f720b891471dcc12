"""Machines: automata of which each state has a label, and the smallest that tells the same."""

from collections.abc import Hashable, Iterable, Sequence
from operator import itemgetter
from typing import NamedTuple


class Machine[Label: Hashable](NamedTuple):
    """State ``start`` is the first."""

    start: int
    kinds: tuple[int, ...]  # of each byte, its column in the rows
    rows: Sequence[Sequence[int]]
    labels: Sequence[Label]


def smallest[Label: Hashable](machine: Machine[Label]) -> Machine[Label]:
    """The same without states that differ in nothing (Moore's algorithm), and without columns that do.

    The first row stays the first.
    """
    columns = list(zip(*machine.rows, strict=True))
    follow = [itemgetter(*column, 0) for column in columns]
    block = _numbered(machine.labels)
    count = 0
    while count < (count := max(block) + 1):
        block = _numbered(zip(block, *(after(block) for after in follow), strict=False))
    kept = {number: state for state, number in reversed(list(enumerate(block)))}
    states = [kept[number] for number in range(len(kept))]
    different: dict[tuple[int, ...], int] = {}
    place = [
        different.setdefault(tuple(block[column[state]] for state in states), len(different)) for column in columns
    ]
    return Machine(
        block[machine.start],
        tuple(place[kind] for kind in machine.kinds),
        list(zip(*different, strict=True)),
        [machine.labels[state] for state in states],
    )


def _numbered(keys: Iterable[Hashable]) -> list[int]:
    numbers: dict[Hashable, int] = {}
    return [numbers.setdefault(key, len(numbers)) for key in keys]
