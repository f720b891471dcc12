"""Days of the year in numbers, as regular expressions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from bucketsieve.detect.validators import personal

#: The months by how many days they have, February in its shorter years.
MONTHS: Final = ((31, (1, 3, 5, 7, 8, 10, 12)), (30, (4, 6, 9, 11)), (28, (2,)))


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
        return [self._pair(months, range(1, last + 1)) for last, months in MONTHS]

    def _leap(self) -> Sequence[str]:
        return [self._pair((2,), (29,))]

    def _pair(self, months: Iterable[int], days: Iterable[int]) -> str:
        month, day = one_of(months, self.months), one_of(days, self.days)
        return month + day if self.order == "md" else day + month

    def _around(self, pairs: Sequence[str]) -> str:
        behind = "*" if self.behind is None else f"{{{self.behind}}}"
        return rf"[0-9A-Z]{{{self.before}}}(?:{'|'.join(pairs)})[0-9A-Z]{behind}"


def one_of(numbers: Iterable[int], added: Iterable[int]) -> str:
    """Matches one of the sums of two digits of ``numbers`` and those ``added``."""
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
#: What a plan says of the future holds for so many years.
_UNSURE_AHEAD: Final = 5
_EARLIEST: Final = 1900


def birth_dates() -> tuple[str, str]:
    """(dates that are possible, those of which today's date or the year decides), as `personal` takes them apart."""
    usual = [(range(1, last + 1), months) for last, months in MONTHS]
    day, leap = _written(usual, _GAP), _written([((29,), (2,))], _GAP)
    compact = f"(?:{'|'.join(one_of(months, (0,)) + one_of(days, (0,)) for days, months in usual)})"
    first, last = this_year(), this_year() + _UNSURE_AHEAD
    short = one_of(sorted({year % 100 for year in range(first, last)}), (0,))
    year, leap_year = years(_EARLIEST, last), one_of([year for year in range(1904, last) if year % 4 == 0], (0,))
    # Two digits are taken for a year that has been, and 2000 was a leap year.
    any_year, any_leap = rf"(?:{year}|\d\d)", f"(?:{leap_year}|{one_of(range(0, 100, 4), (0,))})"
    coming = years(first, last)
    named, named_leap = _named(usual), _named([((29,), (2,))])
    possible = "|".join((
        f"{year}{_GAP}{day[0]}|{leap_year}{_GAP}{leap[0]}",
        f"(?:{day[1]}|{day[0]}){_GAP}{any_year}|(?:{leap[1]}|{leap[0]}){_GAP}{any_leap}",
        f"{year}{compact}|{leap_year}0229",
        f"{named}{year}|{named_leap}{leap_year}",
    ))  # fmt: skip
    unsure = rf"{coming}{_GAP}.*|.*{_GAP}{coming}|\d{{1,2}}{_GAP}\d{{1,2}}{_GAP}{short}|{coming}\d{{4}}"
    return possible, unsure


def _named(dates: Sequence[tuple[Iterable[int], Iterable[int]]]) -> str:
    """Days with the names of months, up to the year; `personal` looks at the first letters, and at no short word."""
    texts = []
    for days, months in dates:
        starts = [start for start, month in personal.MONTHS.items() if month in months and start.isascii()]
        name = (
            f"(?:{'|'.join(''.join(f'[{letter}{letter.upper()}]' for letter in start) for start in starts)})[A-Za-z]*"
        )
        day = _short(days)
        texts.append(rf"{day}(?:st|nd|rd|th|er|\.)?[ \-](?:de |of )?{name}\.?,?[ \-](?:de )?")
        texts.append(rf"{name}\.?[ \-]{day}(?:st|nd|rd|th)?,?[ \-]")
    return f"(?:{'|'.join(texts)})"


def _written(dates: Sequence[tuple[Iterable[int], Iterable[int]]], gap: str) -> tuple[str, str]:
    """(month and day, day and month), each with a zero in front or without."""
    pairs = [(_short(months), _short(days)) for days, months in dates]
    return (
        f"(?:{'|'.join(month + gap + day for month, day in pairs)})",
        f"(?:{'|'.join(day + gap + month for month, day in pairs)})",
    )


def _short(numbers: Iterable[int]) -> str:
    return f"(?:{'|'.join(f'0?{number}' if number < 10 else str(number) for number in numbers)})"
