"""Whether an object is text, and in which encoding, told by its first bytes.

A text that is taken for binary is lost to the scan, a binary that is taken for text costs a little time; so doubt is
decided in favour of text. Anything else than text is a format of its own, to be recognised beside this module.
"""

import codecs
from typing import Final, NamedTuple

from bucketsieve.extract.binary import is_binary_format
from bucketsieve.extract.media import media_type

#: How much of an object decides what it is.
SNIFF_BYTES: Final = 8_192

#: UTF-32 before UTF-16, whose mark is the beginning of its own.
_BYTE_ORDER_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
#: At which places of four bytes the NULs are, in text that is mostly ASCII.
_NUL_PATTERNS: Final = (
    ("utf-32-le", (1, 2, 3)),
    ("utf-32-be", (0, 1, 2)),
    ("utf-16-le", (1, 3)),
    ("utf-16-be", (0, 2)),
)
_MOSTLY: Final = 0.7
_HARDLY: Final = 0.05

#: Control characters that text has: BEL to CR and ESC, as file(1) has them.
_TEXT_CONTROLS: Final = frozenset({*range(7, 14), 27})
_ODD_BYTES: Final = bytes(value for value in (*range(32), 127) if value not in _TEXT_CONTROLS)
_ODD_CHARACTERS: Final = dict.fromkeys([*_ODD_BYTES, 0xFFFD])
#: UTF-8 may hold a good many: delimiters of Hive tables (U+0001), NULs where a log was truncated, a few broken bytes.
_ODD_SHARE_OF_UTF8: Final = 0.3
#: Bytes of an old 8-bit encoding prove nothing by themselves. Of random bytes, one in ten is an odd control character.
_ODD_SHARE_OF_BYTES: Final = 0.02


class TextFormat(NamedTuple):
    """A text: its encoding by its Python name, and what it is likely to be as an Internet media type.

    ``latin-1`` stands for every 8-bit encoding that is a superset of ASCII.
    """

    encoding: str
    media_type: str


def sniff(head: bytes, key: str) -> TextFormat | None:
    """Tell what an object is by its first ``SNIFF_BYTES`` (or all it has) and its key; ``None`` where it is no text."""
    encoding = _encoding(head)
    return None if encoding is None else TextFormat(encoding, media_type(head.decode(encoding, "replace"), key))


def _encoding(head: bytes) -> str | None:
    for mark, encoding in _BYTE_ORDER_MARKS:
        if head.startswith(mark):
            return encoding
    if is_binary_format(head):
        return None
    wide = _wide_encoding(head)
    if wide is not None:
        return wide
    text = _decoded(head, "utf-8")
    if _odd_share(text) <= _ODD_SHARE_OF_UTF8:
        broken = text.count("\ufffd")
        whole = len(text) - len(text.encode("ascii", "ignore")) - broken
        return "utf-8" if broken <= whole else "latin-1"
    odd = len(head) - len(head.translate(None, _ODD_BYTES))
    return "latin-1" if odd <= len(head) * _ODD_SHARE_OF_BYTES else None


def _wide_encoding(head: bytes) -> str | None:
    """Return UTF-16 or UTF-32 where the NULs of a text without a mark give it away."""
    places = len(head) // 4
    if not places:
        return None
    nuls = [head[place : places * 4 : 4].count(0) for place in range(4)]
    for encoding, expected in _NUL_PATTERNS:
        if (
            all(
                nuls[place] >= places * _MOSTLY if place in expected else nuls[place] <= places * _HARDLY
                for place in range(4)
            )
            and _odd_share(_decoded(head, encoding)) <= _HARDLY
        ):
            return encoding
    return None


def _decoded(head: bytes, encoding: str) -> str:
    """Decode all but a character that the end of the head cuts in two."""
    return codecs.getincrementaldecoder(encoding)("replace").decode(head)


def _odd_share(text: str) -> float:
    """Return the share of characters that text does not have; of no characters at all, it is 1."""
    return (len(text) - len(text.translate(_ODD_CHARACTERS))) / len(text) if text else 1.0
