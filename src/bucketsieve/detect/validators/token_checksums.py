"""Checksums that issuers put into tokens, so that a scanner can tell a token from an accident offline."""

import string
import zlib
from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from bucketsieve.detect.validators.base import Validator, Verdict, validated

_BASE62: Final = string.digits + string.ascii_uppercase + string.ascii_lowercase
_BASE36: Final = string.digits + string.ascii_lowercase
_BECH32: Final = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_BECH32_GENERATORS: Final = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)


def _in_base(number: int, alphabet: str, width: int) -> str:
    """``number`` in the base of ``alphabet``, padded on the left to ``width`` characters."""
    digits = ""
    while number:
        number, rest = divmod(number, len(alphabet))
        digits = alphabet[rest] + digits
    return digits.rjust(width, alphabet[0])


def crc32_base62(random: str) -> str:
    """The six characters that GitHub and npm append to the random part of a token: its CRC-32 in base 62.

    https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/
    """
    return _in_base(zlib.crc32(random.encode()), _BASE62, 6)


def gitlab_checksum(token: str) -> str:
    """The seven characters that end a routable GitLab token: CRC-32 in base 36 of everything before them.

    https://docs.gitlab.com/security/tokens/
    """
    return _in_base(zlib.crc32(token.encode()), _BASE36, 7)


def grafana_checksum(token: str) -> str:
    """The eight hex digits that end a Grafana service account token: CRC-32, low byte first, of what precedes ``_``.

    https://grafana.com/docs/grafana/latest/administration/service-accounts/
    """
    return zlib.crc32(token.encode()).to_bytes(4, "little").hex()


def bech32_ok(text: str, rest: int = 1) -> bool:
    """Whether ``text`` ends in the checksum of its human-readable part and data (BIP 173), which leaves ``rest``."""
    if text not in (text.lower(), text.upper()):
        return False
    prefix, separator, data = text.lower().rpartition("1")
    if not prefix or not separator or len(data) < 6 or set(data) - set(_BECH32):
        return False
    state = 1
    for value in (
        [ord(each) >> 5 for each in prefix]
        + [0]
        + [ord(each) & 31 for each in prefix]
        + [_BECH32.index(each) for each in data]
    ):
        top = state >> 25
        state = (state & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate(_BECH32_GENERATORS):
            if top >> bit & 1:
                state ^= generator
    return state == rest


def crc32_base62_agrees(value: str) -> bool:
    """``ghp_`` or ``npm_``, thirty random characters, six of checksum."""
    body = value.rpartition("_")[2]
    return crc32_base62(body[:-6]) == body[-6:]


def gitlab_agrees(value: str) -> bool:
    """``glpat-<payload>.01.<its length in base 36><checksum>``."""
    payload, _, rest = value.partition(".")
    size = len(payload.partition("-")[2])
    return int(rest.rpartition(".")[2][:2], 36) == size and gitlab_checksum(value[:-7]) == value[-7:]


def grafana_agrees(value: str) -> bool:
    """``glsa_``, 32 random characters, eight of checksum behind a last ``_``."""
    text, _, checksum = value.rpartition("_")
    return grafana_checksum(text) == checksum


CRC_AGREES: Final = validated("CRC-32 of the token agrees")
LENGTH_AND_CRC_AGREE: Final = validated("length and CRC-32 of the token agree")
BECH32_AGREES: Final = validated("Bech32 checksum")


def _check(agrees: Callable[[str], bool], verdict: Verdict, _argument: str) -> Validator:
    def check(value: str) -> Verdict | None:
        return verdict if agrees(value) else None

    return check


FACTORIES: Mapping[str, Callable[[str], Validator]] = {
    "crc32_base62": partial(_check, crc32_base62_agrees, CRC_AGREES),
    "gitlab_checksum": partial(_check, gitlab_agrees, LENGTH_AND_CRC_AGREE),
    "grafana_checksum": partial(_check, grafana_agrees, CRC_AGREES),
    "bech32": partial(_check, bech32_ok, BECH32_AGREES),
}
