"""Rulings on documents, accounts and vehicles whose numbers prove something in some cases only, or have parts apart."""

from collections.abc import Callable, Iterator, Mapping
from string import digits
from typing import Final

from bucketsieve.detect.native.days import Born
from bucketsieve.detect.native.numbers import BOTH, Number, free, lettered, scaled
from bucketsieve.detect.native.ruling import ANYTHING, Check, Ruling
from bucketsieve.detect.native.steps import Steps
from bucketsieve.detect.native.sums import FREE, Either, Sum, row, times
from bucketsieve.detect.validators import financial, health, identifiers, national, tax, travel_documents
from bucketsieve.detect.validators.base import Verdict

_HEX: Final = "0123456789ABCDEF"
#: What a character of an RFC counts for: an ampersand is between N and O, a space behind Z.
_RFC: Final = row([*range(24), *range(25, 37)], BOTH)
_RFC_SPACE: Final = 37
_RFC_CHECKS: Final = "0123456789A"


def _mrz(_argument: str) -> Iterator[Ruling]:
    yield Ruling(ANYTHING, travel_documents.ZONE, check=Check.ZONE)
    yield Ruling(ANYTHING, None)


def _vin(_argument: str) -> Iterator[Ruling]:
    yield Ruling(ANYTHING, None, "alnum", check=Check.FEW_KINDS, argument=travel_documents.VIN_DISTINCT)
    yield Ruling(r".*\d{4}", None, "alnum", negated=True)
    known = travel_documents.VIN_VALUES
    worth = row(known.values(), "".join(known))
    weighted = Sum(scaled(worth, *travel_documents.VIN_WEIGHTS), 11, "0123456789X".__getitem__, 8)
    yield Ruling(weighted, travel_documents.VIN_AGREES, "alnum")
    yield Ruling(f"[0{''.join(sorted(travel_documents.VIN_CHECKED))}].*", None, "alnum")
    yield Ruling(ANYTHING, travel_documents.VIN_SHAPE)


def _br_rg(_argument: str) -> Iterator[Ruling]:
    yield Ruling(ANYTHING, None, "alnum", check=Check.FEW_KINDS, argument=identifiers.LEAST_DISTINCT)
    checked = Sum((*times(*range(2, 10)), FREE), 11, lambda total: "0123456789X0"[11 - total])
    yield Ruling(checked, identifiers.RG_AGREES, "alnum")
    yield Ruling(ANYTHING, identifiers.RG_SHAPE)


def _range(argument: str) -> Iterator[Ruling]:
    """From a power of ten to what is below another one."""
    low, high = argument.split("-")
    if set(low[1:]) == {"0"} and low[0] == "1" and set(high) == {"9"}:
        yield Ruling(rf"0*[1-9]\d{{{len(low) - 1},{len(high) - 1}}}", None, "digits", negated=True)
        yield Ruling(ANYTHING, Verdict(f"within {low} to {high}"))


def _rib(_argument: str) -> Iterator[Ruling]:
    worths = {letter: int(chr(digit)) for letter, digit in financial.RIB_LETTERS.items()}
    alike = [str(digit) + "".join(chr(letter) for letter in worths if worths[letter] == digit) for digit in range(10)]
    few = "|".join(f"[{one}{other}]+" for one in alike for other in alike if one < other)
    yield Ruling(few, None, "alnum")
    worth = row([*range(10), *worths.values()], digits + "".join(map(chr, worths)))
    yield Ruling(Sum(scaled(worth, *_powers(23, 97)), 97), financial.RIB, "alnum")
    yield Ruling(ANYTHING, None)


def iban_without(country: str) -> Iterator[Ruling]:
    """On a number without its country, as of Poland 26 digits: the first two are the check digits of ISO 13616."""
    letters = "".join(str(BOTH.index(letter)) for letter in country)
    yield Ruling(r"(?:0[01]|99)\d*", None, "digits")
    published = [each.removeprefix(country) for each in financial.PUBLISHED_IBANS if each.startswith(country)]
    yield Ruling("|".join(sorted(published)), financial.PUBLISHED, "digits")
    # Behind the others there stand the letters' four digits and these two.
    account = [power * 10**6 % 97 for power in _powers(24, 97)]
    rest = (1 - int(letters) * 100) % 97
    yield Ruling(Sum(times(10, 1, *account), 97, remainders=(rest,)), financial.IBAN, "digits")
    yield Ruling(ANYTHING, None)


