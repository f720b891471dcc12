"""The small interface between the engine and what searches a block."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Sought:
    """One expression of a lane: a pattern of bytes (no look-around, no named groups) and the number its hits carry."""

    number: int
    expression: str


class Lane(Protocol):
    """Finds every place where one of its expressions ends.

    The answer depends on ``data`` alone. It may hold an end more than once, and more ends than one of the same match.
    One lane serves many threads at once.
    """

    def search(self, data: bytes, begin: int, end: int) -> list[tuple[int, int]]:
        """(number, end of match) for all matches inside ``data[begin:end]``; ends count from the start of ``data``."""
        ...


#: Builds a lane for a set of expressions; raises ValueError that names the expression it cannot search for.
LaneFactory = Callable[[Sequence[Sought]], Lane]
