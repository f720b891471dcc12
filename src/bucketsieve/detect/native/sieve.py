"""One object on its way through the native lane: what is decided there, and what is kept of it."""

import os
from array import array
from collections.abc import Iterator, Sequence
from struct import Struct
from typing import TYPE_CHECKING, Final, NamedTuple

from bucketsieve.detect.candidate import Candidate, Judgement, judged
from bucketsieve.detect.catalogue.entry import Context
from bucketsieve.detect.compiled import CompiledForm, standing_of
from bucketsieve.detect.context import CONTEXT_BYTES, Place
from bucketsieve.detect.model import CONFIDENCE_RANK, MAX_LOCATIONS
from bucketsieve.detect.native._core import Plan, Sieve
from bucketsieve.detect.native.layout import Verdicts
from bucketsieve.detect.resolve import LONGEST_CLUSTER
from bucketsieve.detect.structure import HEADER_BYTES, Table
from bucketsieve.detect.text import Encoding, Text
from bucketsieve.detect.validators.base import Verdict
from bucketsieve.detect.vocabulary import Words

if TYPE_CHECKING:
    from bucketsieve.detect.native._core import Beginning, Judged

#: In place of the number of a ruling, for a candidate that Python has added.
_ADDED: Final = -1
#: As many values as C counts.
_MOST: Final = 2**32 - 1
_PLACE: Final = Struct("3q")
_WINNER: Final = Struct("5q")


class Known(NamedTuple):
    """What the numbers in a plan mean.

    ``verdicts``: by the number of a ruling.
    """

    forms: Sequence[CompiledForm]
    words: Words
    verdicts: Verdicts
    judgements: dict[tuple[int, int, int], Judgement]
    begun: "dict[Judged, Beginning]"

    def judgement(self, form: int, ruling: int, word: int) -> Judgement:
        """The judgement that a ruling leads to, ``word`` being 0 or 1 + the number of the context word."""
        found = self.judgements.get((form, ruling, word))
        if found is None:
            verdict = self.verdicts[ruling]
            verdicts = () if verdict is None else (verdict,)
            keyword = self.words.keywords[word - 1] if word else ""
            found = self.judgements[form, ruling, word] = judged(standing_of(self.forms, form), verdicts, keyword)
        return found


class NativeSieve:
    """A `Resolution` that also searches, and keeps values. For one object, and one thread at a time."""

    def __init__(self, plan: Plan, known: Known, *, drop_tests: bool, max_values: int) -> None:
        """``drop_tests``: published test values are no findings. Of a detector, ``max_values`` are kept."""
        seed = int.from_bytes(os.urandom(8))
        self._core = Sieve(plan, drop_tests, min(max_values, _MOST), MAX_LOCATIONS, seed)
        self._plan = plan
        self._known = known
        #: The judgements on candidates that were added, and their numbers.
        self._judgements: list[Judgement] = []
        self._numbers: dict[Judgement, int] = {}
        self._table: Table | None = None
        # As `Sieve` in `_core` has them.
        self.settle, self.record, self.forget = self._core.settle, self._core.record, self._core.forget
        self.advance, self.counts, self.findings = self._core.advance, self._core.counts, self._core.findings
        self.resume = self._core.resume
        #: What the findings of one engine begin with.
        self.begun = known.begun

    def __repr__(self) -> str:
        return f"NativeSieve({len(self._judgements)} judgements)"

    def begin(self, encoding: Encoding) -> None:
        """Say how the object is written, before anything is recorded."""
        self._core.write(encoding.unit, encoding.multi_byte, encoding.bom)

    def set_table(self, table: Table) -> None:
        """The text is a table."""
        forms, words = self._known.forms, self._known.words.numbers
        named = sorted(
            (form, column, words[keyword])
            for column, by_form in table.columns.items()
            for form, keyword in by_form.items()
            if forms[form].custom is None and forms[form].form.context is Context.REQUIRED
        )
        numbers = array("I", (number for form, column, word in named for number in (column, form, word)))
        self._core.set_table(table.delimiter[0], 1 + max(table.columns, default=-1), numbers)
        self._table = table

    def search(
        self,
        data: Text,
        base: int,
        block: tuple[int, int],
        reach: tuple[int, int],
        header_end: int,
        anchors: "array[int]",
    ) -> tuple[memoryview, memoryview]:
        """Look for what starts in ``data[slice(*block)]``; context words count in ``data[slice(*reach)]``.

        ``anchors`` has the (form, end) of those that the other lanes have found, flat, as unsigned integers.

        The answer is where only Python can decide: (form, start, 0 or 1 + the number of the word that speaks of it),
        and the words near those with 0 as (form, word, start, end); flat.
        """
        first, limit = 0, block[1]
        if self._table is not None:
            first, limit = self._table.first_row(data, block[0]), min(len(data), block[1] + HEADER_BYTES)
        asked, words = self._core.search(data, base, *block, *reach, header_end, first, limit, anchors)
        return memoryview(asked).cast("I"), memoryview(words).cast("I")

    def ruled(self, form: int, value: bytes) -> tuple[bool, Verdict | None]:
        """(whether the plan rules on the value, what it says; None: it is none)."""
        ruling = self._plan.ruled(form, value)
        return ruling >= 0, self._known.verdicts[ruling] if ruling >= 0 else None

    def add(self, found: Sequence[Candidate]) -> None:
        """See `Resolution.add`."""
        for each in found:
            judgement = each.judgement
            number = self._numbers.setdefault(judgement, len(self._judgements))
            if number == len(self._judgements):
                self._judgements.append(judgement)
            self._core.add(
                each.start,
                each.end,
                each.detector,
                each.form,
                number,
                each.priority,
                len(judgement.keyword),
                judgement.surety,
                CONFIDENCE_RANK[judgement.confidence],
            )

    def settled(self, data: Text, base: int, end: int, *, final: bool) -> Iterator[Candidate]:
        """See `Resolution.settled`."""
        del data, base
        self.settle(end - CONTEXT_BYTES, end - LONGEST_CLUSTER, final)
        for start, stop, form, ruling, detail in _WINNER.iter_unpack(self._core.winners()):
            compiled = self._known.forms[form]
            judgement = self.judgement(form, ruling, detail)
            yield Candidate(start, stop, compiled.detector, form, compiled.priority, judgement)

    def judgement(self, form: int, ruling: int, detail: int) -> Judgement:
        """What was said of a value of the form, by the numbers with which the sieve tells it."""
        return self._judgements[detail] if ruling == _ADDED else self._known.judgement(form, ruling, detail)

    def near(self, farthest: int, low: int, high: int) -> Sequence[Place]:
        """See `Resolution.near`."""
        return list(_PLACE.iter_unpack(self._core.near(farthest, low, high)))
