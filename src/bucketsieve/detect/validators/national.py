"""Rules of national numbers that no library knows, or knows too loosely."""

from collections.abc import Callable, Mapping

from bucketsieve.detect.model import Confidence
from bucketsieve.detect.validators.base import Validator, Verdict, digits_of, test_value

#: Numbers the Social Security Administration and others have printed (https://www.ssa.gov/history/ssn/misused.html).
PUBLISHED_SSNS = frozenset({"078051120", "219099999", "457555462", "123456789", "111223333"})
ADVERTISED_SSNS = range(987654320, 987654330)
PUBLISHED = test_value("published number")
ASSIGNABLE = Verdict("area, group and serial are assignable")


def _ssn(_argument: str) -> Validator:
    """Area not 000, 666 or 900-999, group not 00, serial not 0000 (https://www.ssa.gov/employer/randomization.html)."""

    def check(value: str) -> Verdict | None:
        digits = digits_of(value)
        if len(digits) != 9:
            return None
        if digits in PUBLISHED_SSNS or int(digits) in ADVERTISED_SSNS:
            return PUBLISHED
        area, group, serial = digits[:3], digits[3:5], digits[5:]
        if area in ("000", "666") or area[0] == "9" or group == "00" or serial == "0000" or len(set(digits)) == 1:
            return None
        return ASSIGNABLE

    return check


def _itin(_argument: str) -> Validator:
    """9xx, and a fourth and fifth digit of 50-65, 70-88, 90-92 or 94-99 (IRS Publication 1915)."""

    def check(value: str) -> Verdict | None:
        digits = digits_of(value)
        group = int(digits[3:5]) if len(digits) == 9 else -1
        if digits[:1] != "9" or not (50 <= group <= 65 or 70 <= group <= 88 or 90 <= group <= 92 or 94 <= group <= 99):
            return None
        return Verdict("range of the IRS", Confidence.STRUCTURED)

    return check


FACTORIES: Mapping[str, Callable[[str], Validator]] = {"ssn": _ssn, "itin": _itin}
