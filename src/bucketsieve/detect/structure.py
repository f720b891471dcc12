"""Tables in text: the name of a column is a context word for every cell below it."""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Final, NamedTuple

from bucketsieve.detect.compiled import CompiledCatalogue
from bucketsieve.detect.keywords import letters_of, may_hold, stands_alone, word_regex
from bucketsieve.detect.text import Text

#: What is looked at for a header and the row below it; what a row has beyond it is not told apart.
HEADER_BYTES: Final = 8_192
_DELIMITERS: Final = (b",", b"\t", b";", b"|")
_FEWEST_COLUMNS: Final = 2
_NAME: Final = re.compile(rb"[ \"']*[A-Za-z_\x80-\xff][\w \x80-\xff#.()/\-]{0,60}[ \"']*")


class Grant(NamedTuple):
    """The text's structure says that ``data[low:high]`` is what ``keyword`` names: a cell below a column's name."""

    low: int
    high: int
    keyword: str


def header_of(line: bytes) -> tuple[bytes, list[bytes]] | None:
    """(delimiter, column names) if ``line`` can be the header of a table: names only, none of them a number."""
    line = line.rstrip(b"\r")
    for delimiter in sorted(_DELIMITERS, key=line.count, reverse=True):
        names = line.split(delimiter)
        if len(names) >= _FEWEST_COLUMNS and all(_NAME.fullmatch(name) for name in names):
            return delimiter, [name.strip(b" \"'") for name in names]
    return None


class Table:
    """The columns of a text whose names speak of detectors, and the cells of its rows."""

    def __init__(self, delimiter: bytes, columns: Mapping[int, Mapping[int, str]], header_end: int) -> None:
        """``columns``: column number -> form number -> the context word the column's name holds.

        ``header_end`` is the offset in the text where the header's line ends.
        """
        self.header_end = header_end
        self.delimiter = delimiter
        self.columns = columns
        #: The forms that some column is named for.
        self.forms = frozenset(form for named in columns.values() for form in named)
        escaped = re.escape(delimiter)
        # Possessive: a row that does not fit is given up at once.
        cell = rb"(?:\"(?:[^\"\n]|\"\"){0,8192}+\"|[^%s\n\"]{0,8192}+)" % escaped
        last = max(columns, default=-1)
        row = escaped.join(b"(" + cell + b")" if number in columns else cell for number in range(last + 1))
        self._row = re.compile(rb"^" + row + rb"(?=%s|\r?\n|\r?\Z)" % escaped, re.MULTILINE)

    @classmethod
    def read(cls, head: bytes, catalogue: CompiledCatalogue) -> "Table | None":
        """The table whose header is the first line of ``head`` and whose second line has as many cells; else None."""
        line, newline, rest = head[:HEADER_BYTES].partition(b"\n")
        header = header_of(line) if newline and len(line) <= HEADER_BYTES // 2 else None
        if header is None or rest.partition(b"\n")[0].count(header[0]) < len(header[1]) - 1:
            return None
        delimiter, names = header
        words = _perhaps_in(line, catalogue)
        columns = {number: forms for number, name in enumerate(names) if (forms := _named(name, words))}
        return cls(delimiter, columns, len(line))

    def first_row(self, data: Text, begin: int) -> int:
        """Where the first row begins that may reach into ``data[begin:]``."""
        line_end = bytes(data[:begin]).rfind(b"\n")
        return (line_end if line_end >= 0 else bytes(data).find(b"\n", begin)) + 1

    def grants(self, data: Text, begin: int, end: int, forms: Collection[int]) -> dict[int, list[Grant]]:
        """For each of ``forms``, the cells that start in ``data[begin:end]`` or reach into it."""
        granted: dict[int, list[Grant]] = {}
        if not forms:
            return granted
        wanted = [
            (group, [(form, keyword) for form, keyword in named.items() if form in forms])
            for group, named in enumerate(self.columns.values(), start=1)
        ]
        for row in self._row.finditer(data, self.first_row(data, begin), min(len(data), end + HEADER_BYTES)):
            if row.start() >= end:
                break
            for group, named in wanted:
                low, high = row.span(group)
                for form, keyword in named:
                    granted.setdefault(form, []).append(Grant(low, high, keyword))
        return granted


def _perhaps_in(line: bytes, catalogue: CompiledCatalogue) -> list[tuple[int, str]]:
    """(form, keyword) for the context words that may stand in a line; to compile them all would take a second."""
    letters = letters_of(line)
    text = letters.decode("latin-1")
    perhaps = [each for run, words in catalogue.vocabulary.by_run.items() if run in text for each in words]
    return [(number, keyword) for number, _, keyword in sorted(perhaps) if may_hold(letters, keyword)]


def _named(name: bytes, words: Sequence[tuple[int, str]]) -> dict[int, str]:
    """Those of ``words`` that stand in a column's name, by form; the longest word wins."""
    best: dict[int, str] = {}
    for number, keyword in words:
        match = word_regex(keyword).search(name)
        if match and stands_alone(name, *match.span()) and len(keyword) > len(best.get(number, "")):
            best[number] = keyword
    return best
