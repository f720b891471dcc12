"""Bit-parallel searches for the forms without context words: what kind of byte stands how far from a match's start.

A search for 64 places at a time takes one shift and one "and" for each byte looked at. A form is searched for like this
if what its matches begin with is rare in text; the others mostly have letters, by which `hooks` and `names` find them.
"""

import math
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import groupby, takewhile
from typing import Final, NamedTuple

from bucketsieve.detect.catalogue.entry import BOUNDARIES, Context, Form
from bucketsieve.detect.compiled import CompiledForm
from bucketsieve.detect.native import bitmaps
from bucketsieve.detect.native.arrange import Search, Term, arranged
from bucketsieve.detect.native.prefixes import Prefix, prefixes

_DIGITS: Final = bitmaps.HELD[bitmaps.DIGIT]
_BASE_64: Final = _DIGITS | bitmaps.HELD[bitmaps.UPPER] | bitmaps.HELD[bitmaps.LOWER] | frozenset(b"+/-_")


def _kind(bitmap: int, rare: float, rare_behind: float) -> tuple[frozenset[int], int, float, float]:
    return bitmaps.HELD[bitmap], bitmap, rare, rare_behind


#: (kind of bytes, its bitmap, bits of information: how rare it is in text, and how rare behind a byte of a kind that
#: has some of its bytes). Of two that hold the same bytes the first one is taken.
_KINDS: Final = (
    _kind(bitmaps.AT, 12.5, 8.0),
    _kind(bitmaps.SIGN, 8.0, 8.0),
    _kind(bitmaps.LEAD, 6.0, 4.0),
    _kind(bitmaps.UPPER, 3.5, 1.5),
    _kind(bitmaps.DIGIT, 3.0, 0.7),
    _kind(bitmaps.JOINT, 2.6, 2.6),
    _kind(bitmaps.MARK, 2.5, 2.0),
    (_DIGITS | bitmaps.HELD[bitmaps.MARK], bitmaps.NUMBER, 1.5, 0.2),
    _kind(bitmaps.LOWER, 1.0, 0.3),
)
#: More of them, for what is found by literals.
_MORE_KINDS: Final = (*_KINDS, _kind(bitmaps.RARE, 8.0, 8.0), _kind(bitmaps.ASSIGN, 4.0, 3.0))
#: Bits of information in that no more digits follow.
_END_OF_DIGITS: Final = 1.5
#: The bitmaps that many stretches of text have no bit in.
_RARE: Final = frozenset({bitmaps.AT, bitmaps.SIGN, bitmaps.RARE, bitmaps.RUN})
#: The bitmaps of digits, and of more of them beside each other: (how many, bitmap).
_RUNS: Final = ((8, bitmaps.DIGITS_8), (4, bitmaps.DIGITS_4), (2, bitmaps.DIGITS_2), (1, bitmaps.DIGIT))
#: Characters of base64 beside each other: how many, bitmap, bits of information, and bits for each further one.
_LONG_RUN: Final = (32, bitmaps.RUN, 6.0, 1.0)
#: Bits of information, alike bytes beside each other counted less, at which a search takes as long as looking at
#: the places it finds.
_CHEAP: Final = 14.0
#: Of one program, and how far from its place.
_MOST_TERMS, _FARTHEST = 40, 127
#: Literals of so many characters are looked for as such, if they have a hook.
_LONG: Final = 4


class Effort(NamedTuple):
    """How a search is looked for: ``length`` bytes of what matches begin with, by their kinds and perhaps by long runs;
    and the bits of information from which on it is selective.
    """

    kinds: tuple[tuple[frozenset[int], int, float, float], ...]
    runs: bool
    length: int
    selective: float


#: One place in 3,000 of random text.
_USUAL: Final = Effort(_KINDS, runs=False, length=24, selective=11.5)
#: For what has no hook: in text, literals are rarer than the kinds of their bytes.
_LITERALS: Final = Effort(_MORE_KINDS, runs=True, length=_FARTHEST + 1, selective=9.0)


@dataclass(frozen=True, slots=True)
class Program:
    """A search for all of ``terms``; ``forms`` are the numbers of those that may match where it succeeds.

    It finds their ``anchors``, or else their matches, which begin ``origin`` bytes in front of the place that the terms
    count from. The first ``shared`` terms are those of the search before it.
    """

    terms: tuple[Term, ...]
    origin: int
    shared: int
    anchors: bool
    forms: tuple[int, ...]


def programs(forms: Iterable[tuple[int, CompiledForm]], hooked: Container[int] = ()) -> tuple[Program, ...]:
    """The searches for those of ``forms``, with their numbers, that are worth one. Forms may share a search.

    Those that are ``hooked`` need none; for the others in which there are letters, less selective ones will do.
    """
    by_terms: dict[Search, list[int]] = {}
    for number, compiled in forms:
        if number not in hooked:
            searched = searches(compiled) or searches(compiled, effort=_LITERALS)
            for terms in searched:
                by_terms.setdefault(terms, []).append(number)
    return tuple(_in_order(by_terms))


def _in_order(by_terms: Mapping[Search, list[int]]) -> Iterator[Program]:
    before: tuple[Term, ...] = ()
    for terms, origin, search in arranged(by_terms):
        shared = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(before, terms, strict=False)))
        yield Program(terms, origin, shared, search[1], tuple(sorted(set(by_terms[search]))))
        before = terms


