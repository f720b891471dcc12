"""Context words: how a word of the catalogue is searched for, and where it counts.

A word ``social security`` is found as ``Social_Security``, ``social-security``, ``socialSecurity`` and so on. It counts
only as a word: not inside a longer run of letters, unless a change of case ends it (``userSsn``, ``ssnHash``).
"""

import re
from typing import Final

_SEPARATOR: Final = rb"[ _.\-]{0,2}"
#: Between the word and the value: another key has taken over, so the word speaks of something else.
_OTHER_KEY: Final = re.compile(rb"[,;|\t\n{}&]\s*[\"']?[A-Za-z_][\w .\-]{0,40}[\"']?\s{0,4}[:=]")
#: A cell of a table, or an item of a list, ends: the word speaks of the next cell at most.
_CELL_END: Final = re.compile(rb"[,;|\t](?! )")
_MOST_CELLS: Final = 1
#: What may follow a line's end when the value stands on the next line.
_ONLY_PUNCTUATION: Final = re.compile(rb"[\s:=\-#*|>\"']*")
#: Between a value and a word that follows it.
_SIMPLE_GAP: Final = re.compile(rb"[ (\[/\-]{0,3}")
#: A word after the value stands at most this far from it, in bytes.
GAP_AFTER: Final = 3


def _letter(character: str) -> str:
    """An ASCII letter, or any letter in UTF-8 and Latin-1, in either case, as a pattern of bytes."""
    if character.isascii():
        return re.escape(character)
    forms = {form.encode(codec) for form in (character, character.upper()) for codec in ("utf-8", "latin-1")
             if codec == "utf-8" or ord(max(form)) < 0x100}  # fmt: skip
    return "(?:" + "|".join("".join(f"\\x{byte:02x}" for byte in form) for form in sorted(forms)) + ")"


def keyword_pattern(keyword: str) -> str:
    """The word as a regular expression over bytes, good for Vectorscan, RE2 and ``re``."""
    words = re.split(r"[ _.\-]+", keyword)
    return "(?i:" + _SEPARATOR.decode().join("".join(map(_letter, word)) for word in words) + ")"


def stands_alone(data: bytes, start: int, end: int) -> bool:
    """Whether ``data[start:end]`` is a word of its own, by separators or by camel case; a plural s is let through."""
    before = data[start - 1 : start] if start else b""
    if before.isalpha() and not (before.islower() and data[start : start + 1].isupper()):
        return False
    after = data[end : end + 1]
    if after in (b"s", b"S") and not data[end + 1 : end + 2].isalpha():
        return True
    return not after.isalpha() or (data[end - 1 : end].islower() and after.isupper())


def speaks_before(gap: bytes) -> bool:
    """Whether a word still speaks of a value that follows it after ``gap``."""
    if _OTHER_KEY.search(gap) or len(_CELL_END.findall(gap)) > _MOST_CELLS:
        return False
    line_end = gap.find(b"\n")
    return line_end < 0 or _ONLY_PUNCTUATION.fullmatch(gap, line_end) is not None


def speaks_after(gap: bytes) -> bool:
    """Whether a word speaks of a value that stands before it, as in ``078-05-1120 (SSN)``."""
    return _SIMPLE_GAP.fullmatch(gap) is not None
