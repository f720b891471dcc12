"""Numbers that begin with what a register of `python-stdnum` lists: regions, banks, offices, networks.

The library reads a register for its first number, which takes longer than to scan 10 MB.
"""

from array import array
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from string import digits
from typing import Any, Final

from bucketsieve.detect.native.automaton import DEAD, NO, START, YES, Automaton
from bucketsieve.detect.validators.lazy_stdnum import stdnum

#: Years of four digits, as bits.
_YEARS: Final = 10_000
_ALWAYS: Final = (1 << _YEARS) - 1


@dataclass(frozen=True)
class Listed:
    """Texts that begin with an entry of a register, all of digits, whatever is behind it.

    ``dated``: behind it stands a year of four digits in which there was such an entry.
    """

    register: str
    levels: int = 1  # of the register: an entry is so many of its parts
    needs: str = ""  # what the library has to know of the last part
    dated: bool = False

    @property
    def automaton(self) -> Automaton:
        """Of the texts."""
        return _automaton(self)

    @property
    def pattern(self) -> str:
        """Matches the entries alone."""
        return f"(?:{'|'.join(sorted(_entries(self)))})"


def _entries(listed: Listed) -> dict[str, int]:
    """The entries, with their years as bits."""
    prefixes = stdnum("numdb").get(listed.register).prefixes
    return dict(_below(prefixes, listed.levels, listed))


def _below(prefixes: Any, levels: int, listed: Listed) -> Iterator[tuple[str, int]]:  # noqa: ANN401  (the library's)
    for length, low, high, known, children in prefixes:
        for number in range(int(low), int(high) + 1):
            part = f"{number:0{length}}"
            if levels > 1:
                yield from ((part + rest, years) for rest, years in _below(children, levels - 1, listed))
            elif not listed.needs or listed.needs in known:
                yield part, _years(known[listed.needs]) if listed.dated else _ALWAYS


def _years(names: str) -> int:
    """Of ``[1983-2001]name,[2010-]name``; a name without years was always one."""
    years = 0
    for name in names.split(","):
        if not name.startswith("["):
            return _ALWAYS
        first, last = name[1:].split("]")[0].split("-")
        low, high = int(first or 0), int(last or _YEARS - 1)
        years |= (1 << high + 1) - (1 << low)
    return years


@cache
def _automaton(listed: Listed) -> Automaton:
    builder = _Builder()
    if listed.dated:
        builder.beginning(_entries(listed), lambda years: builder.years(years, _YEARS))
    else:
        builder.beginning(_entries(listed), lambda _: builder.ANY)
    return builder.finished()


class _Builder:
    """The least automaton, from the ends of the texts on; the last state made is the start."""

    ANY: Final = 1  # whatever follows

    def __init__(self) -> None:
        self._numbers: dict[tuple[int, ...], int] = {(self.ANY,) * len(digits): self.ANY}
        self._by_years: dict[tuple[int, int], int] = {}

    def _state(self, following: tuple[int, ...]) -> int:
        """The one that goes to these with the ten digits."""
        return self._numbers.setdefault(following, len(self._numbers) + 1) if any(following) else DEAD

    def beginning(self, entries: Mapping[str, int], behind: Callable[[int], int]) -> int:
        """Reads one of the entries, and then what is ``behind`` it."""
        if "" in entries:
            return behind(entries[""])
        by_digit: dict[str, dict[str, int]] = {}
        for entry, years in entries.items():
            by_digit.setdefault(entry[0], {})[entry[1:]] = years
        return self._state(
            tuple(self.beginning(by_digit[digit], behind) if digit in by_digit else DEAD for digit in digits)
        )

    def years(self, years: int, count: int) -> int:
        """Reads the digits of one of ``years``, which has ``count`` bits."""
        if count == 1:
            return self.ANY if years else DEAD
        known = self._by_years.get((years, count))
        if known is None:
            tenth = count // len(digits)
            parts = [years >> tenth * digit & (1 << tenth) - 1 for digit in range(len(digits))]
            known = self._by_years[years, count] = self._state(tuple(self.years(each, tenth) for each in parts))
        return known

    def finished(self) -> Automaton:
        states = len(self._numbers)
        renumbered = [DEAD, *range(START + states - 1, START - 1, -1)]
        classes = bytearray(256)
        for number, digit in enumerate(digits, start=1):
            classes[ord(digit)] = number
        table = array("H", [DEAD] * (len(digits) + 1))
        for following in reversed(self._numbers):
            table.extend([DEAD, *map(renumbered.__getitem__, following)])
        table[-len(digits) - 1] = START + states - 1  # letters stand behind what is listed, if anywhere
        return Automaton(bytes(classes), len(digits) + 1, table, bytes([NO] * states + [YES]))