def searches(compiled: CompiledForm, effort: "Effort | None" = None) -> frozenset[Search]:
    """What finds the form, or else its anchor, each search a part of its matches; nothing if some part would be found
    too often, or, without an ``effort`` that is told, if the form has literals.
    """
    form = compiled.form
    if form.context is Context.REQUIRED or compiled.custom is not None or (effort is None and _has_letters(form)):
        return frozenset()
    found = _cheapest(form.source, _in_front(form), effort or _USUAL)
    anchors = not found
    return frozenset((terms, anchors) for terms in found or _cheapest(form.anchor, bitmaps.NO_DIGIT, effort or _USUAL))


def _in_front(form: Form) -> int:
    """The bitmap of places at which a match may begin."""
    if form.bounded.startswith(BOUNDARIES["number"][0]):
        return bitmaps.ALONE
    return bitmaps.NO_DIGIT if form.bounded.startswith("(?:") else bitmaps.FREE


class _Terms(NamedTuple):
    """Terms, the bits of information in them, and the bits in text."""

    terms: tuple[Term, ...]
    bits: float
    in_text: float


@cache
def _cheapest(pattern: str, in_front: int, effort: Effort) -> frozenset[tuple[Term, ...]]:
    """``in_front``: the bitmap of the places where a match may begin; NO_DIGIT if anything may stand before it."""
    best: frozenset[tuple[Term, ...]] = frozenset()
    least = math.inf
    for variants in (1, 2, 4, 8):
        beginnings = prefixes(pattern, variants=variants, length=effort.length)
        start: tuple[Term, ...] = ((in_front, 0),)
        if in_front == bitmaps.NO_DIGIT and not all(prefix and prefix[0].isdisjoint(_DIGITS) for prefix in beginnings):
            start = ()
        lengths = [_lengths(prefix, effort) for prefix in beginnings]
        for length in range(1, max(map(len, lengths))):
            found = [known[min(length, len(known) - 1)] for known in lengths]
            if not start and not all(_RARE.intersection(bitmap for bitmap, _ in terms) for terms, *_ in found):
                # It would be found again and again in a long number.
                continue
            alike = {(*start, *_joined(terms)): in_text for terms, _, in_text in found}
            if max(map(len, alike)) > _MOST_TERMS:
                break
            # Beginnings that are cut shorter are more alike, and lead to more places that must be looked at.
            cost = sum(1 + len(terms) / 8 + 2 ** (_CHEAP - bits) for terms, bits in alike.items())
            if min(bits for _, bits, _ in found) >= effort.selective and cost <= least:
                best, least = frozenset(alike), cost
    return best


def _joined(terms: Iterable[Term]) -> Iterator[Term]:
    """With one or two terms for digits beside each other."""
    for (bitmap, _), group in groupby(enumerate(terms), key=lambda item: (item[1][0], item[1][1] - item[0])):
        run = [distance for _, (_, distance) in group]
        if bitmap != _RUNS[-1][1]:
            yield from ((bitmap, distance) for distance in run)
            continue
        while run:
            length, runs = next(each for each in _RUNS if each[0] <= len(run))
            yield runs, run[0]
            if length < len(run) <= 2 * length:
                yield runs, run[-length]
                break
            run = run[length:]


def _has_letters(form: Form) -> bool:
    """Whether every match holds a literal, by which it may have a hook."""
    return bool(form.literals) and min(map(len, form.literals)) >= _LONG


def _lengths(prefix: Prefix, effort: Effort) -> list[_Terms]:
    """What is known of the prefix cut to each length, from 0 on. In the order of the text: many begin alike."""
    terms: list[Term] = []
    alone = in_text = 0.0
    before: frozenset[int] = frozenset()
    found = [_Terms((), 0.0, 0.0)]
    for distance, members in enumerate(prefix):
        kind = next((each for each in effort.kinds if members <= each[0]), None)
        if kind is not None:
            held, bitmap, bits, bits_behind_alike = kind
            terms.append((bitmap, distance))
            alone += bits
            in_text += bits if held.isdisjoint(before) else bits_behind_alike
        elif before == _DIGITS and members.isdisjoint(_DIGITS):
            terms.append((bitmaps.NO_DIGIT, distance))
            alone += _END_OF_DIGITS
            in_text += _END_OF_DIGITS
        before = kind[0] if kind else frozenset()
        runs, bits = _long_runs(prefix[: distance + 1]) if effort.runs else ([], 0.0)
        found.append(_Terms((*terms, *runs), alone + bits, in_text + bits))
    return found


def _long_runs(prefix: Prefix) -> tuple[list[Term], float]:
    """Terms for characters of base64 beside each other, and their information."""
    terms: list[Term] = []
    long, bitmap, bits, bits_more = _LONG_RUN
    start = 0
    for distance in range(len(prefix) + 1):
        if distance == len(prefix) or not prefix[distance] <= _BASE_64:
            terms += [(bitmap, place) for place in range(start, distance - long + 1, long)]
            if distance - start > long and (distance - start) % long:
                terms.append((bitmap, distance - long))
            start = distance + 1
    return terms, bits + bits_more * (len(terms) - 1) if terms else 0.0
