"""Rulings on passwords: they are no words, code or stand-ins, and look chosen."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from bucketsieve.detect.native.ruling import ANYTHING, Check, Lettered, Reading, Ruling
from bucketsieve.detect.validators import passwords

#: Matches whatever there is.
_REST: Final = "(?s:.*)"
#: Words in a row with a separator somewhere, or of which no capital and no digit makes a password.
_WEAK_WORDS: Final = (
    r"[A-Za-z]+(?:[_\-. ][A-Za-z]+)+[_\-.]?\d{0,2}|[A-Za-z]+[_\-.]\d{0,2}|[A-Za-z]+|[a-z]+\d{1,2}|[A-Z]+\d{1,2}"
)


def _password(_argument: str) -> Iterator[Ruling]:
    code = f"{passwords.ATTRIBUTE}|(?:{passwords.PATH}){_REST}|{_word_ends(passwords.FILE_NAME)}|{_WEAK_WORDS}"
    yield Ruling(Lettered(code), None)
    yield from no_placeholder(hashes=False)
    least = round(float(passwords.LEAST_ENTROPY) * 1000)
    yield Ruling(ANYTHING, None, check=Check.WEAK_PASSWORD, argument=least)
    yield Ruling(ANYTHING, None, check=Check.CLOSE_PASSWORD, argument=least, ask=True)
    yield Ruling(ANYTHING, passwords.CHOSEN)


def _url_password(_argument: str) -> Iterator[Ruling]:
    yield from no_placeholder(Reading.UNQUOTED, hashes=False)
    yield Ruling(ANYTHING, passwords.IN_URL, reading=Reading.UNQUOTED)


def no_placeholder(reading: Reading = Reading.PLAIN, *, hashes: bool = True) -> Iterator[Ruling]:
    """As `passwords.is_placeholder`; and no hash, unless these may be."""
    words = "|".join(sorted(passwords.WORDS))
    quotes, behind = "[\"']*", f"[{re.escape(passwords.AFTER_WORDS)}]*"
    template = f"{_REST}(?:{passwords.TEMPLATE}){_REST}|(?:{passwords.TEMPLATE_START}){_REST}"
    stored = "" if hashes else rf"|(?i:{passwords.HASH}){_REST}"
    # With few states, it goes with what is asked before into one panel.
    yield Ruling(Lettered(rf"{template}|(?:{passwords.TEMPLATE_WHOLE})\n?{stored}"), None, reading=reading)
    stands_in = f"{_REST}(?:{passwords.STAND_IN}){_REST}|{_REST}{_word_ends(passwords.STAND_IN_WORD)}"
    stands_in_whole = f"{stands_in}|{quotes}(?:{words}){behind}{quotes}"
    yield Ruling(Lettered(stands_in_whole), None, "lower", reading=reading)
    yield Ruling(ANYTHING, None, "lower", check=Check.STAND_IN, argument=passwords.LEAST_KINDS, reading=reading)


def _word_ends(pattern: str) -> str:
    """``pattern`` and the end of a word, whatever is behind it."""
    return rf"(?:{pattern})(?:\W{_REST})?"


#: By the names of the validators.
PASSWORDS: Final[Mapping[str, Callable[[str], Iterator[Ruling]]]] = {
    "password": _password,
    "url_password": _url_password,
}
