"""Rulings on tokens and addresses with a checksum, and on tokens that say in base64 what they are."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Final

from bucketsieve.detect.native.ruling import ANYTHING, Check, Ruling
from bucketsieve.detect.validators import financial, token_checksums, token_structure
from bucketsieve.detect.validators.base import Verdict

#: Three digits in base64, the first one of them, and two of them: the last character has bits to spare.
_THREE_DIGITS: Final = "(?:[MN][DTjz]|O[DT])[AEIMQUYcgk][w-z0-5]"
_ONE_DIGIT: Final = r"(?:[MN][A-Za-z0-9_\-]|O[A-Za-f])"
_TWO_DIGITS: Final = "(?:[MN][DTjz]|O[DT])[A-Za-n]"


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


#: By the names of the validators.
TOKENS: Final[Mapping[str, Callable[[str], Iterator[Ruling]]]] = {
    "crc32_base62": partial(_checked, Check.CRC32_BASE62, token_checksums.CRC_AGREES, 0),
    "gitlab_checksum": partial(_checked, Check.GITLAB, token_checksums.LENGTH_AND_CRC_AGREE, 0),
    "grafana_checksum": partial(_checked, Check.GRAFANA, token_checksums.CRC_AGREES, 0),
    "bech32": partial(_checked, Check.BECH32, token_checksums.BECH32_AGREES, 1),
    "wallet": _wallet,
    "pypi_token": _pypi_token,
    "discord_token": _discord_token,
}
