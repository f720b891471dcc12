"""Dates of birth, coordinates and network addresses of people."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from ipaddress import ip_address

from bucketsieve.detect.validators.base import Validator, Verdict

#: The first three letters of the months in English, French, German, Spanish, Italian, Portuguese and Dutch; where two
#: months begin alike (juin, juillet), both are listed in full.
MONTHS: Mapping[str, int] = {
    start: number
    for number, starts in enumerate(
        (
            "jan ene gen",
            "feb fév fev feb",
            "mar mär mrt maa mrz",
            "apr avr abr",
            "may mai mag mei",
            "jun juin giu",
            "jul juil lug",
            "aug aoû ago aou",
            "sep set",
            "oct okt ott out",
            "nov",
            "dec déc dez dic",
        ),
        start=1,
    )
    for start in starts.split()
}
_EARLIEST = 1900
_WHOLE_YEAR = 4
BORN = Verdict("a day on which people alive were born")


def _month(word: str) -> int:
    lowered = word.lower()
    return MONTHS.get(lowered[:4]) or MONTHS.get(lowered[:3], 0)


def _days(value: str) -> list[tuple[int, int, int]]:
    """The (year, month, day) that ``value`` may mean; a year of two digits is taken from the century that has been."""
    parts = re.findall(r"\d+|[^\W\d_]{3,}", value)
    if len(parts) == 1 and len(parts[0]) == 8:
        parts = [value[:4], value[4:6], value[6:]]
    parts = [part for part in parts if part.isdigit() or _month(part)]
    if len(parts) != 3:
        return []
    if not parts[1].isdigit():
        return [(_year(parts[2]), _month(parts[1]), int(parts[0]))]
    if not parts[0].isdigit():
        return [(_year(parts[2]), _month(parts[0]), int(parts[1]))]
    first, second, third = parts
    if not third.isdigit():
        return []
    if len(first) == _WHOLE_YEAR:
        return [(int(first), int(second), int(third))]
    return [(_year(third), int(second), int(first)), (_year(third), int(first), int(second))]


def _year(text: str) -> int:
    year = int(text)
    if len(text) == _WHOLE_YEAR:
        return year
    return year + (2000 if year <= date.today().year % 100 else 1900)  # noqa: DTZ011


def _birth_date(_argument: str) -> Validator:
    """A day between 1900 and today, in any usual order."""

    def check(value: str) -> Verdict | None:
        today = date.today()  # noqa: DTZ011
        for year, month, day in _days(value):
            try:
                if date(_EARLIEST, 1, 1) <= date(year, month, day) <= today:
                    return BORN
            except ValueError:
                continue
        return None

    return check


PLACE = Verdict("latitude and longitude")
PUBLIC = Verdict("public address")
_DECIMAL = re.compile(r"-?\d{1,3}\.\d+")


def _coordinates(_argument: str) -> Validator:
    """Two decimals within ±90 and ±180, not both on the same integer degree's zero."""

    def check(value: str) -> Verdict | None:
        numbers = [float(number) for number in _DECIMAL.findall(value)]
        if len(numbers) != 2 or abs(numbers[0]) > 90 or abs(numbers[1]) > 180 or not any(numbers):
            return None
        return PLACE

    return check


def _public_ip(_argument: str) -> Validator:
    """An address on the public internet: not private, reserved, for documentation, loopback or multicast."""

    def check(value: str) -> Verdict | None:
        try:
            address = ip_address(value)
        except ValueError:
            return None
        return PUBLIC if address.is_global and not address.is_multicast else None

    return check


FACTORIES: Mapping[str, Callable[[str], Validator]] = {
    "birth_date": _birth_date,
    "coordinates": _coordinates,
    "public_ip": _public_ip,
}
