"""Numbers that `python-stdnum` knows: ``stdnum:fr.nir`` calls ``stdnum.fr.nir.validate``."""

from collections.abc import Callable, Mapping
from itertools import pairwise

from bucketsieve.detect.validators.base import Validator, Verdict, validated
from bucketsieve.detect.validators.lazy_stdnum import stdnum


def _stdnum(argument: str) -> Validator:
    """The module below ``stdnum``. Its ``validate`` checks length, parts and check digits."""
    is_valid: Callable[[str], bool] = stdnum(argument).is_valid
    reason = f"check digits by python-stdnum ({argument})"

    def check(value: str) -> Verdict | None:
        try:
            return validated(reason) if is_valid(value) else None
        except (ValueError, LookupError):
            # `gh.tin` lets one out for letters where it expects digits, `cn.ric` for a county that is in no register.
            return None

    return check


def _range(argument: str) -> Validator:
    """``low-high``: the digits as a number lie in between, ends included."""
    low, high = map(int, argument.split("-"))

    def check(value: str) -> Verdict | None:
        digits = "".join(character for character in value if character.isdecimal() and character.isascii())
        return Verdict(f"within {low} to {high}") if digits and low <= int(digits) <= high else None

    return check


def _not_uniform(_argument: str) -> Validator:
    """Not one character again and again, and not simply counted up or down."""

    def check(value: str) -> Verdict | None:
        text = "".join(filter(str.isalnum, value))
        steps = {ord(right) - ord(left) for left, right in pairwise(text)}
        return None if len(steps) == 1 and steps <= {-1, 0, 1} else Verdict("digits vary")

    return check


FACTORIES: Mapping[str, Callable[[str], Validator]] = {
    "stdnum": _stdnum,
    "range": _range,
    "not_uniform": _not_uniform,
}
