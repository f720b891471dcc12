"""Rulings on tokens and keys: they name no placeholder, and are random enough."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from bucketsieve.detect.native.ruling import ANYTHING, Check, Ruling
from bucketsieve.detect.validators import passwords, secrets

#: Characters of a published token that tell it from others.
_TELLING: Final = 12


def _token(argument: str) -> Iterator[Ruling]:
    beginnings = "|".join(sorted(re.escape(each[:_TELLING]) for each in passwords.PUBLISHED))
    yield Ruling(rf"(?:{beginnings})(?s:.*)", None, ask=True)
    yield Ruling(rf"(?s:.*)(?:{passwords.NO_RANDOM_PART})(?s:.*)", None, "lower")
    least = _thousandths(argument or passwords.USUAL_ENTROPY)
    yield Ruling(ANYTHING, None, check=Check.NOT_RANDOM, argument=least)
    yield Ruling(ANYTHING, None, check=Check.CLOSE_ENTROPY, argument=least, ask=True)
    yield Ruling(ANYTHING, passwords.RANDOM)


def _entropy(argument: str) -> Iterator[Ruling]:
    least = _thousandths(argument)
    yield Ruling(ANYTHING, None, check=Check.LITTLE_ENTROPY, argument=least)
    yield Ruling(ANYTHING, None, check=Check.CLOSE_ENTROPY, argument=least, ask=True)
    yield Ruling(ANYTHING, secrets.RANDOM_ENOUGH)


def _thousandths(bits: str) -> int:
    return round(float(bits) * 1000)


def _not_placeholder(_argument: str) -> Iterator[Ruling]:
    yield Ruling(rf"(?s:.*)(?:{secrets.PLACEHOLDER})(?s:.*)", None, "lower")
    yield Ruling(ANYTHING, None, check=Check.FEW_KINDS, argument=secrets.LEAST_KINDS)
    yield Ruling(ANYTHING, secrets.NO_PLACEHOLDER)


def _aws_access_key(_argument: str) -> Iterator[Ruling]:
    yield Ruling("(?s:.*)EXAMPLE", secrets.DOCUMENTED)
    kinds = secrets.AWS_PREFIX << 16 | secrets.AWS_LEAST_KINDS
    yield Ruling(ANYTHING, None, check=Check.FEW_KINDS, argument=kinds)
    yield Ruling(ANYTHING, secrets.AWS_KEY)


def _aws_secret_key(_argument: str) -> Iterator[Ruling]:
    yield Ruling("(?s:.*)EXAMPLEKEY", secrets.DOCUMENTED)
    yield Ruling("[^a-z]*|[^A-Z]*|[^0-9]*", None)
    word, between = "[A-Za-z][a-z]{4}[a-z]*", "[/+0-9]"
    words = rf"(?:.*{between})?{word}{between}(?:.*{between})?{word}{between}(?:.*{between})?{word}(?:{between}.*)?"
    yield Ruling(words, None)
    least = _thousandths(secrets.AWS_LEAST_ENTROPY)
    yield Ruling(ANYTHING, None, check=Check.LITTLE_ENTROPY, argument=least)
    yield Ruling(ANYTHING, None, check=Check.CLOSE_ENTROPY, argument=least, ask=True)
    yield Ruling(ANYTHING, secrets.RANDOM_KEY)


#: By the names of the validators.
SECRETS: Final[Mapping[str, Callable[[str], Iterator[Ruling]]]] = {
    "token": _token,
    "entropy": _entropy,
    "not_placeholder": _not_placeholder,
    "aws_access_key": _aws_access_key,
    "aws_secret_key": _aws_secret_key,
}
