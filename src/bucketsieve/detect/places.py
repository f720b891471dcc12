"""Where forms may match in a block: what the lanes, the sieve and the header of a table say."""

import re
from array import array
from collections.abc import Sequence
from itertools import batched
from typing import TYPE_CHECKING, NamedTuple

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


class Searched(NamedTuple):
    """A block: what starts in ``data[begin:end]`` is looked for, the rest is look-around; ``base``: see `Block`.

    Context words in the header of the ``table`` name columns, nothing else. The ``sieve`` keeps the candidates on which
    it decides itself.
    """

    catalogue: CompiledCatalogue
    data: Text
    base: int
    begin: int
    end: int
    table: Table | None
    sieve: "NativeSieve | None"

    def __repr__(self) -> str:
        return f"Searched({self.begin}, {self.end})"

    def places(self) -> dict[int, Places]:
        """By form."""
        catalogue = self.catalogue
        reach = max(0, self.begin - catalogue.look_behind), min(len(self.data), self.end + catalogue.look_ahead)
        header_end = max(0, self.table.header_end - self.base) if self.table else 0
        places: dict[int, Places] = {}
        anchors = array("I")
        if catalogue.lanes:
            self._add_hits(places, anchors, reach, header_end)
        if self.sieve is not None:
            self._add_asked(places, self.sieve, reach, header_end, anchors)
        for where in places.values():
            where.words.sort()
        if self.table is not None:
            self._add_grants(places, self.table)
        return places

    def _add_hits(
        self, places: dict[int, Places], anchors: "array[int]", reach: tuple[int, int], header_end: int
    ) -> None:
        """What the lanes report, who may repeat themselves; the sieve looks at `anchors` itself."""
        forms, words = len(self.catalogue.forms), len(self.catalogue.words)
        for lane in self.catalogue.lanes:
            for stop, number in sorted(lane.search(self.data, *reach)):
                if number < forms:
                    if self.sieve is not None and self.catalogue.forms[number].custom is None:
                        anchors.extend((number, stop))
                    else:
                        _of(places, number).anchors.append(stop)
                else:
                    behind = number >= forms + words
                    if stop - behind > header_end:
                        self._add_word(places, number - forms - (words if behind else 0), stop - behind)

    def _add_word(self, places: dict[int, Places], number: int, stop: int) -> None:
        """Note a context word with the forms that wait for it, those that need a digit only if there is one near."""
        word = self.catalogue.words[number]
        forms = word.forms
        if word.digit_forms:
            low = max(0, stop - word.width - GAP_AFTER - word.digit_reach)
            if _DIGIT.search(self.data, low, stop + word.digit_reach):
                forms += word.digit_forms
        for form in forms:
            _of(places, form).words.append((stop, number, UNKNOWN))

    def _add_asked(
        self,
        places: dict[int, Places],
        sieve: "NativeSieve",
        reach: tuple[int, int],
        header_end: int,
        anchors: "array[int]",
    ) -> None:
        """The places on which the sieve does not decide."""
        asked, words = sieve.search(self.data, self.base, (self.begin, self.end), reach, header_end, anchors)
        for form, start, word in batched(asked, 3, strict=True):
            where = places.get(form)
            if where is None:
                where = places[form] = Places(form, waits=False)
            where.starts.append(start)
            if word:
                where.spoken[start] = self.catalogue.vocabulary.keywords[word - 1]
        for form, word, begin, stop in batched(words, 4, strict=True):
            _of(places, form).words.append((stop, word, begin))

    def _add_grants(self, places: dict[int, Places], table: Table) -> None:
        """The cells below names of columns, of those forms that are compared with them here or ask about a value."""
        forms = self.catalogue.forms
        compared = frozenset(number for number in table.forms if self.sieve and forms[number].custom is None)
        needed = (table.forms - compared) | {
            number
            for number in compared.intersection(places)
            # Of a match that is the value, and not only around it, the sieve told which word speaks of it.
            if forms[number].group != 0 or forms[number].form.context is not Context.REQUIRED
        }
        for number, granted in table.grants(self.data, self.begin, self.end, needed).items():
            where = _of(places, number)
            where.grants, where.in_cells = granted, number not in compared


def _of(places: dict[int, Places], form: int) -> Places:
    if form not in places:
        places[form] = Places(form)
    return places[form]
