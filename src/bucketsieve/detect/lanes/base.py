"""The small interface between the engine and what searches a block."""

from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol


class Sought(NamedTuple):
    """One expression of a lane: a pattern of bytes (no look-around, no named groups) and the number its hits carry."""

    number: int
    expression: str


class Lane(Protocol):
    """Finds where its expressions match.

    For every start at which an expression matches, the answer holds at least one end of such a match; more ends, the
    same end again, and any order do no harm. It depends on the searched bytes alone. A lane serves many threads.
    """

    def search(self, data: bytes | memoryview, begin: int, end: int) -> list[tuple[int, int]]:
        """(end of match, number) for the matches inside ``data[begin:end]``; ends count from the start of ``data``."""
        ...


#: Builds a lane for a set of expressions; raises ValueError that names the expression it cannot search for.
LaneFactory = Callable[[Sequence[Sought]], Lane]
