"""Days of the year in numbers, as regular expressions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
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


def this_year() -> int:
    """Now. What is said of the years before holds for good."""
    return date.today().year  # noqa: DTZ011


def years(first: int, last: int) -> str:
    """Matches these years."""
    return f"(?:{'|'.join(map(str, range(first, last + 1)))})"


def coming(last: int) -> str:
    """Matches the years of two digits from this one to the last."""
    return f"(?:{'|'.join(f'{year:02}' for year in range(this_year() % 100, last + 1))})"


#: Between the parts of a date.
_GAP: Final = r"[\-/. ]"
#: Years of two digits that may be of either century when a few years have gone by, or are not over.
_UNSURE_AHEAD: Final = 5


def birth_dates() -> tuple[str, str]:
    """(dates that are possible, those of which today's date or the year decides), of numbers alone."""
    usual = [(range(1, last + 1), months) for last, months in _MONTHS]
    day = _written(usual, _GAP)
    leap = _written([((29,), (2,))], _GAP)
    compact = f"(?:{'|'.join(_one_of(months, (0,)) + _one_of(days, (0,)) for days, months in usual)})"
    short = sorted({year % 100 for year in range(this_year(), this_year() + _UNSURE_AHEAD)})
    coming = f"(?:{years(this_year(), 2099)}|{_one_of(short, (0,))})"
    after, before = rf"(?:{day[1]}|{leap[1]}|{day[0]}|{leap[0]})", rf"(?:{day[0]}|{leap[0]})"
    possible = rf"\d{{4}}{_GAP}{before}|{after}{_GAP}(?:\d{{4}}|\d\d)|\d{{4}}(?:{compact}|0229)"
    unsure = (
        rf"\d{{4}}{_GAP}{leap[0]}|(?:{leap[0]}|{leap[1]}){_GAP}\d+|\d{{4}}0229|"
        rf"{coming}{_GAP}.*|.*{_GAP}{coming}|{years(this_year(), 2099)}\d{{4}}"
    )
    return possible, unsure


def _written(dates: Sequence[tuple[Iterable[int], Iterable[int]]], gap: str) -> tuple[str, str]:
    """(month and day, day and month), each with a zero in front or without."""
    pairs = [(_short(months), _short(days)) for days, months in dates]
    return (
        f"(?:{'|'.join(month + gap + day for month, day in pairs)})",
        f"(?:{'|'.join(day + gap + month for month, day in pairs)})",
    )


def _short(numbers: Iterable[int]) -> str:
    return f"(?:{'|'.join(f'0?{number}' if number < 10 else str(number) for number in numbers)})"
