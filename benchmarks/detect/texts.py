"""Random text with structure: values, near-values, context words in all spellings, tables, JSON, logs.

Most of it is nearly something: what a search by another way gets wrong is at the edges of what matches.
"""

import random
import re
import string
from collections.abc import Callable, Sequence
from typing import Final

from benchmarks.detect.noise import SHARES, words
from benchmarks.detect.values import VALID, near_miss

from bucketsieve.detect.catalogue import Detector
from bucketsieve.detect.catalogue.entry import marked_value

_SEPARATORS: Final = (
    "-",
    " ",
    ".",
    "/",
    ",",
    "(",
    ")",
    "+",
    "*",
    "--",
    ". ",
    "\n",
    "\t",
    ":",
    "_",
    "é",
    "\x00",
    "\xa0",
)
_JOINTS: Final = ("", "", " ", "_", "-", ".", "  ", "\n")
_AROUND: Final = ("", "", "", "", "user", "my", "my_", "X", "é", "s", "S", "es", "Hash", "_no", "ing", "2", "IDs", "-")
_GAPS: Final = (
    "", " ", ": ", "=", "='", '": "', " = ", " is ", "\n", ":\n  ", ", ", ",", ",,", ";", "\t", " (", ") ", "[", "/",
    " => ", "]=", '"] = ["', " no. ", ", other: ", "\r\n", " | ", ", name=", "{", "&", "\n- ", " of the man ", ' "',
)  # fmt: skip
_EDGES: Final = ("", " ", "\n", ",", '"', "'", "a", "Z", "0", "-", ".", "_", "=", "/", "+", "@", "é", "ß", "\x00", "<")
#: Letters that other letters of their word or another case make longer, that have no small letter or no capital, and
#: such as stand for others.
_LETTERS: Final = (*"éßÜüñŁŹřİıſŸÿŉẞΣςĸЖёÇ中한ﬁ\u212a\u0301\xad\ufffd😀𐐀º№",)
_LATIN_1_SHARE: Final = 0.15
_BROKEN_SHARE: Final = 0.07
_WIDE_SHARE: Final = 0.03


class Texts:
    """Writes texts about ``detectors``. The same random numbers give the same texts."""

    def __init__(self, detectors: Sequence[Detector]) -> None:
        examples = [marked_value(each) for detector in detectors for each in detector.examples]
        self._examples = [text for text, _ in examples]
        self._values = [value for _, value in examples]
        self._counter_examples = [each for detector in detectors for each in detector.counter_examples]
        self._waiting = [
            ([*form.keywords, *form.columns], [marked_value(each)[1] for each in detector.examples])
            for detector in detectors
            for form in detector.forms
            if form.keywords
        ]
        self._words = sorted({word for keywords, _ in self._waiting for word in keywords}) or ["word"]

    def text(self, rng: random.Random, size: int) -> bytes:
        """About ``size`` bytes, of one kind or of several."""
        kinds = rng.sample(_KINDS, k=rng.choice((1, 1, 2, 3)))
        pieces: list[str] = []
        length = 0
        while length < size:
            piece = rng.choice(kinds)(self, rng)
            pieces.append(piece)
            length += len(piece)
        text = "".join(pieces)
        drawn = rng.random()
        if drawn < _LATIN_1_SHARE:
            return text.encode("latin-1", "replace")
        if drawn < _LATIN_1_SHARE + _WIDE_SHARE:
            return text.encode("utf-16")
        whole = text.encode("utf-8", "replace")
        return _broken(rng, whole) if drawn < _LATIN_1_SHARE + _WIDE_SHARE + _BROKEN_SHARE else whole

    def _digits(self, rng: random.Random) -> str:
        """Groups of digits; often the same group and separator again and again."""
        separator, width = rng.choice(_SEPARATORS), rng.randrange(1, 20)
        groups: list[str] = []
        for _ in range(rng.randrange(1, 12)):
            if rng.random() < 0.4:
                width = rng.choice((1, 2, 3, 3, 4, 4, 5, 6, 8, 9, 10, 12, 16, rng.randrange(1, 40)))
            if rng.random() < 0.2:
                separator = rng.choice(_SEPARATORS)
            groups += ["".join(rng.choices(string.digits, k=width)), separator]
        return "".join(groups)

    def _fresh(self, rng: random.Random) -> str:
        return rng.choice(list(VALID.values()))(rng) if rng.random() < 0.8 else near_miss(rng)

    def _value(self, rng: random.Random) -> str:
        value = self._fresh(rng) if rng.random() < 0.3 else rng.choice(self._values)
        return _mutated(rng, value) if rng.random() < 0.4 else value

    def _example(self, rng: random.Random) -> str:
        example = rng.choice(
            self._counter_examples if rng.random() < 0.3 and self._counter_examples else self._examples
        )
        example = _mutated(rng, example) if rng.random() < 0.5 else example
        return rng.choice(_EDGES) + example + rng.choice(_EDGES)

    def _named(self, rng: random.Random) -> str:
        """A value beside a word for it, or for something else."""
        keywords, values = rng.choice(self._waiting) if self._waiting else (self._words, self._values)
        word = _spelled(rng, rng.choice(keywords if rng.random() < 0.85 else self._words))
        value = rng.choice(values)
        value = _mutated(rng, value) if rng.random() < 0.3 else value
        gap = "".join(rng.choices(_GAPS, k=rng.choice((1, 1, 1, 2, 3)))) if rng.random() < 0.8 else _filler(rng)
        pair = f"{word}{gap}{value}" if rng.random() < 0.8 else f"{value}{gap}{word}"
        return rng.choice(_EDGES) + pair + rng.choice(_EDGES)

    def _word(self, rng: random.Random) -> str:
        return _spelled(rng, rng.choice(self._words)) + rng.choice(_GAPS)

    def _table(self, rng: random.Random) -> str:
        """Columns named by context words. Only at the beginning of a text are they names."""
        delimiter = rng.choice(",,;\t|")
        columns = [
            rng.choice(self._waiting) if self._waiting and rng.random() < 0.5 else (["name"], self._values)
            for _ in range(rng.randrange(2, 7))
        ]
        lines = [delimiter.join(_spelled(rng, rng.choice(names)) for names, _ in columns)]
        for _ in range(rng.randrange(1, 12)):
            cells = [self._value(rng) if rng.random() < 0.3 else rng.choice(values) for _, values in columns]
            lines.append(delimiter.join(_quoted(rng, cell) for cell in cells))
        return rng.choice(("\n", "\r\n")).join(lines) + "\n"

    def _object(self, rng: random.Random) -> str:
        """JSON, nearly."""
        pairs: list[str] = []
        for _ in range(rng.randrange(1, 8)):
            keywords, values = rng.choice(self._waiting) if self._waiting else (self._words, self._values)
            value = rng.choice(values) if rng.random() < 0.7 else self._digits(rng)
            shown = f'"{value}"' if rng.random() < 0.8 else value
            pairs.append(f'"{_spelled(rng, rng.choice(keywords))}":{rng.choice(("", " "))}{shown}')
        return "{" + rng.choice((", ", ",", ",\n  ")).join(pairs) + "}\n"

    def _line(self, rng: random.Random) -> str:
        """A line of ordinary files, with a value in some."""
        kind = rng.choice(SHARES)[0]
        return (kind(rng, self._value(rng)) if rng.random() < 0.4 else kind(rng)) + "\n"

    def _junk(self, rng: random.Random) -> str:
        alphabet = rng.choice(("0-", "0123456789", "-. 0", "a@.", "aA", "eyJA.", 'x":=,', "é0ü-", "\x00\xff1", "ssn 0"))
        if rng.random() < 0.3:
            alphabet = "".join(map(chr, range(256)))
        return "".join(rng.choices(alphabet, k=rng.randrange(1, 200)))


