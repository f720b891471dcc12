"""What the validators of this package say of numbers, as far as numbers are told by sums, shapes and days.

Most want at least three different characters: the same one again and again fulfils many sums.
"""

from collections.abc import Mapping, Sequence
from string import ascii_uppercase, digits
from typing import Final

from bucketsieve.detect.model import Confidence
from bucketsieve.detect.native.days import Born, coming, this_year, years
from bucketsieve.detect.native.numbers import BOTH, POWERS, Number, free, lettered, numeric, same, scaled, up
from bucketsieve.detect.native.steps import verhoeff
from bucketsieve.detect.native.sums import FREE, Each, Either, Sum, Worth, luhn, row, times
from bucketsieve.detect.validators import identifiers
from bucketsieve.detect.validators.base import Verdict, validated

#: Matches one digit again and again.
UNIFORM: Final = f"(?:{'|'.join(f'{digit}+' for digit in digits)})"
#: Matches digits of which two occur at most.
FEW: Final = f"(?:{'|'.join(f'[{one}{other}]+' for one in digits for other in digits if one < other)})"
_LETTER: Final = times(1, of=BOTH)[0]
_NHI: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_ODD: Final = (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23)
_ITALIAN: Final = (row([*_ODD[:10], *_ODD], BOTH), row([*range(10), *range(26)], BOTH))


def _steady(letters: int) -> str:
    """Matches one letter so many times, and behind it one digit again and again."""
    return f"(?:{'|'.join(f'{letter}{{{letters}}}' for letter in ascii_uppercase)}){UNIFORM}"


def _below_two(total: int) -> int:
    """What Brazil and Iran make of the remainder by 11."""
    return 0 if total < 2 else 11 - total


def _nric(series: Mapping[str, int], letters: str) -> Sum:
    worths = (row(series.values(), "".join(series)), *times(2, 7, 6, 5, 4, 3, 2), FREE)
    return Sum(worths, 11, letters.__getitem__)


def _digit_sums(*weights: int) -> tuple[Worth, ...]:
    """Of the products of digits and weights, the digits are added up."""
    return tuple(tuple(sum(divmod(weight * digit, 10)) for digit in range(10)) for weight in weights)


def _cnh(second: int, first: int) -> int:
    return 0 if second > 9 else (second - (2 if first > 9 else 0)) % 11 % 10


def _iin(first: int, second: int) -> int:
    return second if first == 10 else first


def _hungarian(first: str, tens: str, ones: str, *, late: bool) -> Sum:
    """A number whose first three digits are of these; the weights were turned round for births from 1997 on."""
    counted = times(*(range(10, 0, -1) if late else range(1, 11)))
    chosen = [
        tuple(worth if str(digit) in allowed else None for digit, worth in enumerate(counted[place][:10]))
        for place, allowed in enumerate((first, tens, ones))
    ]
    return Sum((*chosen, *counted[3:], FREE), 11, same)


def _naf(weights: Sequence[int], third: str) -> Sum:
    return Sum((*times(*weights[:2]), times(weights[2], of=third)[0], *times(*weights[3:], -10, -1)), 97)


def _cnh_sums() -> tuple[Sum, Sum]:
    down, up_ = times(*range(9, 0, -1)), times(*range(1, 10))
    first = Sum(down + free(2), 11, lambda total: 0 if total > 9 else total, 9)
    return first, Sum(up_ + free(2), 11, _cnh, second=down + free(2))


