"""Rulings on addresses of the internet and on places of the earth."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from bucketsieve.detect.native.ruling import ANYTHING, Ruling
from bucketsieve.detect.validators import personal

#: Addresses that nobody on the public internet has (RFC 6890, RFC 5771). What is left of 192.0.0.0/24, Python knows.
_NOT_PUBLIC: Final = (
    r"(?:0|10|127|22[4-9]|2[3-5]\d)\..*|169\.254\..*|192\.168\..*|172\.(?:1[6-9]|2\d|3[01])\..*|"
    r"100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\..*|198\.1[89]\..*|192\.0\.2\..*|198\.51\.100\..*|203\.0\.113\..*"
)
_PART: Final = "[0-9a-f]{1,4}"
_WHOLE: Final = f"(?:{_PART}:){{7}}{_PART}"
#: Two colons stand for one part at least.
_SHORT: Final = "|".join(f"(?:{_PART}:){{{count}}}(?::{_PART}){{1,{7 - count}}}" for count in range(1, 7))
#: Networks for one machine, translation, documentation and tests, and what once was for one site.
_SPECIAL: Final = "0{1,4}|0{0,2}64|0?100|2001|2002|3fff|5f00|fe[c-f][0-9a-f]"
#: Of one network, of one link, and of groups.
_LOCAL: Final = "f[cdf][0-9a-f]{2}|fe[89ab][0-9a-f]"


def _public_ip(_argument: str) -> Iterator[Ruling]:
    # Zeros in front may mean that the number is octal.
    yield Ruling(rf"(?:\d+\.)*0\d[\d.]*|{_NOT_PUBLIC}", None)
    yield Ruling(r"192\.0\.0\..*", None, ask=True)
    yield Ruling(r"[\d.]+", personal.PUBLIC)
    yield Ruling(f"{_WHOLE}|{_SHORT}", None, "lower", negated=True)
    yield Ruling(f"(?:{_SPECIAL}):.*", None, "lower", ask=True)
    yield Ruling(f"(?:{_LOCAL}):.*", None, "lower")
    yield Ruling(ANYTHING, personal.PUBLIC)


def _coordinates(_argument: str) -> Iterator[Ruling]:
    yield Ruling(r"-?0+\.0+[^0-9]+0+\.0+", None)
    yield Ruling(r"-?(?:[0-8]?\d|90)\.\d+[^0-9]+(?:\d|0?\d\d|[01][0-7]\d|180)\.\d+", None, negated=True)
    # Farther behind the point a difference may be lost to rounding.
    for digits, ask in ((r"\d{0,5}[1-9]", False), (r"\d*[1-9]", True)):
        yield Ruling(rf"-?90\.{digits}.*|.*[^0-9.]180\.{digits}\d*", None, ask=ask)
    yield Ruling(ANYTHING, personal.PLACE)


#: By the names of the validators.
WHEREABOUTS: Final[Mapping[str, Callable[[str], Iterator[Ruling]]]] = {
    "public_ip": _public_ip,
    "coordinates": _coordinates,
}