#: More often what can go wrong in the most ways.
_KINDS: Final[list[Callable[[Texts, random.Random], str]]] = [
    *[Texts._digits] * 3, *[Texts._junk] * 2, *[Texts._named] * 2, *[Texts._line] * 2, Texts._example, Texts._word,
    Texts._table, Texts._object,
]  # fmt: skip


def _filler(rng: random.Random) -> str:
    return rng.choice((" ", ": ", "\n")) + words(rng, rng.randrange(1, 40)) + rng.choice((" ", ": ", "\n", ""))


def _quoted(rng: random.Random, cell: str) -> str:
    drawn = rng.random()
    return f'"{cell}"' if drawn < 0.2 else f" {cell}" if drawn < 0.3 else cell


def _mutated(rng: random.Random, text: str) -> str:
    """With one to three characters changed, added or left out, or a part twice or in another case."""
    for _ in range(rng.choice((1, 1, 2, 3))):
        place = rng.randrange(len(text) + 1)
        after = place + rng.choice((0, 1, 1, 2, 5))
        part = text[place:after]
        new = rng.choice(
            (
                "",
                "",
                rng.choice(string.printable),
                rng.choice(string.digits),
                part * 2,
                part.swapcase(),
                rng.choice(_LETTERS),
            )
        )
        text = text[:place] + new + text[after:]
    return text


def _broken(rng: random.Random, text: bytes) -> bytes:
    """With bytes of characters left out, or put among others."""
    broken = bytearray(text)
    for _ in range(1 + len(text) // 60):
        place = rng.randrange(len(broken) + 1)
        broken[place : place + rng.randrange(2)] = rng.choice(
            (b"", rng.randbytes(1), bytes([rng.randrange(0x80, 256)]))
        )
    return bytes(broken)


def _spelled(rng: random.Random, word: str) -> str:
    """The word in some spelling: its parts joined by anything, in any case, with more before and behind."""
    parts = re.split(r"[ _.\-]+", word)
    parts = [rng.choice((str.lower, str.upper, str.title, str.capitalize))(part) for part in parts]
    joint = rng.choice(_JOINTS)
    spelled = joint.join(parts)
    drawn = rng.random()
    if drawn < 0.2:
        spelled = parts[0].lower() + "".join(map(str.title, parts[1:]))
    elif drawn < 0.3:
        spelled = _mutated(rng, spelled)
    return rng.choice(_AROUND) + spelled + rng.choice(_AROUND)