_PENSION_LETTER: Final = row(
    [sum(divmod(2 * (place // 10), 10)) + place % 10 for place in range(1, 27)], ascii_uppercase
)
_KVNR_LETTER: Final = row([place // 10 + sum(divmod(2 * (place % 10), 10)) for place in range(1, 27)], ascii_uppercase)
_TAIWAN: Final = row(
    [
        county // 10 + county % 10 * 9
        for county in ("ABCDEFGHJKLMNPQRSTUVXYWZIO".index(letter) + 10 for letter in ascii_uppercase)
    ],
    ascii_uppercase,
)

IDENTITIES: Final[Mapping[str, Number]] = {
    "sg_nric": lettered(
        Either(
            (
                _nric({"S": 0, "T": 4}, "JZIHGFEDCBA"),
                _nric({"F": 0, "G": 4}, "XWUTRQPNMLK"),
                _nric({"M": 3}, "XWUTRQPNJLK"),
            )
        ),
        none="|".join(f"{letter}{UNIFORM}{letter}" for letter in "STFGM"),
    ),
    "tw_id": lettered(Sum((_TAIWAN, *times(8, 7, 6, 5, 4, 3, 2, 1, 1)), 10), none=_steady(1)),
    "hk_id": lettered(
        Either(
            (
                Sum(scaled(_LETTER, 8) + times(7, 6, 5, 4, 3, 2) + scaled(_LETTER, 1), 11, remainders=(6,)),
                Sum(scaled(_LETTER, 9, 8) + times(7, 6, 5, 4, 3, 2) + scaled(_LETTER, 1), 11),
            )
        ),
        none=rf"{_steady(1)}|{_steady(2)}|A{{1,2}}{UNIFORM}A",
    ),
    "kz_iin": numeric(
        Sum(times(*range(1, 12), 0), 11, _iin, second=times(3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2, 0)), none=FEW
    ),
    "ru_snils": numeric(
        Either(
            (
                Sum(times(9, 8, 7, 6, 5, 4, 3, 2, 1, -10, -1), 101),
                Sum(times(9, 8, 7, 6, 5, 4, 3, 2, 1) + times(0, 0, of="0"), 101, remainders=(100,)),
            )
        ),
        none=FEW,
    ),
    "es_naf": numeric(
        Either((_naf((*POWERS[4:6], 0, *POWERS[6:]), "0"), _naf(POWERS[3:], "123456789"))),
        r"\d{10}(?:[0-8]\d|9[0-6])",
        none=FEW,
    ),
    "ir_code": numeric(
        Sum(times(10, 9, 8, 7, 6, 5, 4, 3, 2, 0), 11, lambda total: total if total < 2 else 11 - total), none=FEW
    ),
    "br_voter": numeric(
        Sum(times(2, 3, 4, 5, 6, 7, 8, 9) + free(4), 11, up, 10),
        Sum(free(8) + times(7, 8, 9, 0), 11, up),
        r"\d{8}(?:0[1-9]|1\d|2[0-8])\d*",
        none=FEW,
    ),
    "br_pis": numeric(Sum(times(3, 2, 9, 8, 7, 6, 5, 4, 3, 2, 0), 11, _below_two), none=FEW),
    "br_cnh": numeric(*_cnh_sums(), none=FEW),
    "gt_cui": numeric(
        Sum(times(2, 3, 4, 5, 6, 7, 8, 9) + free(5), 11, same, 8),
        r"\d{9}(?:0[1-9]|1\d|2[0-2])(?:0[1-9]|[1-9]\d)",
        none=FEW,
    ),
    "hu_person": numeric(
        Either(
            (
                _hungarian("34", digits, digits, late=True),
                _hungarian("12", "9", "789", late=True),
                _hungarian("12", "9", "0123456", late=False),
                _hungarian("12", "012345678", digits, late=False),
                _hungarian("5678", digits, digits, late=False),
            )
        ),
        none=FEW,
    ),
    "pl_id_card": lettered(Sum(scaled(_LETTER, 7, 3, 1) + times(9, 7, 3, 1, 7, 3), 10), none=_steady(3)),
    "pl_passport": lettered(Sum(scaled(_LETTER, 7, 3) + times(9, 1, 7, 3, 1, 7, 3), 10), none=_steady(2)),
    "de_pension": lettered(
        Sum((*_digit_sums(2, 1, 2, 5, 7, 1, 2, 1), _PENSION_LETTER, *_digit_sums(2, 1), FREE), 10, same),
        none="|".join(f"{digit}+[A-Z]{digit}+" for digit in digits),
    ),
    "de_licence": lettered(
        Sum((*scaled(_LETTER, *range(9, 0, -1)), FREE, FREE), 11, "0123456789X".__getitem__, 9),
        none="|".join(f"[{letter}{digit}]+" for letter in ascii_uppercase for digit in digits),
    ),
    "pt_niss": numeric(Sum(times(29, 23, 19, 17, 13, 11, 7, 5, 3, 2, 0), 10, lambda total: 9 - total), none=FEW),
    "lu_matricule": numeric(luhn(12, behind=1), verhoeff(13, apart=11), none=FEW),
    "weights_731": lettered(
        Each(
            (
                Sum(times(*(7, 3, 1) * 4, 0), 10, same),
                Sum(scaled(_LETTER, *(7, 3, 1) * 4, 7, 0), 10, same),
            )
        ),
        none=FEW,
    ),
    "hungarian_tax": numeric(Sum(times(*range(1, 10), 0), 11, same), none=FEW),
    "dea": lettered(Sum(free(2) + times(1, 2, 1, 2, 1, 2, 0), 10, same), none=rf"..{UNIFORM}"),
    "npi": numeric(Sum(luhn(10).worths, 10, remainders=(6,)), r"[12]\d*"),
    "kvnr": lettered(Sum((_KVNR_LETTER, *_digit_sums(1, 2, 1, 2, 1, 2, 1, 2), FREE), 10, same), none=f".{FEW}"),
    "nhi": lettered(
        Either(
            (
                Sum(
                    scaled(row(range(1, 25), _NHI), 7, 6, 5) + times(4, 3, 2) + times(0),
                    11,
                    lambda total: (11 - total) % 10 if total else "",
                ),
                Sum(
                    scaled(row(range(1, 25), _NHI), 7, 6, 5) + times(4, 3) + scaled(row(range(1, 25), _NHI), 2, 0),
                    24,
                    lambda total: _NHI[(23 - total) % 24],
                ),
            )
        )
    ),
    "ohip": numeric(luhn(10), r"[1-9]\d*", none=FEW),
    "ramq": numeric(r"\d\d(?:0[1-9]|1[0-2]|5[1-9]|6[0-2])(?:0[1-9]|[12]\d|3[01])\d*"),
    "medicare_au": numeric(
        Either(tuple(Sum(times(1, 3, 7, 9, 1, 3, 7, 9) + free(1 + more), 10, same, 8) for more in (1, 2)))
    ),
    "cin": lettered(Sum((row(range(0, -26, -1), ascii_uppercase), *(_ITALIAN * 11)), 26)),
    "itin": numeric(r"9\d\d(?:5\d|6[0-5]|7\d|8[0-8]|9[0-24-9])\d{4}"),
}


#: Numbers without check digits that the library takes apart, by its modules.
PARTS: Final[Mapping[str, Number]] = {
    "cr.cpf": numeric(),
    "cu.ni": numeric(born=(Born(2),)),
    "de.stnr": numeric(
        r"\d{10,11}|(?:1[01]|2[1-46-8]|3[0-2]|4[01])\d\d0\d{8}|[59]\d{3}0\d{8}",
    ),
    "dk.cpr": numeric(born=(Born(0, "dm"),), ask=lambda: rf"\d{{4}}{coming(57)}[4-9]\d*"),
    "in_.pan": lettered(r"[A-Z]*\d*[1-9]\d*[A-Z]"),
    "ke.pin": numeric(),
    "nl.identiteitskaartnummer": numeric(),
    "pk.cnic": numeric(),
    "us.atin": numeric(),
    "us.ptin": numeric(),
}


def weighted(argument: str) -> Number:
    """Of the validator with this argument."""
    weights, _, modulus = argument.partition("/")
    return numeric(Sum(times(*map(int, weights.split(","))), int(modulus)), none=UNIFORM)


def date_at(argument: str) -> Number:
    """Of the validator with this argument. What is not past is not told."""
    order, _, place_text = argument.partition("@")
    place = int(place_text)
    if order == "Ymd":
        return numeric(born=(Born(place + 4),), ask=lambda: rf"\d{{{place}}}{years(this_year(), 2099)}.*")
    return numeric(born=(Born(place + 2) if order == "ymd" else Born(place, "dm"),))


#: What the validators say of numbers that are right.
REASONS: Final[Mapping[str, str]] = {
    **{name: reason for name, (_, reason) in identifiers.RULES.items()},
    "hungarian_tax": "check digit of the adóazonosító jel",
    "dea": "check digit of the DEA",
    "npi": "Luhn check digit with the prefix 80840",
    "kvnr": "check digit of the Krankenversichertennummer",
    "nhi": "check character of the NHI",
    "ohip": "Luhn check digit",
    "medicare_au": "check digit of Medicare",
    "cin": "check letter of the CIN",
}
#: Of those that prove nothing by a check digit.
SHAPES: Final[Mapping[str, Verdict]] = {
    "ramq": Verdict("letters and date of birth"),
    "itin": Verdict("range of the IRS", Confidence.STRUCTURED),
}


def verdict_on(name: str) -> Verdict:
    """The verdict on a number that is right."""
    return SHAPES.get(name) or validated(REASONS[name])