def _powers(count: int, modulus: int) -> list[int]:
    return [10**power % modulus for power in reversed(range(count))]


def _hicn(_argument: str) -> Iterator[Ruling]:
    """A tenth digit is of the beneficiary's code."""
    published = [*national.PUBLISHED_SSNS, *(f"{number:09}" for number in national.ADVERTISED_SSNS)]
    yield Ruling(f"(?:{'|'.join(sorted(published))}).?", health.BENEFICIARY, "digits")
    uniform = "|".join(f"{digit}{{9}}" for digit in digits)
    none = rf"(?:000|666|9\d\d)\d{{6}}|\d{{3}}00\d{{4}}|\d{{5}}0000|{uniform}"
    yield Ruling(rf"(?:{none}).?", None, "digits")
    yield Ruling(ANYTHING, health.BENEFICIARY)


def _gtin_step(state: tuple[int, int], digit: str) -> tuple[int, int] | None:
    """Behind two digits there are fourteen, which count three times or once; what is behind these does not count."""
    place, total = state
    if place == 16:
        return state if total == 0 else None
    weight = 0 if place < 2 else 1 if place % 2 else 3
    return place + 1, (total + weight * int(digit)) % 10


def _gtin(_argument: str) -> Iterator[Ruling]:
    yield Ruling(rf"\d\d(?:{'|'.join(f'{digit}{{14}}' for digit in digits)})\d*", None, "digits")
    yield Ruling(Steps((0, 0), _gtin_step, lambda state: state == (16, 0)), health.GTIN, "digits")
    yield Ruling(ANYTHING, None)


def _rfc_digit(total: int) -> str:
    return _RFC_CHECKS[-total % 11]


def _rfc(_argument: str) -> Iterator[Ruling]:
    """Of a person, with four letters in front of the date, or of an organisation, with a space and three."""
    person = Sum((*scaled(_RFC, *range(13, 1, -1)), FREE), 11, _rfc_digit)
    shift = 13 * _RFC_SPACE
    organisation = Sum((*scaled(_RFC, *range(12, 1, -1)), FREE), 11, lambda total: _rfc_digit(total + shift))
    days = (Born(6, behind=3), Born(5, behind=3))
    yield Ruling(r"[A-Z0-9 \-]*", None, negated=True, ask=True)
    yield Ruling(rf"(?:{'|'.join(sorted(tax.rfc_words()))})[A-Z0-9]{{9}}", None, "alnum")
    yield Ruling(r"[A-Z]{3,4}\d{6}[1-9A-V][1-9A-Z][0-9A]", None, "alnum", negated=True)
    yield Ruling(Either((person, organisation)), None, "alnum", negated=True)
    yield Ruling("|".join(each.possible for each in days), None, "alnum", negated=True)
    yield Ruling("|".join(each.leap for each in days), None, "alnum", ask=True)
    yield Ruling(ANYTHING, tax.RFC)


_DOUBLED_HEX: Final = [sum(divmod(2 * digit, 16)) for digit in range(16)]
#: Numbers of `python-stdnum` that have a check digit in some of their lengths.
DOCUMENTS: Final[Mapping[str, Number]] = {
    "meid": lettered(
        Either((
            Sum(free(14), 16),
            Sum(tuple(row(range(16), _HEX) if place % 2 == 0 else row(_DOUBLED_HEX, _HEX) for place in range(15)), 16),
        ))
    ),
}  # fmt: skip
#: By the names of the validators.
NAMED: Final[Mapping[str, Callable[[str], Iterator[Ruling]]]] = {
    "mrz": _mrz,
    "vin": _vin,
    "br_rg": _br_rg,
    "range": _range,
    "rib": _rib,
    "hicn": _hicn,
    "gtin": _gtin,
    "rfc": _rfc,
}
