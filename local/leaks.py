"""Searches what a scan leaves behind for the values it must never show: as they are, and in simple disguises."""

import base64
import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote

import hyperscan

#: With fewer digits a number turns up by chance.
_MIN_DIGITS: Final = 9


@dataclass(frozen=True, slots=True)
class Leak:
    """A forbidden value was found in ``where``, ``form`` being its disguise. The value itself is not repeated."""

    where: str
    offset: int
    form: str


class LeakSearch:
    """Looks for any of the values, all at once.

    Besides the plain text: bare digits of numbers, text escaped for JSON and URLs, base64, hexadecimal, UTF-16, and
    unkeyed digests, which give a value away to whoever can try all values of its kind.
    """

    def __init__(self, values: Iterable[str]) -> None:
        needles: dict[bytes, str] = {}
        for value in values:
            for form, needle in _disguises(value):
                needles.setdefault(needle, form)
        self._needles = list(needles.items())
        self._database = hyperscan.Database()
        if needles:
            self._database.compile(
                # Byte by byte in hexadecimal: the compiler takes text that ends at a NUL, and UTF-16 is full of them.
                expressions=[b"".join(b"\\x%02x" % byte for byte in needle) for needle, _ in self._needles],
                ids=list(range(len(self._needles))),
                flags=[0] * len(self._needles),
            )

    def in_bytes(self, where: str, data: bytes) -> Iterator[Leak]:
        """Yield every leak in ``data``."""
        ends: list[tuple[int, int]] = []
        if self._needles and data:

            def note(number: int, _start: int, end: int, _flags: int, _context: object) -> None:
                ends.append((number, end))

            self._database.scan(data, match_event_handler=note)
        for number, end in ends:
            needle, form = self._needles[number]
            start = end - len(needle)
            if form != "bare digits" or _stands_alone(data, start, end):
                yield Leak(where, start, form)

    def in_files(self, paths: Iterable[Path]) -> Iterator[Leak]:
        """Yield every leak in the files, and in those below them where they are folders."""
        for path in paths:
            files = sorted(path.rglob("*")) if path.is_dir() else [path]
            for file in files:
                if file.is_file():
                    yield from self.in_bytes(str(file), file.read_bytes())


def _disguises(value: str) -> Iterator[tuple[str, bytes]]:
    raw, digits = value.encode(), "".join(filter(str.isdigit, value))
    yield "plain text", raw
    yield "UTF-16", value.encode("utf-16-le")
    yield "hexadecimal", raw.hex().encode()
    yield "escaped for JSON", json.dumps(value).strip('"').replace("/", "\\/").encode()
    yield "escaped for a URL", quote(value, safe="").encode()
    for shift in range(3):
        yield "base64", _base64_inside(raw, shift)
    for name in ("md5", "sha1", "sha256"):
        yield f"unkeyed {name}", hashlib.new(name, raw, usedforsecurity=False).hexdigest().encode()
    if len(digits) >= _MIN_DIGITS and not any(map(str.isalpha, value)):
        yield "bare digits", digits.encode()
        yield "unkeyed sha256", hashlib.sha256(digits.encode()).hexdigest().encode()


def _base64_inside(raw: bytes, shift: int) -> bytes:
    """Return what base64 makes of ``raw`` after ``shift`` other bytes, without the ends that the neighbours colour."""
    encoded = base64.b64encode(b"\0" * shift + raw)
    first, last = (0, 2, 3)[shift], (shift + len(raw)) * 8 // 6
    return encoded[first:last]


def _stands_alone(data: bytes, start: int, end: int) -> bool:
    return not (data[max(start - 1, 0) : start].isalnum() or data[end : end + 1].isalnum())
