"""Where forms may match in a block: what the lanes, the sieve and the header of a table say."""

import re
from array import array
from collections.abc import Sequence
from itertools import batched
from typing import TYPE_CHECKING

from bucketsieve.detect.catalogue.entry import Context
from bucketsieve.detect.compiled import CompiledCatalogue
from bucketsieve.detect.keywords import GAP_AFTER
from bucketsieve.detect.structure import Grant, Table
from bucketsieve.detect.text import Text

if TYPE_CHECKING:
    from bucketsieve.detect.native.sieve import NativeSieve

_DIGIT = re.compile(rb"[0-9]")
#: Where a word begins whose lane tells its end only.
UNKNOWN = -1


class Places:
    """Where ``form`` may match: starts, ends of anchors, words as (end, number, start), cells that are named for it.

    ``waits``: it also may match wherever a word stands near; ``in_cells``: and all over the cells. ``spoken``: by
    start, the word that is known to speak of it.
    """

    __slots__ = ("anchors", "form", "grants", "in_cells", "spoken", "starts", "waits", "words")

    def __init__(self, form: int, *, waits: bool = True) -> None:
        self.form = form
        self.waits = waits
        self.in_cells = True
        self.starts: list[int] = []
        self.anchors: list[int] = []
        self.words: list[tuple[int, int, int]] = []
        self.grants: Sequence[Grant] = ()
        self.spoken: dict[int, str] = {}


class Searcher:
    """Asks all who search where forms may match, block by block of one text.

    Context words in the header of the ``table`` name columns, nothing else. The ``sieve`` keeps the candidates on which
    it decides itself.
    """

    def __init__(self, catalogue: CompiledCatalogue, table: Table | None, sieve: "NativeSieve | None") -> None:
        self._catalogue = catalogue
        self._table = table
        self._sieve = sieve
        self._behind, self._ahead = catalogue.look_behind, catalogue.look_ahead
        self._lanes = catalogue.lanes
        # Of the forms that the header names, the sieve compares those with cells of which it knows the expression.
        named = table.forms if table else frozenset[int]()
        self._compared = frozenset(each for each in named if sieve and catalogue.forms[each].custom is None)
        self._granted = named - self._compared

    def __repr__(self) -> str:
        return f"Searcher({len(self._lanes)} lanes)"

    def places(self, data: Text, base: int, begin: int, end: int) -> dict[int, Places]:
        """Where in ``data[begin:end]`` matches may start, by form; the rest is look-around.

        ``base`` is the offset of ``data`` in the text.
        """
        low, high = begin - self._behind, end + self._ahead
        reach = max(low, 0), min(high, len(data))
        header_end = max(0, self._table.header_end - base) if self._table else 0
        places: dict[int, Places] = {}
        anchors = array("I")
        if self._lanes:
            self._add_hits(places, anchors, data, reach, header_end)
        if self._sieve is not None:
            asked, words = self._sieve.search(data, base, (begin, end), reach, header_end, anchors)
            if asked or words:
                self._add_asked(places, asked, words)
        for where in places.values():
            where.words.sort()
        if self._table is not None and (places or self._granted):
            self._add_grants(places, self._table, data, begin, end)
        return places

    def _add_hits(
        self, places: dict[int, Places], anchors: "array[int]", data: Text, reach: tuple[int, int], header_end: int
    ) -> None:
        """What the lanes report, who may repeat themselves; the sieve looks at `anchors` itself."""
        forms, words = len(self._catalogue.forms), len(self._catalogue.words)
        for lane in self._lanes:
            for stop, number in sorted(lane.search(data, *reach)):
                if number < forms:
                    if self._sieve is not None and self._catalogue.forms[number].custom is None:
                        anchors.extend((number, stop))
                    else:
                        _of(places, number).anchors.append(stop)
                else:
                    behind = number >= forms + words
                    if stop - behind > header_end:
                        self._add_word(places, data, number - forms - (words if behind else 0), stop - behind)

    def _add_word(self, places: dict[int, Places], data: Text, number: int, stop: int) -> None:
        """Note a context word with the forms that wait for it, those that need a digit only if there is one near."""
        word = self._catalogue.words[number]
        forms = word.forms
        if word.digit_forms:
            low = max(0, stop - word.width - GAP_AFTER - word.digit_reach)
            if _DIGIT.search(data, low, stop + word.digit_reach):
                forms += word.digit_forms
        for form in forms:
            _of(places, form).words.append((stop, number, UNKNOWN))

    def _add_asked(self, places: dict[int, Places], asked: memoryview, words: memoryview) -> None:
        """The places on which the sieve does not decide, and the words near them."""
        for form, start, word in batched(asked, 3, strict=True):
            where = places.get(form)
            if where is None:
                where = places[form] = Places(form, waits=False)
            where.starts.append(start)
            if word:
                where.spoken[start] = self._catalogue.vocabulary.keywords[word - 1]
        for form, word, begin, stop in batched(words, 4, strict=True):
            _of(places, form).words.append((stop, word, begin))

    def _add_grants(self, places: dict[int, Places], table: Table, data: Text, begin: int, end: int) -> None:
        """The cells below names of columns, of those forms that are compared with them here or ask about a value."""
        forms = self._catalogue.forms
        needed = self._granted | {
            number
            for number in self._compared.intersection(places)
            # Of a match that is the value, and not only around it, the sieve told which word speaks of it.
            if forms[number].group != 0 or forms[number].form.context is not Context.REQUIRED
        }
        for number, granted in table.grants(data, begin, end, needed).items():
            where = _of(places, number)
            where.grants, where.in_cells = granted, number in self._granted


def _of(places: dict[int, Places], form: int) -> Places:
    if form not in places:
        places[form] = Places(form)
    return places[form]
