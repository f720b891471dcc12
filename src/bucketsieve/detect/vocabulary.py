"""The context words of a catalogue, and which forms wait for them."""

import marshal
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Final, NamedTuple

from bucketsieve.detect.catalogue.entry import Context, Form
from bucketsieve.detect.keywords import keyword_width, runs_of

#: Around a context word a digit is looked for no farther than this, in bytes.
_DIGIT_REACH: Final = 200
_NONE: Final = frozenset[int]()


class Word(NamedTuple):
    """A context word, and the forms (numbers) that wait for it.

    For the forms in ``names_only`` it counts as the name of a key or a column, and nowhere else.
    ``digit_forms`` need a digit at most ``digit_reach`` bytes from the word, ``forms`` do not. Words are numbered by
    length, so that of two that end at one place the longer has the higher number.
    """

    keyword: str
    forms: tuple[int, ...]
    digit_forms: tuple[int, ...]
    digit_reach: int
    names_only: frozenset[int]

    @property
    def width(self) -> int:
        """The most bytes it takes in a text."""
        return keyword_width(self.keyword)


class Words:
    """The context words of forms, indexed for the first who asks: in most small texts there are none.

    Those have numbers that forms wait for.
    """

    def __init__(self, forms: Callable[[], Iterable[Form]], kept: Sequence[bytes] = ()) -> None:
        """``forms`` gives them in the order of their numbers; what was ``kept`` is the `dump` of their words."""
        self._forms = forms
        self._kept = kept

    def dump(self) -> tuple[bytes, ...]:
        """All that is indexed, for the same Python alone."""
        words = [tuple(each) for each in self.all]
        return marshal.dumps(list(self.keywords)), marshal.dumps(dict(self.by_run)), marshal.dumps(words)

    @cached_property
    def keywords(self) -> Sequence[str]:
        """By number."""
        if self._kept:
            keywords: list[str] = marshal.loads(self._kept[0])  # noqa: S302  (`cache` vouches for it)
            return keywords
        waiting = (form for form in self._forms() if form.context is Context.REQUIRED)
        different = {keyword for form in waiting for keyword in (*form.keywords, *form.columns)}
        return sorted(sorted(different), key=len)

    @cached_property
    def numbers(self) -> dict[str, int]:
        """By keyword."""
        return {keyword: number for number, keyword in enumerate(self.keywords)}

    @cached_property
    def by_run(self) -> Mapping[str, Sequence[tuple[int, int, str]]]:
        """(form, place among its words, word) for all words of all forms, by the first of the word's `runs_of`.

        As Latin-1, in which to look for a text takes a tenth of what it takes in bytes.
        """
        words: dict[str, list[tuple[int, int, str]]]
        words = marshal.loads(self._kept[1]) if self._kept else {}  # noqa: S302  (as above)
        if words:
            return words
        for number, form in enumerate(self._forms()):
            for place, keyword in enumerate((*form.keywords, *form.columns)):
                first = next(iter(runs_of(keyword)), b"").decode("latin-1")
                words.setdefault(first, []).append((number, place, keyword))
        return words

    @cached_property
    def all(self) -> tuple[Word, ...]:
        """By number."""
        if self._kept:
            return tuple(map(Word._make, marshal.loads(self._kept[2])))  # noqa: S302  (as above)
        return _words(self._forms(), self.keywords)


def _words(forms: Iterable[Form], keywords: Sequence[str]) -> tuple[Word, ...]:
    plain: dict[str, tuple[int, ...]] = {}
    digits: dict[str, tuple[int, ...]] = {}
    names_only: dict[str, frozenset[int]] = {}
    reaches: dict[str, int] = {}
    for number, form in enumerate(forms):
        if form.context is not Context.REQUIRED:
            continue
        reach = form.distance + form.max_width
        near = form.has_digit and reach <= _DIGIT_REACH
        waiting = digits if near else plain
        alone = (number,)
        for keyword in {*form.keywords, *form.columns}:
            waiting[keyword] = waiting[keyword] + alone if keyword in waiting else alone
            if near and reach > reaches.get(keyword, 0):
                reaches[keyword] = reach
        for keyword in set(form.columns).difference(form.keywords):
            names_only[keyword] = names_only.get(keyword, _NONE).union(alone)
    fields = [
        (each, plain.get(each, ()), digits.get(each, ()), reaches.get(each, 0), names_only.get(each, _NONE))
        for each in keywords
    ]
    return tuple(map(Word._make, fields))
