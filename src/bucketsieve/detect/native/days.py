"""Days of the year in numbers, as regular expressions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

#: The months by how many days they have, February in its shorter years.
_MONTHS: Final = ((31, (1, 3, 5, 7, 8, 10, 12)), (30, (4, 6, 9, 11)), (28, (2,)))


@dataclass(frozen=True)
class Born:
    """Behind so many characters stand month and day of a birth, or the other way round (``dm``), of two digits each.

    To tell sex or century, some add to the month, and some to the day.
    """

    before: int
    order: str = "md"
    months: tuple[int, ...] = (0,)
    days: tuple[int, ...] = (0,)
    behind: int | None = None  # characters, where that matters

    @property
    def possible(self) -> str:
        """Matches the number if there is such a day in some year."""
        return self._around([*self._usual(), *self._leap()])

    @property
    def leap(self) -> str:
        """Matches it if the day is one that few years have."""
        return self._around(self._leap())

    def _usual(self) -> Sequence[str]:
        return [self._pair(months, range(1, last + 1)) for last, months in _MONTHS]

    def _leap(self) -> Sequence[str]:
        return [self._pair((2,), (29,))]

    def _pair(self, months: Iterable[int], days: Iterable[int]) -> str:
        month, day = _one_of(months, self.months), _one_of(days, self.days)
        return month + day if self.order == "md" else day + month

    def _around(self, pairs: Sequence[str]) -> str:
        behind = "*" if self.behind is None else f"{{{self.behind}}}"
        return rf"[0-9A-Z]{{{self.before}}}(?:{'|'.join(pairs)})[0-9A-Z]{behind}"


def _one_of(numbers: Iterable[int], added: Iterable[int]) -> str:
    numbers = list(numbers)
    return f"(?:{'|'.join(f'{number + more:02}' for more in added for number in numbers)})"
