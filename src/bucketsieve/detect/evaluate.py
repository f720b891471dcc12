"""From a lane's hits to candidates: boundaries, context words and validators decide here, once for all lanes."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bucketsieve.detect.candidate import Candidate
from bucketsieve.detect.catalogue.entry import MAX_KEYWORD, Context
from bucketsieve.detect.compiled import CompiledCatalogue, CompiledForm, Word
from bucketsieve.detect.keywords import speaks_after, speaks_before, stands_alone
from bucketsieve.detect.model import Confidence
from bucketsieve.detect.validators.base import Kind

#: Look-ahead of the boundaries in `catalogue.entry`, in bytes.
_BOUNDARY = 8
_SHAPE = {
    Confidence.VALIDATED: "verified",
    Confidence.STRUCTURED: "distinctive shape",
    Confidence.CONTEXTUAL: "common shape",
    Confidence.WEAK: "common shape alone",
}
_RAISED = {Confidence.WEAK: Confidence.CONTEXTUAL, Confidence.CONTEXTUAL: Confidence.STRUCTURED}


@dataclass(frozen=True, slots=True)
class Grant:
    """The text's structure says that ``data[low:high]`` is what ``keyword`` names: a cell below a column's name."""

    low: int
    high: int
    keyword: str


@dataclass(slots=True)
class _Hits:
    """Where a form may match: ends of anchors, and of context words (with their numbers), ascending after `sort`."""

    anchors: list[int]
    words: list[tuple[int, int]]


class Block:
    """One block of text under evaluation: the candidates that start in ``data[begin:end]``; the rest is look-around."""

    def __init__(self, catalogue: CompiledCatalogue, data: bytes, begin: int, end: int) -> None:
        self._catalogue = catalogue
        self._data = data
        self._begin = begin
        self._end = end

    def __repr__(self) -> str:
        return f"Block({self._begin}, {self._end})"

    def candidates(self, resume: dict[int, int], grants: Mapping[int, Sequence[Grant]], base: int) -> list[Candidate]:
        """All candidates, by start, in offsets of the text (``base`` is that of ``data``).

        ``resume`` holds per form where its last candidate ended, in offsets of the text; it is brought up to date.
        """
        found: list[Candidate] = []
        hits = self._collect()
        for number in sorted(hits.keys() | grants.keys()):
            compiled = self._catalogue.forms[number]
            places = hits.get(number) or _Hits([], [])
            position = max(self._begin, resume.get(number, 0) - base)
            for low, high in self._windows(compiled, places, grants.get(number, ())):
                position = self._scan(compiled, places, grants.get(number, ()), (max(low, position), high), base, found)
            resume[number] = position + base
        found.sort(key=lambda candidate: (candidate.start, candidate.order))
        return found

    def _collect(self) -> dict[int, _Hits]:
        begin = max(0, self._begin - self._catalogue.look_behind)
        end = min(len(self._data), self._end + self._catalogue.look_ahead)
        forms = len(self._catalogue.forms)
        hits: dict[int, _Hits] = {}
        for lane in self._catalogue.lanes:
            for number, stop in lane.search(self._data, begin, end):
                if number < forms:
                    entry = hits.get(number)
                    if entry is None:
                        entry = hits[number] = _Hits([], [])
                    entry.anchors.append(stop)
                else:
                    for form in self._catalogue.words[number - forms].forms:
                        hits.setdefault(form, _Hits([], [])).words.append((stop, number - forms))
        for entry in hits.values():
            entry.anchors.sort()
            entry.words.sort()
        return hits

    def _windows(self, compiled: CompiledForm, hits: _Hits, grants: Sequence[Grant]) -> list[tuple[int, int]]:
        """Disjoint ranges of the starts that hits and grants allow, within the block."""
        width, distance = compiled.form.max_width, compiled.form.distance
        ranges = [(stop - width, stop) for stop in hits.anchors]
        ranges += [(stop - MAX_KEYWORD - distance - width, stop + distance + 1) for stop, _ in hits.words]
        ranges += [(grant.low, grant.high) for grant in grants]
        ranges.sort()
        merged: list[tuple[int, int]] = []
        for low, high in ranges:
            low, high = max(low, self._begin), min(high, self._end)
            if low >= high:
                continue
            if merged and low <= merged[-1][1]:
                merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
            else:
                merged.append((low, high))
        return merged

    def _scan(
        self,
        compiled: CompiledForm,
        hits: _Hits,
        grants: Sequence[Grant],
        window: tuple[int, int],
        base: int,
        found: list[Candidate],
    ) -> int:
        """Add the candidates that start in ``window``; the answer is where the next one may start."""
        position, high = window
        limit = high + compiled.form.max_width + _BOUNDARY
        search = compiled.form.pattern.search
        while position < high:
            match = search(self._data, position, limit)
            if match is None or match.start() >= high:
                break
            candidate = self._judge(compiled, hits, grants, match, base)
            if candidate is None:
                position = match.start() + 1
            else:
                found.append(candidate)
                position = match.end()
        return position

    def _judge(
        self, compiled: CompiledForm, hits: _Hits, grants: Sequence[Grant], match: re.Match[bytes], base: int
    ) -> Candidate | None:
        form = compiled.form
        start, end = match.span("value") if "value" in match.re.groupindex else match.span()
        keyword = ""
        if form.context is Context.REQUIRED:
            keyword = self._granted(grants, start) or self._word_near(hits.words, form.distance, start, end)
            if not keyword:
                return None
        confidence, kind, reasons = form.confidence, Kind.REAL, []
        if compiled.validators:
            value = self._data[start:end].decode("utf-8", "replace")
            for validate in compiled.validators:
                verdict = validate(value)
                if verdict is None:
                    return None
                reasons.append(verdict.reason)
                confidence = verdict.confidence or confidence
                kind = verdict.kind if verdict.kind is Kind.TEST else kind
        if form.context is Context.RAISES:
            keyword = self._granted(grants, start) or self._any_near(compiled, start, end)
            if keyword and kind is Kind.REAL:
                confidence = _RAISED.get(confidence, confidence)
        reason = "; ".join(reasons) or _SHAPE[confidence]
        if kind is Kind.TEST:
            confidence, reason = Confidence.WEAK, f"{Kind.TEST}: {reason}"
        if keyword:
            reason = f"{reason}; beside the word '{keyword}'"
        return Candidate(
            start + base, end + base, compiled.detector, compiled.priority, confidence, reason, kind, keyword
        )

    @staticmethod
    def _granted(grants: Sequence[Grant], start: int) -> str:
        place = bisect_right(grants, start, key=lambda grant: grant.low) - 1
        return grants[place].keyword if place >= 0 and start < grants[place].high else ""

    def _word_near(self, words: list[tuple[int, int]], distance: int, start: int, end: int) -> str:
        """The nearest context word that speaks of ``data[start:end]``, those before it first."""
        place = bisect_right(words, (start, len(self._catalogue.words)))
        while place and start - words[place - 1][0] <= distance:
            place -= 1
            stop, number = words[place]
            word = self._catalogue.words[number]
            if self._begins(word, stop) is not None and speaks_before(self._data[stop:start]):
                return word.keyword
        place = bisect_left(words, (end, -1))
        while place < len(words) and words[place][0] <= end + distance + MAX_KEYWORD:
            stop, number = words[place]
            word = self._catalogue.words[number]
            begin = self._begins(word, stop)
            if begin is not None and end <= begin <= end + distance and speaks_after(self._data[end:begin]):
                return word.keyword
            place += 1
        return ""

    def _begins(self, word: Word, stop: int) -> int | None:
        """Where ``word`` begins that ends at ``stop``; None if it is only part of another word."""
        match = word.ending.search(self._data, max(0, stop - MAX_KEYWORD), stop)
        if match is None or not stands_alone(self._data, match.start(), stop):
            return None
        return match.start()

    def _any_near(self, compiled: CompiledForm, start: int, end: int) -> str:
        """As `_word_near`, for a form whose words the lanes do not look for."""
        assert compiled.nearby is not None
        data, distance = self._data, compiled.form.distance
        nearest = ""
        for match in compiled.nearby.finditer(data, max(0, start - distance - MAX_KEYWORD), start):
            if start - match.end() <= distance and stands_alone(data, *match.span()):
                nearest = self._name(compiled, match) if speaks_before(data[match.end() : start]) else ""
        if nearest:
            return nearest
        match = compiled.nearby.search(data, end, end + MAX_KEYWORD)
        if match and stands_alone(data, *match.span()) and speaks_after(data[end : match.start()]):
            return self._name(compiled, match)
        return ""

    @staticmethod
    def _name(compiled: CompiledForm, match: re.Match[bytes]) -> str:
        """The catalogue's spelling of the word that was found."""
        letters = re.sub(rb"[^a-z]", b"", match.group().lower())
        for keyword in compiled.form.keywords:
            if re.sub(rb"[^a-z]", b"", keyword.encode()) == letters:
                return keyword
        return compiled.form.keywords[0]
