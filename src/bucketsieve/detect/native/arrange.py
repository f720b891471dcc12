"""In which order bit-parallel searches test their terms, so that many begin alike and most end soon.

A search tests its terms one after the other for a stretch of text, and ends when no place is left; those that begin
alike do that part once. Each may begin with any of its terms: places are counted from that one. What a term leaves is
measured on a sample of text: capitals are rare, but behind a capital they are not.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from functools import cache
from typing import Final, NamedTuple

from bucketsieve.detect.native.sample import sample

#: What a term tells at least, in bits of information.
_LEAST: Final = 0.01
#: A term is tested this far in front of the one that a search begins with, at most, in bytes.
_FARTHEST_BACK: Final = 63

#: (bitmap, distance in bytes)
Term = tuple[int, int]
#: (terms by their distance from the start of a match, whether they find anchors)
Search = tuple[tuple[Term, ...], bool]


class Arranged(NamedTuple):
    """``terms`` as they are tested, by their distance from the place of the first, which is ``origin`` bytes behind the
    start of a match.
    """

    terms: tuple[Term, ...]
    origin: int
    search: Search


class _Open(NamedTuple):
    """What of a search is not arranged yet."""

    terms: frozenset[Term]
    origin: int
    search: Search


def arranged(searches: Collection[Search]) -> Iterator[Arranged]:
    """The searches in the order in which they are run."""
    left = sorted(searches)
    while left:
        first, second = _best_pair(left)
        group: list[_Open] = []
        for search in left:
            origin = _origin(search, first, second)
            if origin is not None:
                terms = frozenset((bitmap, distance - origin) for bitmap, distance in search[0])
                group.append(_Open(terms - {first}, origin, search))
        yield from _below((first,), _places(first), group)
        done = {each.search for each in group}
        left = [each for each in left if each not in done]


def _best_pair(searches: Collection[Search]) -> tuple[Term, Term]:
    """Two terms, the first at distance 0, with which many searches may begin and that few places have."""
    found: defaultdict[tuple[Term, Term], set[Search]] = defaultdict(set)
    for search in searches:
        for bitmap, distance in search[0]:
            for other, farther in search[0]:
                pair = (bitmap, 0), (other, farther - distance)
                if distance <= _FARTHEST_BACK and _first_of(pair):
                    found[pair].add(search)
    return max(found, key=lambda pair: (_rarity(pair) * len(found[pair]) ** 0.5, pair))


def _first_of(pair: tuple[Term, Term]) -> bool:
    """Of two terms, the rarer one comes first; a term pairs with itself, for a search that has no other."""
    (bitmap, _), (other, _) = pair
    return (_told((bitmap, 0)), bitmap) >= (_told((other, 0)), other)


@cache
def _rarity(pair: tuple[Term, Term]) -> float:
    first, second = pair
    return _information(_places(first) & _places(second))


@cache
def _told(term: Term) -> float:
    return _information(_places(term))


@cache
def _places(term: Term) -> int:
    """Where in the sample the term holds."""
    size, bitmaps = sample()
    bitmap, distance = term
    places = bitmaps[bitmap] >> distance if distance >= 0 else bitmaps[bitmap] << -distance
    return places & (1 << size) - 1


def _information(places: int) -> float:
    """How few these places are, and how few words have one: words are what a search spends its time on."""
    size, _ = sample()
    words = memoryview(places.to_bytes(size // 8, "little")).cast("Q")
    some = sum(1 for word in words if word)
    # None is taken for half a one.
    return math.log2(len(words) / (some + 0.5)) + math.log2(size / (places.bit_count() + 0.5))


def _origin(search: Search, first: Term, second: Term) -> int | None:
    """Where the pair stands in the terms of the search, the first time."""
    terms, (bitmap, _), (other, apart) = search[0], first, second
    places = (distance for each, distance in terms if each == bitmap and (other, distance + apart) in terms)
    return min((each for each in places if each <= _FARTHEST_BACK), default=None)


def _below(before: tuple[Term, ...], places: int, group: list[_Open]) -> Iterator[Arranged]:
    """The searches of a group that has tested ``before``, which left the ``places`` of the sample."""
    yield from (Arranged(before, each.origin, each.search) for each in group if not each.terms)
    group = [each for each in group if each.terms]
    known = _information(places)
    while group:
        counts = Counter(term for each in group for term in each.terms)
        more = {term: _information(places & _places(term)) - known + _LEAST for term in counts}
        best = max(counts, key=lambda term: (more[term] * counts[term], -abs(term[1]), term))
        alike = [each._replace(terms=each.terms - {best}) for each in group if best in each.terms]
        yield from _below((*before, best), places & _places(best), alike)
        group = [each for each in group if best not in each.terms]
