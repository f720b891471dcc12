"""From a lane's hits to candidates: boundaries, context words and validators decide here, once for all lanes."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from bucketsieve.detect.candidate import RAISED, Candidate, confidence_of, judged
from bucketsieve.detect.catalogue.entry import MAX_KEYWORD, Context
from bucketsieve.detect.compiled import CompiledCatalogue, CompiledForm
from bucketsieve.detect.keywords import (
    GAP_AFTER,
    any_regex,
    ending_regex,
    names,
    speaks_after,
    speaks_before,
    stands_alone,
    word_regex,
)
from bucketsieve.detect.places import UNKNOWN, Places
from bucketsieve.detect.structure import Grant
from bucketsieve.detect.text import Text
from bucketsieve.detect.validators.base import Kind, Verdict
from bucketsieve.detect.vocabulary import Word

if TYPE_CHECKING:
    from bucketsieve.detect.native.sieve import NativeSieve

#: Look-ahead of the boundaries in `catalogue.entry`, in bytes.
_BOUNDARY = 8


class Block:
    """One block of text under evaluation: the candidates that start in ``data[begin:end]``; the rest is look-around.

    ``base`` is the offset of ``data`` in the text. The ``sieve`` knows what many validators say.
    """

    def __init__(
        self,
        catalogue: CompiledCatalogue,
        data: Text,
        base: int,
        begin: int,
        end: int,
        *,
        sieve: "NativeSieve | None" = None,
    ) -> None:
        self._sieve = sieve
        self._catalogue = catalogue
        self._data = data
        self._base = base
        self._begin = begin
        self._end = end

    def __repr__(self) -> str:
        return f"Block({self._begin}, {self._end})"

    def candidates(self, places: Mapping[int, Places], resume: dict[int, int]) -> list[Candidate]:
        """The candidates at ``places``, which are by form, in offsets of the text.

        ``resume`` holds per form where its last candidate ended, in offsets of the text; it is brought up to date.
        """
        found: list[Candidate] = []
        for number, where in places.items():
            compiled = self._catalogue.forms[number]
            position = max(self._begin, resume.get(number, 0) - self._base)
            for low, high in self._windows(compiled, where):
                position = self._scan(compiled, where, max(low, position), high, found)
            resume[number] = position + self._base
            if self._sieve is not None and compiled.custom is None:
                # A match may end behind its value, and no other one of the form starts in between.
                self._sieve.resume(number, position + self._base)
        return found

    def _windows(self, compiled: CompiledForm, places: Places) -> list[tuple[int, int]]:
        """Disjoint ranges of the starts that anchors, words and grants allow, within the block."""
        width, distance, words = compiled.form.max_width, compiled.form.distance, self._catalogue.words
        ranges = [(stop - compiled.form.lead, stop) for stop in places.anchors]
        ranges += [(start, start + 1) for start in places.starts]
        if places.waits:
            for stop, word, begin in places.words:
                # What a custom pattern finds depends on where it begins to search.
                exact = compiled.custom is not None
                first = self._begins(words[word], stop, begin) if exact else stop - words[word].width
                if first is not None:
                    ranges.append((first - GAP_AFTER - width, stop + distance + 1))
        if places.in_cells:
            ranges += [(grant.low, grant.high) for grant in places.grants]
        if len(ranges) > 1:
            ranges.sort()
        merged: list[tuple[int, int]] = []
        for low, high in ranges:
            if high <= self._begin or low >= self._end:
                continue
            if merged and low <= merged[-1][1]:
                if high > merged[-1][1]:
                    merged[-1] = (merged[-1][0], min(high, self._end))
            else:
                merged.append((max(low, self._begin), min(high, self._end)))
        return merged

    def _scan(self, compiled: CompiledForm, places: Places, low: int, high: int, found: list[Candidate]) -> int:
        """Add the candidates that start from ``low`` to ``high``; the answer is where the next one may start."""
        position = low
        limit = high + compiled.form.max_width + _BOUNDARY
        # A single place asks for no search beyond it.
        search = compiled.pattern.match if high == low + 1 else compiled.pattern.search
        while position < high:
            match = search(self._data, position, limit)
            if match is None or match.start() >= high:
                break
            candidate = self._judge(compiled, places, match)
            if candidate is None:
                # What begins inside a rejected value may be one; a custom pattern may be wide, and is stepped over.
                position = match.end() if compiled.custom is not None else match.start() + 1
            else:
                found.append(candidate)
                position = match.end()
        return position

    def _judge(self, compiled: CompiledForm, places: Places, match: re.Match[bytes]) -> Candidate | None:
        form = compiled.form
        start, end = match.span(compiled.group)
        if end - start > form.max_width:
            return None
        keyword = ""
        if form.context is Context.REQUIRED:
            keyword = (
                places.spoken.get(start)
                or _granted(places.grants, start)
                or self._word_near(places, form.distance, start, end)
            )
            if not keyword:
                return None
        verdicts = self._verdicts(compiled, places.form, bytes(self._data[start:end])) if compiled.validators else []
        if verdicts is None:
            return None
        if form.context is Context.RAISES:
            confidence, kind = confidence_of(form, verdicts)
            if confidence in RAISED and kind is Kind.REAL:
                keyword = _granted(places.grants, start) or self.any_near(compiled, start, end)
        judgement = judged(form, verdicts, keyword)
        base = self._base
        return Candidate(start + base, end + base, compiled.detector, places.form, compiled.priority, judgement)

    def _verdicts(self, compiled: CompiledForm, form: int, value: bytes) -> list[Verdict] | None:
        """What the validators say of the value; None: it is none. The sieve knows of many without loading them."""
        if self._sieve is not None and compiled.custom is None:
            known, verdict = self._sieve.ruled(form, value)
            if known:
                return None if verdict is None else [verdict]
        text = value.decode("utf-8", "replace")
        verdicts: list[Verdict] = []
        for validate in compiled.validators:
            verdict = validate(text)
            if verdict is None:
                return None
            verdicts.append(verdict)
        return verdicts

    def _word_near(self, places: Places, distance: int, start: int, end: int) -> str:
        """The nearest context word that speaks of ``data[start:end]``, those before it first."""
        words = places.words
        place = bisect_right(words, (start, len(self._catalogue.words), 0))
        while place and start - words[place - 1][0] <= distance:
            place -= 1
            stop, number, begin = words[place]
            word = self._catalogue.words[number]
            speaks = names if places.form in word.names_only else speaks_before
            if self._begins(word, stop, begin) is not None and speaks(bytes(self._data[stop:start])):
                return word.keyword
        place = bisect_left(words, (end, -1, 0))
        while place < len(words) and words[place][0] <= end + GAP_AFTER + MAX_KEYWORD:
            stop, number, begin = words[place]
            word = self._catalogue.words[number]
            first = self._begins(word, stop, begin)
            prose = places.form not in word.names_only
            if prose and first is not None and end <= first and speaks_after(bytes(self._data[end:first])):
                return word.keyword
            place += 1
        return ""

    def _begins(self, word: Word, stop: int, begin: int) -> int | None:
        """Where ``word`` begins that ends at ``stop``: ``begin`` if known; None if it is only part of another word."""
        if begin != UNKNOWN:
            return begin
        match = ending_regex(word.keyword).search(self._data, max(0, stop - word.width), stop)
        if match is None or not stands_alone(self._data, match.start(), stop):
            return None
        return match.start()

    def any_near(self, compiled: CompiledForm, start: int, end: int) -> str:
        """As `_word_near`, for a form whose words the lanes do not look for."""
        if not compiled.form.keywords:
            return ""
        data, distance, words = self._data, compiled.form.distance, any_regex(compiled.form.keywords)
        nearest = ""
        for before in words.finditer(data, max(0, start - distance - MAX_KEYWORD), start):
            if start - before.end() <= distance and stands_alone(data, *before.span()):
                nearest = _name(compiled, before) if speaks_before(bytes(data[before.end() : start])) else ""
        if nearest:
            return nearest
        after = words.search(data, end, end + GAP_AFTER + MAX_KEYWORD)
        if after and stands_alone(data, *after.span()) and speaks_after(bytes(data[end : after.start()])):
            return _name(compiled, after)
        return ""

    def name_near(self, compiled: CompiledForm, start: int) -> str:
        """The word of ``columns`` that names what stands at ``start``, if any."""
        low = max(0, start - compiled.form.distance - MAX_KEYWORD)
        for word in compiled.form.columns:
            for match in word_regex(word).finditer(self._data, low, start):
                if stands_alone(self._data, *match.span()) and names(bytes(self._data[match.end() : start])):
                    return word
        return ""


def _granted(grants: Sequence[Grant], start: int) -> str:
    if not grants:
        return ""
    place = bisect_right(grants, start, key=lambda grant: grant.low) - 1
    return grants[place].keyword if place >= 0 and start < grants[place].high else ""


def _name(compiled: CompiledForm, match: re.Match[bytes]) -> str:
    """The catalogue's spelling of the word that was found."""
    letters = re.sub(rb"[^a-z]", b"", match.group().lower())
    for keyword in compiled.form.keywords:
        if re.sub(rb"[^a-z]", b"", keyword.encode()) == letters:
            return keyword
    return compiled.form.keywords[0]
