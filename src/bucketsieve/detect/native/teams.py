"""Teams: forms that wait for context words, and are compared with a place together.

What may stand at the first places of a form's matches, or behind a match that is so short, is a set of bytes for each
place. A bit for each form makes rows of these, by which a few loads tell a place from where any of the forms matches.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from string import ascii_letters, ascii_lowercase, ascii_uppercase, digits
from typing import Final, NamedTuple

from bucketsieve.detect.compiled import CompiledForm
from bucketsieve.detect.keywords import GAP_AFTER
from bucketsieve.detect.native.automaton import DEAD, NO, START, UNDECIDED, Automaton, byte_classes
from bucketsieve.detect.native.positions import ALL_BYTES, bits
from bucketsieve.detect.vocabulary import Word


def _set(members: str) -> int:
    return sum(1 << byte for byte in members.encode())


#: Forms of a team, and the places looked at, as in `src/native/plan.h`.
MOST: Final = 32
LOOKED: Final = 16
#: What matches begin with, as in `src/native/plan.h`; the last two are: other bytes, and behind a letter or a digit.
_BEGINNINGS: Final = (_set(digits), _set(ascii_uppercase), _set(ascii_lowercase), _set(" ()*+,-./"))
_OTHER, _INSIDE = 1 << len(_BEGINNINGS), 2 << len(_BEGINNINGS)
_LETTERS_AND_DIGITS: Final = _set(ascii_letters + digits)


class Member(NamedTuple):
    """What is asked of a form. A match never stands behind the bytes ``not_behind``, nor before ``not_before``."""

    body: Automaton
    not_behind: int
    not_before: int
    has_digit: bool


class Place(NamedTuple):
    """Where a form is one of a team; ``begins``: of some sets of bytes, a bit for each that matches may begin with."""

    team: int
    place: int
    begins: int


@dataclass(frozen=True, slots=True)
class Team:
    """Up to `MOST` forms; ``with_digit``: a bit for each of which every match has a digit.

    ``masks``: a row for each class of bytes. Its first number says behind these bytes matches may stand, the others
    which may have one at their first place, their second, and so on. ``rows`` is where each byte's row begins.
    """

    forms: tuple[int, ...]
    with_digit: int
    rows: tuple[int, ...]
    masks: tuple[int, ...]


class WordTeam(NamedTuple):
    """Of a team, the forms ``wanted`` wait for a word, those of ``names_only`` if it is the name of what is assigned;
    ``before`` and ``behind`` are how far from it their matches start.
    """

    team: int
    wanted: int
    names_only: int
    before: int
    behind: int
    begins: int


def teams(waiting: Mapping[str, Mapping[int, Member]]) -> tuple[list[Team], dict[int, Place]]:
    """(teams, the place of each form), those that are ``waiting`` for the same words together, if that can be."""
    members = {form: member for each in waiting.values() for form, member in each.items()}
    found: list[list[int]] = []
    for forms in sorted(_beside({form: {form} for form in members}, waiting), key=len, reverse=True):
        room = next((each for each in found if len(each) + len(forms) <= MOST), None)
        if room is None:
            found.append(room := [])
        room += sorted(forms)
    places = {
        form: Place(team, place, _beginning(members[form]))
        for team, forms in enumerate(found)
        for place, form in enumerate(forms)
    }
    return [_team({form: members[form] for form in forms}) for forms in found], places


def _beside(groups: dict[int, set[int]], waiting: Mapping[str, Iterable[int]]) -> list[set[int]]:
    """The groups of forms, joined where some wait for the same word."""
    for forms in sorted(waiting.values(), key=lambda each: len(set(each)), reverse=True):
        first, *others = sorted({id(groups[form]): groups[form] for form in forms}.values(), key=len, reverse=True)
        for other in others:
            if len(first) + len(other) <= MOST:
                first |= other
                groups.update(dict.fromkeys(other, first))
    return list({id(each): each for each in groups.values()}.values())


def word_teams(word: Word, places: Mapping[int, Place], forms: Sequence[CompiledForm]) -> Iterator[WordTeam]:
    """The teams of the forms that wait for a word, but for those that have no place."""
    by_team: dict[int, list[int]] = {}
    for form in (*word.forms, *word.digit_forms):
        if form in places:
            by_team.setdefault(places[form].team, []).append(form)
    for team, waiting in sorted(by_team.items()):
        yield WordTeam(
            team,
            reduce(or_, (1 << places[form].place for form in waiting)),
            reduce(or_, (1 << places[form].place for form in waiting if form in word.names_only), 0),
            max(forms[form].form.max_width for form in waiting) + GAP_AFTER,
            max(forms[form].form.distance for form in waiting) + 1,
            reduce(or_, (places[form].begins for form in waiting)),
        )


def _beginning(member: Member) -> int:
    first = next(_spots(member))
    found = sum(1 << number for number, each in enumerate(_BEGINNINGS) if first & each)
    found |= _OTHER if first & ~sum(_BEGINNINGS) else 0
    return found | (_INSIDE if _LETTERS_AND_DIGITS & ~member.not_behind else 0)


def _team(members: Mapping[int, Member]) -> Team:
    with_digit = sum(1 << place for place, each in enumerate(members.values()) if each.has_digit)
    spots = [[ALL_BYTES & ~each.not_behind, *_spots(each)] for each in members.values()]
    return Team(tuple(members), with_digit, *_masks(spots))


def _masks(spots: Sequence[Sequence[int]]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """(where each byte's row begins, the masks)."""
    parts = byte_classes(each for row in spots for each in row)
    rows = [0] * 256
    for number, part in enumerate(parts):
        for byte in bits(part):
            rows[byte] = number * (1 + LOOKED)
    masks = tuple(
        sum(1 << form for form, spot in enumerate(spots) if spot[place] & part)
        for part in parts
        for place in range(1 + LOOKED)
    )
    return tuple(rows), masks


def _spots(member: Member) -> Iterator[int]:
    """The bytes that may stand at the first places of a match, or behind one, as sets."""
    body = member.body
    of_kind = [0] * body.width
    for byte, kind in enumerate(body.classes):
        of_kind[kind] |= 1 << byte
    states, ended = {START}, False
    for _ in range(LOOKED):
        ends = {body.accepting[state] for state in states}
        here = ALL_BYTES if ended or UNDECIDED in ends else 0
        if ends - {NO}:
            here |= ALL_BYTES & ~member.not_before
            ended = True
        after: set[int] = set()
        for state in states:
            row = body.table[state * body.width : (state + 1) * body.width]
            after.update(row)
            here |= sum(of_kind[kind] for kind, following in enumerate(row) if following != DEAD)
        yield here
        states = after - {DEAD}
