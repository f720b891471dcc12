"""Rulings on numbers for value added tax, each country's behind its two letters, as `python-stdnum` takes them."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from string import ascii_uppercase, digits
from typing import Final

from bucketsieve.detect.native.days import MONTHS, one_of
from bucketsieve.detect.native.numbers import BOTH, POWERS, free, up
from bucketsieve.detect.native.registered import NUMBERS
from bucketsieve.detect.native.ruling import ANYTHING, Language, Ruling
from bucketsieve.detect.native.steps import MOD_11_10, Steps
from bucketsieve.detect.native.sums import Either, Sum, Worth, cast_out, luhn, row, times
from bucketsieve.detect.validators.base import Verdict

#: What stands behind the letters of a country, as far as its sums do not tell.
_SHAPES: Final[Mapping[str, str]] = {
    "BE": r"0*[1-9]\d*",
    "CY": r"(?:[02-9]\d|1[013-9]).*",
    "CZ": r"[0-8]\d{7}|\d{9,10}",
    "FR": r"(?:[0-8]\d|9[0-6]|[A-Z].|\d[A-Z])\d*",
    "IT": r"\d{7}(?:0(?:0[1-9]|[1-9]\d)|100|12[01]|888|999)\d",
    "LT": r"\d{7}1\d|\d{10}1\d",
    "LU": r"\d{6}(?:[0-7]\d|8[0-8])",
    "NL": r"0{0,8}[1-9]\d*B(?:0[1-9]|[1-9]\d)",
    **dict.fromkeys(("DE", "DK", "MT", "PT", "RO", "SI"), r"[1-9].*"),
    **dict.fromkeys(("AT", "BG", "EE", "EL", "ES", "FI", "HR", "HU", "IE", "LV", "PL", "SE", "SK", "XI"), ".*"),
}


def _dates(month_of: Callable[[int], int], *, day_first: bool = False) -> tuple[str, str]:
    """(month and day of any year, a 29th of February), where ``month_of`` two digits says which month they mean."""
    pairs = []
    for last, months in (*MONTHS, (29, (2,))):
        texts = one_of([number for number in range(100) if month_of(number) in months], (0,))
        days = one_of([29] if last == 29 else range(1, last + 1), (0,))
        pairs.append(days + texts if day_first else texts + days)
    return f"(?:{'|'.join(pairs[:-1])})", pairs[-1]


def _leap_years(years: Iterable[int]) -> str:
    """Of these years of a century, by two digits, those that may have a 29th of February."""
    return one_of([year for year in years if year % 4 == 0], (0,))


def _births() -> Mapping[str, str]:
    """What has a date of birth behind the letters of these countries."""
    day, leap_day = _dates(lambda number: number % 50 % 20)
    long = rf"(?:\d\d{day}|{_leap_years(range(100))}{leap_day})\d{{4}}"
    # Nine digits had those born before 1954: of 1900, which was no leap year, and after.
    short = (
        rf"(?:(?:[0-4]\d|5[0-3]|[89]\d){day}|(?:{_leap_years(range(1, 54))}|{_leap_years(range(80, 100))}){leap_day})"
    )
    bulgarian, _ = _dates(lambda number: number - (40 if number > 40 else 20 if number > 20 else 0))
    ordinary = _leap_years(range(1, 100))
    latvian, latvian_leap_day = _dates(lambda number: number, day_first=True)
    return {
        "BG": rf"\d{{9}}|(?:\d\d{bulgarian}|{ordinary}[02]229|{_leap_years(range(100))}4229)\d{{4}}",
        # Behind the year stands its century, from that of 1800 on.
        "LV": rf"32\d{{9}}|(?:{latvian}\d{{3}}|{latvian_leap_day}(?:{ordinary}\d|00[26]))\d{{4}}",
        "CZ": rf"{long}|{short}\d{{3}}",
        "SK": long,
    }


def _behind(letters: str, number: Sum) -> Sum:
    """The sum of what stands behind the letters."""
    front = tuple(_one_of(letter) for letter in letters)
    place = number.place if number.place < 0 else number.place + len(letters)
    return replace(number, worths=front + number.worths, place=place, second=number.second and front + number.second)


def _one_of(characters: str) -> Worth:
    """These characters, which count for nothing."""
    return row([0] * len(characters), characters)


def _own(country: str, module: str) -> Iterator[Sum]:
    """The sums of a number that the library has by itself."""
    for need in NUMBERS[module].needs:
        if isinstance(need, Sum | Either):
            yield from (_behind(country, each) for each in ((need,) if isinstance(need, Sum) else need.sums))


def _second_if_ten(first: int, second: int) -> int:
    return second % 10 if first == 10 else first


def _mod_11_10(letters: str, length: int) -> Steps:
    """So many digits, of which the last is the check digit of ISO/IEC 7064, MOD 11,10."""
    whole = len(letters) + length

    def step(state: tuple[int, int], character: str) -> tuple[int, int] | None:
        place, check = state
        if place < len(letters):
            return (place + 1, 5) if character == letters[place] else None
        if place == whole or character not in digits:
            return None
        return place + 1, MOD_11_10.step(check, character)  # type: ignore[return-value]

    return Steps((0, 5), step, lambda state: state[0] == whole and MOD_11_10.accepts(state[1]), BOTH)


#: Of France, without those that look like digits.
_LETTERED: Final = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def _french(*, monaco: bool) -> Steps:
    """Two characters, not both digits, tell the remainder of the number by 11; Monaco's begins with zeros."""

    def step(state: tuple[int, int], character: str) -> tuple[int, int] | None:
        place, value = state
        if place < 2:
            return (place + 1, 0) if character == "FR"[place] else None
        if place < 4:
            if character not in _LETTERED or (place == 3 and value < 10 and character in digits):
                return None
            number = _LETTERED.index(character)
            if place == 2:
                return 3, number
            check = value * 24 + number - 10 if value < 10 else value * 34 + number - 100
            # What the digits have to leave.
            return 4, (check - check // 11 - 1) % 11
        if place == 13 or character not in digits or (monaco and place < 7 and character != "0"):
            return None
        return place + 1, (value - int(character) * POWERS[place]) % 11

    return Steps((0, 0), step, lambda state: state == (13, 0), BOTH)


def _french_digits(*, monaco: bool) -> Sum:
    """The number and 12 behind it leave the first two digits, by 97."""
    counted = times(*(POWERS[place - 2] for place in range(4, 13)))
    if monaco:
        counted = times(0, 0, 0, of="0") + counted[3:]
    return _behind("FR", Sum(times(-10, -1) + counted, 97, remainders=(-12 % 97,)))


_IRISH: Final = "WABCDEFGHIJKLMNOPQRSTUV"


def _irish(*, letter: bool) -> Sum:
    """Today's: seven digits, the check letter, and maybe another letter."""
    behind = (row([9 * place for place in range(len(_IRISH))], _IRISH),) if letter else ()
    return _behind("IE", Sum(times(8, 7, 6, 5, 4, 3, 2) + free(1) + behind, 23, lambda total: _IRISH[total], 7))


def _old_irish() -> Steps:
    """The second character, a letter or a sign, does not count, nor does a letter behind the check letter."""
    weights = (0, 0, 2, 0, 7, 6, 5, 4, 3)

    def step(state: tuple[int, int], character: str) -> tuple[int, int] | None:
        place, total = state
        if place < 2:
            return (place + 1, 0) if character == "IE"[place] else None
        if place == 3:
            return (4, total) if character not in digits else None
        if place < len(weights):
            return (place + 1, (total + weights[place] * int(character)) % 23) if character in digits else None
        fits = character == _IRISH[total] if place == 9 else place == 10 and character in _IRISH
        return (place + 1, 0) if fits else None

    return Steps((0, 0), step, lambda state: state[0] > 9, f"{BOTH}+*")


def _lithuanian(length: int) -> Sum:
    first, second = (times(*(1 + (place + more) % 9 for place in range(length - 1)), 0) for more in (0, 2))
    return _behind("LT", Sum(first, 11, _second_if_ten, second=second))


def _dutch() -> Sum:
    """ISO/IEC 7064, MOD 97-10: letters are two digits each."""
    letters = BOTH.index("N") * 10**15 + BOTH.index("L") * 10**13 + BOTH.index("B") * 10**2
    counted = times(*(10**power % 97 for power in range(12, 3, -1)))
    return _behind("NL", Sum((*counted, _one_of("B"), *times(10, 1)), 97, remainders=((1 - letters) % 97,)))


def _romanian(length: int) -> Sum:
    weights = (7, 5, 3, 2, 1, 7, 5, 3, 2)[10 - length :]
    return _behind("RO", Sum(times(*weights, 0), 11, lambda total: 10 * total % 11 % 10))


def _spanish() -> Iterator[Sum]:
    """Of persons, and of organisations."""
    yield from _own("ES", "es.nif")
    for each in _own("ES", "es.cif"):
        yield replace(each, worths=(*each.worths[:2], _one_of("ABCDEFGHJNPQRSUVW"), *each.worths[3:]))


#: A birth number of ten digits, of which the last is a check digit.
_BIRTH_NUMBER: Final = Sum(times(*POWERS[4:], 0), 11, up)


def _certain() -> Mapping[str, Sequence[Language]]:
    """Numbers that are right whatever else there is."""
    slovak = (*times(POWERS[3], of=digits[1:]), *times(POWERS[4]), *times(POWERS[5], of="234789"), *times(*POWERS[6:]))
    special = times(0, of="6") + times(8, 7, 6, 5, 4, 3, 2, 0)
    return {
        "BG": [
            *_own("BG", "bg.pnf"),
            _behind("BG", Sum(times(4, 3, 2, 7, 6, 5, 4, 3, 2, 0), 11, lambda total: -total % 11)),
        ],
        "CZ": [
            _behind("CZ", Sum(times(8, 7, 6, 5, 4, 3, 2, 0), 11, lambda total: (-total % 11 or 1) % 10)),
            _behind("CZ", Sum(special, 11, lambda total: (8 - (10 - total) % 11) % 10)),
        ],
        "FR": [_french_digits(monaco=True), _french(monaco=True)],
        "LV": [
            _behind("LV", Sum((*times(9, of="456789"), *times(1, 4, 8, 3, 10, 2, 5, 7, 6, 1)), 11, remainders=(3,)))
        ],
        "SK": [_behind("SK", Sum(slovak, 11))],
    }


def _right() -> Mapping[str, Sequence[Language]]:
    """Those that are right if the shape is, and the day of birth; the largest automata come last."""
    cypriot = row((1, 0, 5, 7, 9, 13, 15, 17, 19, 21), digits)
    legal, second = times(*range(1, 9), 0), times(*range(3, 11), 0)
    return {
        "AT": [_behind("ATU", Sum(cast_out(1, 2, 1, 2, 1, 2, 1, 1), 10, remainders=(6,)))],
        "CY": [_behind("CY", Sum((cypriot, *times(1)) * 4 + free(1), 26, lambda total: ascii_uppercase[total]))],
        "CZ": [_behind("CZ", _BIRTH_NUMBER), r"CZ\d{9}"],
        "DE": [_mod_11_10("DE", 9)],
        "DK": [_behind("DK", Sum(times(2, 7, 6, 5, 4, 3, 2, 1), 11))],
        "EE": [_behind("EE", Sum(times(3, 7, 1, 3, 7, 1, 3, 7, 1), 10))],
        "EL": [*_own("EL", "gr.vat")],
        "ES": [Either(tuple(_spanish()))],
        "FI": [_behind("FI", Sum(times(7, 9, 10, 5, 8, 4, 2, 1), 11))],
        "HR": [_mod_11_10("HR", 11)],
        "HU": [_behind("HU", Sum(times(9, 7, 3, 1, 9, 7, 3, 1), 10))],
        "IE": [_irish(letter=False), _irish(letter=True), _old_irish()],
        "IT": [_behind("IT", luhn(11))],
        "LV": [*_own("LV", "lv.pvn")],
        "MT": [_behind("MT", Sum(times(3, 4, 6, 7, 8, 9, 10, 1), 37))],
        "PL": [*_own("PL", "pl.nip")],
        "PT": [*_own("PT", "pt.nif")],
        "SE": [_behind("SE", luhn(10, behind=2))],
        "SI": [*_own("SI", "si.ddv")],
        "SK": [_behind("SK", _BIRTH_NUMBER)],
        "BG": [*_own("BG", "bg.egn"), _behind("BG", Sum(legal, 11, _second_if_ten, second=second))],
        "BE": [_behind("BE", Sum(times(*POWERS[5:], 10, 1), 97))],
        "FR": [_french(monaco=False), _french_digits(monaco=False)],
        "LT": [Either((_lithuanian(9), _lithuanian(12)))],
        "LU": [_behind("LU", Sum(times(*POWERS[7:], -10, -1), 89))],
        "NL": [
            *(replace(each, worths=(*each.worths, _one_of("B"), *free(2))) for each in _own("NL", "nl.bsn")),
            _dutch(),
        ],
        "XI": [Either(tuple(each for each in _own("XI", "gb.vat") if len(each.worths) == 11))],
        "RO": [*map(_romanian, range(2, 11))],
    }


def on_vat_numbers(verdict: Verdict, countries: Sequence[str] = tuple(_SHAPES), how: str = "none") -> Iterator[Ruling]:
    """On the numbers of these countries."""
    yield Ruling("|".join(f"{each}(?:{_SHAPES[each]})" for each in countries), None, how, negated=True)
    yield Ruling(r"IT0{7}\d*", None, how)
    certain, births, right = _certain(), _births(), _right()
    yield from (Ruling(each, verdict, how) for country in countries for each in certain.get(country, ()))
    if "FR" in countries:
        yield Ruling(_behind("FR", replace(luhn(9, before=2), wrong=True)), None, how)
    born = "|".join(f"{each}(?:{births.get(each, '.*')})" for each in countries)
    yield Ruling(born, None, how, negated=True)
    yield from (
        Ruling(each, verdict, how) for country, known in right.items() if country in countries for each in known
    )
    yield Ruling(ANYTHING, None)
