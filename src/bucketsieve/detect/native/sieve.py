"""One object on its way through the native lane: what is decided there, and what becomes of it."""

import os
from array import array
from collections.abc import Iterator, Sequence
from itertools import count
from struct import Struct
from typing import Final, NamedTuple

from bucketsieve.detect.candidate import Candidate, Judgement, judged
from bucketsieve.detect.catalogue.entry import Context
from bucketsieve.detect.compiled import CompiledForm, Words
from bucketsieve.detect.context import CONTEXT_BYTES, Place
from bucketsieve.detect.model import CONFIDENCE_RANK
from bucketsieve.detect.native._core import Plan, Sieve
from bucketsieve.detect.resolve import LONGEST_CLUSTER
from bucketsieve.detect.structure import HEADER_BYTES, Table
from bucketsieve.detect.validators.base import Verdict

#: Winners that Python takes at a time: what it learns from them about values spares it most of the others.
_AT_A_TIME: Final = 128
#: In place of the number of a ruling, for a candidate that Python has added.
_ADDED: Final = -1
_PLACE: Final = Struct("3q")
_WINNER: Final = Struct("5q")


class Known(NamedTuple):
    """What the numbers in a plan mean.

    ``verdicts``: by the number of a ruling.
    """

    forms: Sequence[CompiledForm]
    words: Words
    verdicts: Sequence[Verdict | None]
    judgements: dict[tuple[int, int, int], Judgement]

    def judgement(self, form: int, ruling: int, word: int) -> Judgement:
        """The judgement that a ruling leads to, ``word`` being 0 or 1 + the number of the context word."""
        found = self.judgements.get((form, ruling, word))
        if found is None:
            verdict = self.verdicts[ruling]
            verdicts = () if verdict is None else (verdict,)
            keyword = self.words.keywords[word - 1] if word else ""
            found = self.judgements[form, ruling, word] = judged(self.forms[form].form, verdicts, keyword)
        return found


class NativeSieve:
    """A `Resolution` that also searches, and a `Tally`. For one object, and one thread at a time."""

    def __init__(self, plan: Plan, known: Known, *, drop_tests: bool) -> None:
        """``drop_tests``: published test values are no findings."""
        self._core = Sieve(plan, drop_tests, int.from_bytes(os.urandom(8)))
        self._plan = plan
        self._known = known
        self._added: dict[int, Candidate] = {}
        self._numbers = count()
        self._table: Table | None = None

    def __repr__(self) -> str:
        return f"NativeSieve({len(self._added)} added)"

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
        data: bytes,
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
        for number, each in zip(self._numbers, found, strict=False):
            judgement = each.judgement
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
            self._added[number] = each

    def settled(self, data: bytes, base: int, end: int, *, final: bool) -> Iterator[Candidate]:
        """See `Resolution.settled`. Winners of which nothing but their number is wanted are counted and left out."""
        more = True
        while more:
            rows, more = self._core.winners(data, base, end - CONTEXT_BYTES, end - LONGEST_CLUSTER, final, _AT_A_TIME)
            for start, stop, form, ruling, detail in _WINNER.iter_unpack(rows):
                if ruling == _ADDED:
                    yield self._added[detail]
                else:
                    compiled = self._known.forms[form]
                    judgement = self._known.judgement(form, ruling, detail)
                    yield Candidate(start, stop, compiled.detector, form, compiled.priority, judgement)

    def near(self, farthest: int, low: int, high: int) -> Sequence[Place]:
        """See `Resolution.near`."""
        return list(_PLACE.iter_unpack(self._core.near(farthest, low, high)))

    def forget(self, oldest: int) -> None:
        """See `Resolution.forget`."""
        self._core.forget(oldest)
        self._added = {number: each for number, each in self._added.items() if each.start >= oldest}

    def know(self, detector: int, normalised: str, rank: int, *, wanted: bool) -> int:
        """See `Tally.know`."""
        return self._core.know(detector, normalised.encode("utf-8", "surrogatepass"), rank, wanted)

    def close(self, detector: int) -> None:
        """See `Tally.close`."""
        self._core.close(detector)

    def counts(self) -> tuple[Sequence[int], Sequence[int]]:
        """See `Tally.counts`."""
        values, detectors = self._core.counts()
        return memoryview(values).cast("Q").tolist(), memoryview(detectors).cast("Q").tolist()
