"""Turns an object's bytes, in any supported encoding, into the UTF-8 (or single-byte) text that is searched.

UTF-8, ASCII, Latin-1 and other supersets of ASCII are searched as they are. UTF-16 and UTF-32 are re-encoded as UTF-8,
and `Cursor` walks back from a place in the text to the byte offset in the object.
"""

import codecs
from typing import Final, NamedTuple

from bucketsieve.detect.native.lines import count_newlines

#: Bytes looked at to tell the encoding when nobody names it.
SNIFF_BYTES: Final = 4_096

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16: its mark begins with UTF-16's
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WIDE: Final = {"utf-16-le": 2, "utf-16-be": 2, "utf-32-le": 4, "utf-32-be": 4}
_CONTINUATION: Final = bytes(range(0x80, 0xC0))
_NOT_ASTRAL_LEAD: Final = bytes(value for value in range(256) if not 0xF0 <= value <= 0xF7)

#: A text, or what a buffer has of it: the buffer may write something else there later.
type Text = bytes | memoryview


class UnsupportedEncodingError(ValueError):
    """The named encoding is neither UTF-16/32 nor a superset of ASCII, or is not known at all."""


class Encoding(NamedTuple):
    """How the object is written: ``unit`` bytes a code unit (1: searched as it is), ``bom`` bytes before the text."""

    name: str
    unit: int
    bom: int

    @property
    def multi_byte(self) -> bool:
        """Whether a character of the searched text may have several bytes (then columns count lead bytes only)."""
        return self.unit > 1 or self.name == "utf-8"


def resolve_encoding(head: bytes, name: str | None) -> Encoding:
    """The encoding of an object that begins with ``head``. Raises UnsupportedEncodingError."""
    bom = next(((mark, encoding) for mark, encoding in _BOMS if head.startswith(mark)), None)
    if name is None:
        if bom is not None:
            return Encoding(bom[1], _WIDE.get(bom[1], 1), len(bom[0]))
        return _sniff(head)
    try:
        codec = codecs.lookup(name).name
    except LookupError:
        raise UnsupportedEncodingError(f"unknown encoding {name!r}") from None
    if codec in ("utf-16", "utf-32"):
        order = bom[1] if bom is not None and bom[1].startswith(codec) else f"{codec}-le"
        return Encoding(order, _WIDE[order], len(bom[0]) if bom is not None and bom[1] == order else 0)
    if codec in _WIDE:
        return Encoding(codec, _WIDE[codec], len(bom[0]) if bom is not None and bom[1] == codec else 0)
    if not _keeps_ascii(codec):
        raise UnsupportedEncodingError(f"cannot search {codec}: only UTF-8/16/32 and supersets of ASCII")
    codec = "utf-8" if codec in ("utf-8", "utf-8-sig", "ascii") else codec
    return Encoding(codec, 1, 3 if codec == "utf-8" and bom is not None and bom[1] == "utf-8" else 0)


def _keeps_ascii(codec: str) -> bool:
    printable = bytes(range(0x20, 0x7F)).replace(b"\\", b"").replace(b"~", b"")  # Shift-JIS moves these two
    try:
        return printable.decode(codec) == printable.decode("ascii") and codec not in ("utf-7", "unicode_escape")
    except (UnicodeError, LookupError):
        return False


def _sniff(head: bytes) -> Encoding:
    """Text without a mark: NUL bytes at fixed places give UTF-16 and UTF-32 away."""
    head = head[: len(head) & ~3]
    quarter = len(head) // 4
    if quarter:
        zeros = [head[place::4].count(0) for place in range(4)]
        most = quarter * 0.7
        if zeros[3] == zeros[2] == quarter and zeros[0] < most:
            return Encoding("utf-32-le", 4, 0)
        if zeros[0] == zeros[1] == quarter and zeros[3] < most:
            return Encoding("utf-32-be", 4, 0)
        even, odd = zeros[0] + zeros[2], zeros[1] + zeros[3]
        if odd > most and even <= odd // 10:
            return Encoding("utf-16-le", 2, 0)
        if even > most and odd <= even // 10:
            return Encoding("utf-16-be", 2, 0)
    return Encoding("utf-8", 1, 0)


class TextDecoder:
    """Incremental: the text it has given out depends on the bytes fed in, not on how they were cut."""

    def __init__(self, encoding: str | None) -> None:
        """Raises UnsupportedEncodingError as soon as the name alone shows it."""
        if encoding is not None:
            resolve_encoding(b"", encoding)
        self._name = encoding
        self._head: bytearray | None = bytearray()
        self._decoder: codecs.IncrementalDecoder | None = None
        self.encoding = Encoding("utf-8", 1, 0)

    def __repr__(self) -> str:
        return f"TextDecoder({self.encoding.name})"

    @property
    def is_plain(self) -> bool:
        """Whether from here on the text is the object's own bytes."""
        return self._head is None and self._decoder is None

    def feed(self, chunk: bytes | memoryview, final: bool) -> bytes | memoryview:
        """The text of ``chunk``, or as much of it as is decided; a byte-order mark is not part of the text."""
        if self._head is not None:
            self._head += chunk
            if len(self._head) < SNIFF_BYTES and not final:
                return b""
            chunk, self._head = bytes(self._head), None
            self.encoding = resolve_encoding(chunk[:SNIFF_BYTES], self._name)
            chunk = chunk[self.encoding.bom :]
            if self.encoding.unit > 1:
                self._decoder = codecs.getincrementaldecoder(self.encoding.name)("replace")
        if self._decoder is None:
            return chunk
        return self._decoder.decode(chunk, final).encode("utf-8", "replace")


class Cursor:
    """A place in the text with its line, its column and its byte offset in the object. Only moves forward."""

    __slots__ = ("_encoding", "column", "line", "offset", "place")

    def __init__(self, encoding: Encoding) -> None:
        self._encoding = encoding
        self.place = 0
        self.line = 1
        self.column = 1
        self.offset = encoding.bom

    def advance(self, data: Text, base: int, place: int) -> None:
        """Move to ``place``, an offset in the text; ``data`` is the text from offset ``base`` on."""
        if place <= self.place:
            return
        passed = bytes(data[self.place - base : place - base])
        newlines = count_newlines(passed, 0, len(passed))
        if newlines:
            self.line += newlines
            self.column = 1 + self._characters(passed[passed.rindex(b"\n") + 1 :])
        else:
            self.column += self._characters(passed)
        self.offset += self.width(passed)
        self.place = place

    def _characters(self, text: bytes) -> int:
        if not self._encoding.multi_byte or text.isascii():
            return len(text)
        return len(text.translate(None, _CONTINUATION))

    def width(self, text: bytes) -> int:
        """Bytes that ``text`` has in the object."""
        unit = self._encoding.unit
        if unit == 1:
            return len(text)
        if text.isascii():
            return len(text) * unit
        units = len(text.translate(None, _CONTINUATION))
        if unit == 2:  # characters beyond U+FFFF are two units of UTF-16, four bytes of UTF-8
            units += len(text.translate(None, _NOT_ASTRAL_LEAD))
        return units * unit
