"""What opens a match in front of its value: an automaton that is dead behind the value's first byte, not before.

Where the end of such a match is known, so is the value, without trying what Python tries.
"""

from collections.abc import Sequence
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any, NamedTuple

from bucketsieve.detect.native.automaton import Automaton, determined
from bucketsieve.detect.native.positions import Positions, bits

#: States of what opens a match, at most: a few hundred for the names of passwords.
_MOST_STATES = 2_000


class Opening(NamedTuple):
    """``automaton`` reads what is in front of the value, and ``behind`` bytes of the match follow that."""

    automaton: Automaton
    behind: int


def opening(pattern: str, group: str | int) -> Opening | None:
    """What opens the matches of an expression of which ``group`` is the value, None if several parts of one might.
    Raises re.error.
    """
    tree = parser.parse(pattern.encode())
    flags, number = tree.state.flags, tree.state.groupdict.get(group)
    parts = _around(list(tree), number) if number is not None else None
    if parts is None:
        return None
    front, (_, added, removed, nodes), rest = parts
    least, most = parser.SubPattern(tree.state, rest).getwidth()
    value = Positions.of_tree(nodes, (flags | added) & ~removed)
    begins = front and determined(Positions.of_tree(front, flags), _MOST_STATES)
    if not begins or least != most or value.start & (Positions.OPEN | Positions.END):
        return None
    return Opening(begins, least) if _dies(begins, value) else None


def _around(nodes: Sequence[tuple[Any, Any]], number: int) -> tuple[list[Any], Any, list[Any]] | None:
    """(the nodes in front of a group, what it is, those behind it); None, if it is a part of anything but groups."""
    for place, (code, argument) in enumerate(nodes):
        if code is not codes.SUBPATTERN:
            continue
        front, rest = list(nodes[:place]), list(nodes[place + 1 :])
        group, added, removed, within = argument
        if group == number:
            return front, argument, rest
        found = _around(list(within), number) if group is None and not added and not removed else None
        if found is not None:
            return [*front, *found[0]], found[1], [*found[2], *rest]
    return None


def _dies(begins: Automaton, value: Positions) -> bool:
    """Whether behind all that may stand in front of the value its first byte leads nowhere else."""
    first = {begins.classes[byte] for position in bits(value.start) for byte in bits(value.members[position])}
    ends = [state for state, accepts in enumerate(begins.accepting) if accepts]
    return not any(begins.table[state * begins.width + each] for state in ends for each in first)
