"""Objects that are made to break a scanner, at any size, and what must become of each.

Every builder takes a size in bytes and returns about as many; ``SSN`` stands at the very end of those with a finding.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from bucketsieve.reasons import Reason

SSN: Final = b"\nssn: 536-22-8726\n"


@dataclass(frozen=True, slots=True)
class Hostile:
    """One kind of hostile object. ``reason`` is ``None`` where the object must succeed.

    ``finds`` says that the number at its end must be found, behind all that comes before.
    """

    build: Callable[[int], bytes]
    reason: Reason | None = None
    finds: bool = True


def _repeated(unit: bytes) -> Callable[[int], bytes]:
    """A text of nothing but ``unit``, then the number."""
    return lambda size: unit * (size // len(unit)) + SSN


def _numbered(line: str) -> Callable[[int], bytes]:
    """A text of lines that differ by their number, then the number to find."""

    def build(size: int) -> bytes:
        count = size // len(line.format(100_000))
        return "".join(line.format(number) for number in range(count)).encode() + SSN

    return build


def _deep(opening: bytes, closing: bytes) -> Callable[[int], bytes]:
    """An object nested as deeply as the size allows."""

    def build(size: int) -> bytes:
        depth = size // (len(opening) + len(closing))
        return opening * depth + b'"ssn: 536-22-8726"' + closing * depth

    return build


def _laughs(size: int) -> bytes:
    """A billion laughs, which would expand to a few terabytes, in front of a text of the given size."""
    entities = "".join(f'<!ENTITY lol{level} "{f"&lol{level - 1};" * 10}">' for level in range(1, 13))
    head = f'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol0 "lol">{entities}]><lolz>&lol12;'.encode()
    return head + b"<a>&lol12;</a>" * (size // 14) + SSN + b"</lolz>"


def _utf16_cut(size: int) -> bytes:
    """UTF-16 whose last character is half there."""
    return ("nothing to see here\n" * (size // 40)).encode("utf-16") + SSN.decode().encode("utf-16-le") + b"\x41"


CORPUS: Final[dict[str, Hostile]] = {
    "one line": Hostile(_repeated(b"x")),
    "one line of words": Hostile(_repeated(b"all work and no play ")),
    "nothing but line ends": Hostile(_repeated(b"\n")),
    "NULs": Hostile(bytes, Reason.UNSUPPORTED_FILE_TYPE, finds=False),
    "NULs behind a text": Hostile(lambda size: b"log line\n" * 1_000 + bytes(size) + SSN),
    "invalid UTF-8": Hostile(_repeated(b"caf\xe9 \xff\xfe na\xefve text ")),
    "overlong and cut UTF-8": Hostile(_repeated("déjà vu ".encode() + b"\xc0\xaf \xe2\x82 \xf0\x9f ")),
    "UTF-16, cut": Hostile(_utf16_cut),
    "unpaired surrogates": Hostile(lambda size: b"\xff\xfe" + b"\x00\xd8a\x00" * (size // 4) + b"\n\x00"
                                   + SSN.decode().encode("utf-16-le")),
    "byte order marks alone": Hostile(lambda size: b"\xef\xbb\xbf" * (size // 3), finds=False),
    "deep JSON arrays": Hostile(_deep(b"[", b"]")),
    "deep JSON objects": Hostile(_deep(b'{"a":', b"}")),
    "tiny JSON keys": Hostile(_numbered('{{"k{0}":{0}}},\n')),
    "tiny lines": Hostile(_repeated(b"a\n")),
    "a wide CSV": Hostile(lambda size: b"a," * (size // 2) + SSN),
    "billion laughs": Hostile(_laughs),
    "control characters": Hostile(_repeated(b"key\x01value\x02\x1b[31mred\x07 plain text here\n")),
    "digits": Hostile(_repeated(b"1234567890")),
    "at signs": Hostile(_repeated(b"@")),
    "dots and at signs": Hostile(_repeated(b"a.a@")),
    "halves of tokens": Hostile(_repeated(b"eyJAAAA.")),
    "halves of card numbers": Hostile(_repeated(b"1234-")),
    "private keys without an end": Hostile(_repeated(b"-----BEGIN RSA PRIVATE KEY-----\n")),
    "words of context": Hostile(_repeated(b"ssn password secret token key ")),
    "colons": Hostile(_repeated(b"password=::=")),
    "base64": Hostile(_repeated(b"QWxsIHdvcmsgYW5kIG5vIHBsYXk")),
    "hexadecimal": Hostile(_repeated(b"0123456789abcdef")),
    "URLs": Hostile(_repeated(b"https://a:b@c.d/")),
}  # fmt: skip
