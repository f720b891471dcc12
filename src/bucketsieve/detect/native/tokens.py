"""Rulings on tokens and addresses with a checksum, and on tokens that say in base64 what they are."""

import re
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from string import ascii_letters, digits
from typing import Final

from bucketsieve.detect.native.assigned import no_placeholder
from bucketsieve.detect.native.ruling import ANYTHING, Check, Reading, Ruling
from bucketsieve.detect.validators import financial, token_checksums, token_structure
from bucketsieve.detect.validators.base import Verdict

#: Three digits in base64, the first one of them, and two of them: the last character has bits to spare.
_THREE_DIGITS: Final = "(?:[MN][DTjz]|O[DT])[AEIMQUYcgk][w-z0-5]"
_ONE_DIGIT: Final = r"(?:[MN][A-Za-z0-9_\-]|O[A-Za-f])"
_TWO_DIGITS: Final = "(?:[MN][DTjz]|O[DT])[A-Za-n]"
#: Members by which tokens are told, in the order of `src/native/jsontoken.h`.
_MEMBERS: Final = ("signInAddress", "k", "org")
_BASE64: Final = f"{ascii_letters[26:]}{ascii_letters[:26]}{digits}+/"


def _checked(check: Check, verdict: Verdict, argument: int, _argument: str) -> Iterator[Ruling]:
    yield Ruling(ANYTHING, verdict, check=check, argument=argument)
    yield Ruling(ANYTHING, None)


def _wallet(_argument: str) -> Iterator[Ruling]:
    """The data of a first version has 20 bytes or 32, behind which base32 leaves four bits, which are zeros."""
    address = financial.ADDRESS
    yield Ruling("[13].*", address, check=Check.BASE58CHECK)
    yield Ruling("bc1p.*", address, check=Check.BECH32, argument=financial.BECH32M)
    yield Ruling("bc1q.{38}|bc1q.{51}[qs].{6}", address, check=Check.BECH32, argument=1)
    yield Ruling(ANYTHING, None)


def _pypi_token(_argument: str) -> Iterator[Ruling]:
    """The form has the name of the index, behind which there has to be the number of the next field."""
    macaroon = "pypi-(?:AgEIcHlwaS5vcmcC|AgENdGVzdC5weXBpLm9yZw[I-L]).*"
    yield Ruling(macaroon, None, negated=True)
    yield Ruling(ANYTHING, token_structure.MACAROON)


def _discord_token(_argument: str) -> Iterator[Ruling]:
    """17 to 20 digits."""
    digits = f"(?:{_THREE_DIGITS}){{6}}(?:{_ONE_DIGIT}|{_TWO_DIGITS})?"
    yield Ruling(rf"{digits}\..*", None, negated=True)
    yield Ruling(ANYTHING, token_structure.ACCOUNT)


def _jwt(_argument: str) -> Iterator[Ruling]:
    yield Ruling(ANYTHING, token_structure.WEB_TOKEN, check=Check.WEB_TOKEN, argument=1)
    yield Ruling(ANYTHING, token_structure.MANUAL_TOKEN, check=Check.WEB_TOKEN, argument=2)
    yield Ruling(ANYTHING, None, check=Check.WEB_TOKEN, argument=3, ask=True)
    yield Ruling(ANYTHING, None)


def _basic_auth(_argument: str) -> Iterator[Ruling]:
    yield Ruling("|".join(map(_encoded, sorted(token_structure.RFC_EXAMPLES))), token_structure.RFC_EXAMPLE)
    yield Ruling(ANYTHING, None, check=Check.CREDENTIALS)
    yield Ruling(ANYTHING, None, check=Check.CREDENTIALS, argument=2, ask=True)
    yield from no_placeholder(Reading.PASSWORD)
    yield Ruling(ANYTHING, token_structure.CREDENTIALS, reading=Reading.PASSWORD)


def _json_token(argument: str) -> Iterator[Ruling]:
    if argument not in _MEMBERS:
        return
    number = 3 * _MEMBERS.index(argument)
    yield Ruling(ANYTHING, token_structure.JSON_TOKEN, check=Check.JSON_TOKEN, argument=number + 1)
    yield Ruling(ANYTHING, None, check=Check.JSON_TOKEN, argument=number + 2, ask=True)
    yield Ruling(ANYTHING, None)


def _encoded(text: str) -> str:
    """Matches the text in base64, padded or not; bits of the last character are no part of it."""
    code = b64encode(text.encode()).decode()
    bare = code.rstrip("=")
    spare = 4 ** (len(code) - len(bare))
    last = _BASE64.index(bare[-1])
    return f"{re.escape(bare[:-1])}[{re.escape(_BASE64[last : last + spare])}]={{0,2}}"


#: By the names of the validators.
TOKENS: Final[Mapping[str, Callable[[str], Iterator[Ruling]]]] = {
    "crc32_base62": partial(_checked, Check.CRC32_BASE62, token_checksums.CRC_AGREES, 0),
    "gitlab_checksum": partial(_checked, Check.GITLAB, token_checksums.LENGTH_AND_CRC_AGREE, 0),
    "grafana_checksum": partial(_checked, Check.GRAFANA, token_checksums.CRC_AGREES, 0),
    "bech32": partial(_checked, Check.BECH32, token_checksums.BECH32_AGREES, 1),
    "wallet": _wallet,
    "pem": partial(_checked, Check.PEM, token_structure.PEM, 0),
    "base64_pem": partial(_checked, Check.BASE64_PEM, token_structure.BASE64_PEM, 0),
    "jwt": _jwt,
    "basic_auth": _basic_auth,
    "json_token": _json_token,
    "pypi_token": _pypi_token,
    "discord_token": _discord_token,
}
