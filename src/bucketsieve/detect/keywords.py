"""Context words: how a word of the catalogue is searched for, and where it counts.

A word ``social security`` is found as ``Social_Security``, ``social-security``, ``socialSecurity`` and so on. It counts
only as a word: not inside a longer run of letters, unless a change of case ends it (``userSsn``, ``ssnHash``).
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

_SEPARATOR: Final = r"[ _.\-]"
_SEPARATORS: Final = ("", " ", "_", "-", ".")
_BEYOND_ASCII: Final = b"\x80"
_FOLDED: Final = bytes(range(128)).lower() + _BEYOND_ASCII * 128
_BETWEEN_PARTS: Final = re.compile(r"[ _.\-]+")
_ANY_CASE: Final = "(?i:"
#: Words with more parts have too many spellings to search for each.
_FEW_PARTS: Final = 2
#: Shorter words occur inside of others all the time, and are searched for with their boundaries.
_SHORT: Final = 5
#: Between the word and the value: another key has taken over, so the word speaks of something else.
OTHER_KEY: Final = re.compile(rb"[,;|\t\n{}&]\s*[\"']?[A-Za-z_][\w .\-]{0,40}[\"']?\s{0,4}[:=]")
#: A cell of a table, or an item of a list, ends: the word speaks of the next cell at most.
CELL_ENDS: Final = b",;|\t"
_CELL_END: Final = re.compile(rb"[%b](?! )" % CELL_ENDS)
MOST_CELLS: Final = 1
#: What may stand between when the value is on the next line.
ONLY_PUNCTUATION: Final = re.compile(rb"[\s:=\-#*|>\"']*")
#: Between a key and its value, as in JSON, YAML, INI files and programs.
ASSIGNED: Final = re.compile(rb"[\w\-]{0,24}[\"']?\]?\s{0,3}(?:=>|[:=])\s{0,3}[\"'\[(]{0,2}")
#: Between a value and a word that follows it.
_SIMPLE_GAP: Final = re.compile(rb"[ (\[/\-]{0,3}")
#: A word after the value stands at most this far from it, in bytes.
GAP_AFTER: Final = 3


def _encoded(character: str) -> list[bytes]:
    """A letter beyond ASCII in either case, in UTF-8 and Latin-1."""
    forms = {form.encode(codec) for form in (character, character.upper()) for codec in ("utf-8", "latin-1")
             if codec == "utf-8" or ord(max(form)) < 0x100}  # fmt: skip
    return sorted(forms)


def _letter(character: str) -> str:
    """An ASCII letter, or any letter in UTF-8 and Latin-1, in either case, as a pattern of bytes."""
    if character.isascii():
        return re.escape(character)
    return "(?:" + "|".join("".join(f"\\x{byte:02x}" for byte in form) for form in _encoded(character)) + ")"


def spellings(keyword: str) -> list[list[bytes]]:
    """The word step by step: for each, the byte strings that may stand there, ASCII letters in one case.

    A separator is written ``-`` and stands for any; where parts may be joined, it may be empty.
    """
    parts = _parts(keyword)
    separator = [b"", b"-"] if _may_be_joined(parts) else [b"-"]
    steps: list[list[bytes]] = []
    for number, part in enumerate(parts):
        if number:
            steps.append(separator)
        steps += [[each.encode()] if each.isascii() else _encoded(each) for each in part]
    return steps


def keyword_pattern(keyword: str) -> str:
    """The word as a regular expression over bytes, good for Vectorscan, RE2 and ``re``."""
    parts = _parts(keyword)
    separator = _SEPARATOR + ("?" if _may_be_joined(parts) else "")
    return _ANY_CASE + separator.join("".join(map(_letter, part)) for part in parts) + ")"


def _is_short(parts: list[str]) -> bool:
    return sum(map(len, parts)) < _SHORT


def _may_be_joined(parts: list[str]) -> bool:
    """Whether the parts without a separator are still the word: long ones and letters (``d.n.i``, not ``sa id``)."""
    return not _is_short(parts) or all(len(part) == 1 for part in parts)


def letters_of(text: bytes) -> bytes:
    """The text in small letters, all beyond ASCII alike, without what may stand between the parts of a word."""
    return text.translate(_FOLDED, b" _.-")


def may_hold(letters: bytes, keyword: str) -> bool:
    """Whether a text of these `letters_of` may have the word; far faster than to compile a pattern of it."""
    return all(run in letters for run in runs_of(keyword))


@cache
def runs_of(keyword: str) -> list[bytes]:
    """What the `letters_of` a text have if it has the word; nothing for one that is all beyond ASCII."""
    letters = "".join(_parts(keyword))
    if letters.isascii():
        return [letters.encode()]
    runs = letters.encode("ascii", "replace").split(b"?")
    # A capital sharp s is two letters of ASCII.
    if not all(each.isascii() or each.upper().isascii() for each in letters):
        runs.append(_BEYOND_ASCII)
    return [run for run in runs if run]


@cache
def word_regex(keyword: str) -> re.Pattern[bytes]:
    """Finds the word. Compiled when first asked for: a scan meets few of a thousand words."""
    return re.compile(keyword_pattern(keyword).encode())


@cache
def ending_regex(keyword: str) -> re.Pattern[bytes]:
    """Finds the word at the end of what is searched."""
    return re.compile(rf"(?:{keyword_pattern(keyword)})\Z".encode())


@cache
def any_regex(keywords: tuple[str, ...]) -> re.Pattern[bytes]:
    """Finds any of the words."""
    return re.compile("|".join(map(keyword_pattern, keywords)).encode())


@cache
def keyword_width(keyword: str) -> int:
    """The most bytes the word takes in a text."""
    parts = _parts(keyword)
    letters = sum(map(len, parts)) if keyword.isascii() else sum(map(_widest, parts))
    return len(parts) - 1 + letters


def _widest(part: str) -> int:
    return max(len(part.encode()), len(part.upper().encode()))


def _parts(keyword: str) -> list[str]:
    return [part for part in _BETWEEN_PARTS.split(keyword) if part]


def search_expressions(keyword: str) -> Iterator[tuple[str, bool]]:
    """(expression, whether it ends one character behind the word): what a lane searches for.

    Together they find at least every place where the word stands alone. Literals where possible: thousands of them
    take the automaton less time than a hundred patterns.
    """
    parts = _parts(keyword)
    if not keyword.isascii():
        yield keyword_pattern(keyword), False
    elif not _is_short(parts) and len(parts) <= _FEW_PARTS:
        for spelling in sorted({separator.join(parts) for separator in _SEPARATORS}):
            yield f"(?i:{re.escape(spelling)})", False
    elif not _is_short(parts):
        yield keyword_pattern(keyword), False
    else:
        # Behind it an s may be that of a plural; before it, a small letter if it begins with a capital.
        pattern = keyword_pattern(keyword)
        first = pattern[len(_ANY_CASE)]
        yield f"[^A-Za-z]{pattern}[^a-rt-z]", True
        yield f"[a-z]{first.upper()}{_ANY_CASE}{pattern[len(_ANY_CASE) + 1 :]}[^a-rt-z]", True


def stands_alone(data: bytes | memoryview, start: int, end: int) -> bool:
    """Whether ``data[start:end]`` is a word of its own, by separators or by camel case; a plural s is let through."""
    before = bytes(data[start - 1 : start]) if start else b""
    if before.isalpha() and not (before.islower() and bytes(data[start : start + 1]).isupper()):
        return False
    after, next_but_one = bytes(data[end : end + 1]), bytes(data[end + 1 : end + 2])
    if after in (b"s", b"S") and not next_but_one.isalpha():
        return True
    return not after.isalpha() or (bytes(data[end - 1 : end]).islower() and after.isupper())


def speaks_before(gap: bytes) -> bool:
    """Whether a word still speaks of a value that follows it after ``gap``."""
    if OTHER_KEY.search(gap) or len(_CELL_END.findall(gap)) > MOST_CELLS:
        return False
    return b"\n" not in gap or ONLY_PUNCTUATION.fullmatch(gap) is not None


def names(gap: bytes) -> bool:
    """Whether a word is the name, or the end of the name, that a value behind ``gap`` is assigned to."""
    return ASSIGNED.fullmatch(gap) is not None


def speaks_after(gap: bytes) -> bool:
    """Whether a word speaks of a value that stands before it, as in ``078-05-1120 (SSN)``."""
    return _SIMPLE_GAP.fullmatch(gap) is not None
