"""Numbers of patients, prescribers and devices, by the check digits their registries publish."""

from collections.abc import Callable, Mapping

from bucketsieve.detect.validators.base import Validator, Verdict, digits_of, validated
from bucketsieve.detect.validators.checksums import luhn_ok
from bucketsieve.detect.validators.national import FACTORIES as NATIONAL

#: What stands before a National Provider Identifier when its check digit is computed (45 CFR 162.406).
_NPI_PREFIX = "80840"
#: A German insurance number's letter counts as its place in the alphabet, in two digits.
_KVNR_WEIGHTS = "1212121212"
_MEDICARE_WEIGHTS = (1, 3, 7, 9, 1, 3, 7, 9)
#: Without I and O; A counts 1.
_NHI_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ"


def _dea(_argument: str) -> Validator:
    """The last digit is that of d1 + d3 + d5 + 2 (d2 + d4 + d6) (21 CFR 1301; DEA Practitioner's Manual)."""

    def check(value: str) -> Verdict | None:
        digits = digits_of(value[2:])
        if len(digits) != 7 or len(set(digits)) < 2:
            return None
        total = sum(map(int, digits[0:6:2])) + 2 * sum(map(int, digits[1:6:2]))
        return validated("check digit of the DEA") if total % 10 == int(digits[6]) else None

    return check


def _npi(_argument: str) -> Validator:
    def check(value: str) -> Verdict | None:
        digits = digits_of(value)
        if len(digits) != 10 or digits[0] not in "12" or not luhn_ok(_NPI_PREFIX + digits):
            return None
        return validated("Luhn check digit with the prefix 80840")

    return check


BENEFICIARY = Verdict("assignable Social Security number and beneficiary code")
GTIN = validated("check digit of the GTIN")


def _hicn(_argument: str) -> Validator:
    """A Social Security number with a beneficiary's code behind it (CMS, HICN structure)."""
    ssn = NATIONAL["ssn"]("")

    def check(value: str) -> Verdict | None:
        if ssn(digits_of(value)[:9]) is None:
            return None
        return BENEFICIARY

    return check


def _kvnr(_argument: str) -> Validator:
    """A German health insurance number: letter, eight digits, check digit (GKV-Spitzenverband, § 290 SGB V)."""

    def check(value: str) -> Verdict | None:
        digits = f"{ord(value[0]) - ord('A') + 1:02d}" + value[1:9]
        total = 0
        for digit, weight in zip(digits, _KVNR_WEIGHTS, strict=True):
            product = int(digit) * int(weight)
            total += product // 10 + product % 10
        if len(set(value[1:])) < 3 or total % 10 != int(value[9]):
            return None
        return validated("check digit of the Krankenversichertennummer")

    return check


def _nhi(_argument: str) -> Validator:
    """A New Zealand NHI number, old form (mod 11) or new (mod 24) (HISO 10046)."""

    def check(value: str) -> Verdict | None:
        worth = [int(c) if c.isdigit() else _NHI_ALPHABET.find(c) + 1 for c in value]
        total = sum(number * weight for number, weight in zip(worth, range(7, 1, -1), strict=False))
        if value[6].isdigit():
            right = total % 11 != 0 and (11 - total % 11) % 10 == int(value[6])
        else:
            right = _NHI_ALPHABET[(24 - total % 24 - 1) % 24] == value[6]
        return validated("check character of the NHI") if right else None

    return check


def _ohip(_argument: str) -> Validator:
    """An Ontario health number: ten digits by Luhn; a version code of two letters may follow (Ontario MOH)."""

    def check(value: str) -> Verdict | None:
        digits = digits_of(value)
        if digits[0] == "0" or len(set(digits)) < 3 or not luhn_ok(digits):
            return None
        return validated("Luhn check digit")

    return check


def _ramq(_argument: str) -> Validator:
    """A Québec number: year, month (50 more for a woman) and day of birth behind four letters (RAMQ)."""

    def check(value: str) -> Verdict | None:
        digits = digits_of(value)
        month, day = int(digits[2:4]) % 50, int(digits[4:6])
        if int(digits[2:4]) > 62 or not 1 <= month <= 12 or not 1 <= day <= 31:
            return None
        return Verdict("letters and date of birth")

    return check


def _gtin(_argument: str) -> Validator:
    """The GTIN-14 behind ``(01)`` or ``01`` has a GS1 check digit (GS1 General Specifications, 7.9)."""

    def check(value: str) -> Verdict | None:
        digits = digits_of(value)[2:16]
        total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(digits))
        if len(digits) != 14 or len(set(digits)) < 2 or total % 10:
            return None
        return GTIN

    return check


def _medicare_au(_argument: str) -> Validator:
    """An Australian Medicare number: the ninth digit checks the first eight (AIHW METEOR 270101)."""

    def check(value: str) -> Verdict | None:
        digits = digits_of(value)
        total = sum(int(digit) * weight for digit, weight in zip(digits, _MEDICARE_WEIGHTS, strict=False))
        return validated("check digit of Medicare") if total % 10 == int(digits[8]) else None

    return check


FACTORIES: Mapping[str, Callable[[str], Validator]] = {
    "dea": _dea,
    "npi": _npi,
    "hicn": _hicn,
    "kvnr": _kvnr,
    "nhi": _nhi,
    "ohip": _ohip,
    "ramq": _ramq,
    "gtin": _gtin,
    "medicare_au": _medicare_au,
}
