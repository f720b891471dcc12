"""Shape and randomness of secrets, and the placeholders people write instead of them."""

import math
import re
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Final

from bucketsieve.detect.validators.base import Validator, Verdict, test_value

PLACEHOLDER: Final = (
    r"example|sample|dummy|placeholder|redacted|change.?me|your.?|insert|replace|test.?key|xxxx|"
    r"\*{3}|\.{3}|<|\$\{|\{\{|%\("
)
_PLACEHOLDER: Final = re.compile(PLACEHOLDER, re.IGNORECASE)


#: Different characters that something else than a placeholder has, at least.
LEAST_KINDS: Final = 4
#: The same for an access key of AWS, behind its prefix of so many characters.
AWS_LEAST_KINDS: Final = 6
AWS_PREFIX: Final = 4
RANDOM_ENOUGH: Final = Verdict("random enough")
NO_PLACEHOLDER: Final = Verdict("not a placeholder")
MIXED: Final = Verdict("mixed case and digits")
DOCUMENTED: Final = test_value("key of the AWS documentation")
RANDOM_KEY: Final = Verdict("random, mixed case, no path")
#: Bits a character that a secret key of AWS has at least.
AWS_LEAST_ENTROPY: Final = "4.0"
AWS_KEY: Final = Verdict("key prefix and base32 alphabet")
#: More than sums of a few hundred numbers are rounded by, in bits.
_ROUNDING = 1e-9


def entropy_of(value: str) -> float:
    """Shannon entropy in bits a character."""
    total, counts = len(value), Counter(value).values()
    # Of many characters, few occur differently often.
    terms = {count: count / total * math.log2(count / total) for count in set(counts)}
    return -sum(map(terms.__getitem__, counts))


def has_entropy(value: str, least: float) -> bool:
    """Whether `entropy_of` a value is at least ``least``; mostly the number of different characters tells."""
    total, kinds = len(value), len(set(value))
    if kinds > 1:
        often = total - kinds + 1
        # As little as so many kinds can have: all but one occur once.
        lowest = ((kinds - 1) * math.log2(total) + often * math.log2(total / often)) / total
        if lowest > least + _ROUNDING:
            return True
    return entropy_of(value) >= least


def _entropy(argument: str) -> Validator:
    """``entropy:3.5``: at least that many bits a character."""
    least = float(argument)

    def check(value: str) -> Verdict | None:
        return RANDOM_ENOUGH if has_entropy(value, least) else None

    return check


def _not_placeholder(_argument: str) -> Validator:
    def check(value: str) -> Verdict | None:
        return None if _PLACEHOLDER.search(value) or len(set(value)) < LEAST_KINDS else NO_PLACEHOLDER

    return check


def _mixed(_argument: str) -> Validator:
    """Lower case, upper case and digits all occur: neither a hash in hex nor a word."""

    def check(value: str) -> Verdict | None:
        kinds = (any(map(str.islower, value)), any(map(str.isupper, value)), any(map(str.isdigit, value)))
        return MIXED if all(kinds) else None

    return check


def _aws_access_key(_argument: str) -> Validator:
    def check(value: str) -> Verdict | None:
        if value.endswith("EXAMPLE"):
            return DOCUMENTED
        return AWS_KEY if len(set(value[AWS_PREFIX:])) >= AWS_LEAST_KINDS else None

    return check


def _aws_secret_key(_argument: str) -> Validator:
    """Forty base64 characters are a SHA-1 in hex or a path as often as a key: those two are sorted out."""
    least = float(AWS_LEAST_ENTROPY)

    def check(value: str) -> Verdict | None:
        if value.endswith("EXAMPLEKEY"):
            return DOCUMENTED
        if _mixed("")(value) is None or entropy_of(value) < least:
            return None
        words = [part for part in re.split(r"[/+0-9]", value) if len(part) >= 5 and (part.islower() or part.istitle())]
        return None if len(words) >= 3 else RANDOM_KEY

    return check


FACTORIES: Mapping[str, Callable[[str], Validator]] = {
    "entropy": _entropy,
    "not_placeholder": _not_placeholder,
    "mixed": _mixed,
    "aws_access_key": _aws_access_key,
    "aws_secret_key": _aws_secret_key,
}
