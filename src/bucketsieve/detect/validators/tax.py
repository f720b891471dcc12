"""Taxpayers' numbers that have parts to check and no check digit, or one that the library leaves out."""

from collections.abc import Callable, Collection, Mapping

from bucketsieve.detect.validators.base import Validator, Verdict, digits_of, validated
from bucketsieve.detect.validators.lazy_stdnum import stdnum

#: What the digits of a Hungarian tax number count for; the tenth is the remainder of the sum by 11.
_HUNGARIAN_WEIGHTS = range(1, 10)


def _parts(argument: str) -> Validator:
    """``parts:us.ein`` calls ``stdnum.us.ein``: prefixes, dates or offices are right, but no check digit proves it."""
    is_valid: Callable[[str], bool] = stdnum(argument).is_valid

    def check(value: str) -> Verdict | None:
        return Verdict(f"parts of the number by python-stdnum ({argument})") if is_valid(value) else None

    return check


RFC = validated("date and check digit (SAT)")


def rfc_words() -> Collection[str]:
    """Four letters with which the number of no person begins: by the library."""
    words: Collection[str] = stdnum("mx.rfc")._name_blacklist
    return words


def _rfc(_argument: str) -> Validator:
    """A Mexican RFC with its date and its check digit; the library leaves the digit out unless told."""
    is_valid: Callable[..., bool] = stdnum("mx.rfc").is_valid

    def check(value: str) -> Verdict | None:
        return RFC if is_valid(value, validate_check_digits=True) else None

    return check


def _hungarian_tax(_argument: str) -> Validator:
    """Ten digits, the first 8, the last a check digit (1996. évi XX. törvény, annex)."""

    def check(value: str) -> Verdict | None:
        digits = digits_of(value)
        if len(digits) != 10 or len(set(digits)) < 3:
            return None
        total = sum(int(digit) * weight for digit, weight in zip(digits, _HUNGARIAN_WEIGHTS, strict=False))
        return validated("check digit of the adóazonosító jel") if total % 11 == int(digits[9]) else None

    return check


FACTORIES: Mapping[str, Callable[[str], Validator]] = {
    "parts": _parts,
    "rfc": _rfc,
    "hungarian_tax": _hungarian_tax,
}
