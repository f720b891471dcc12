"""What a regular expression says about its matches, read from Python's own parse of it."""

from collections.abc import Iterable
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any, NamedTuple

_DIGITS = frozenset(range(ord("0"), ord("9") + 1))


class RegexFacts(NamedTuple):
    """``least`` and ``most`` bytes of a match; ``has_digit``: every match holds an ASCII digit."""

    least: int
    most: int
    has_digit: bool


def regex_facts(pattern: str) -> RegexFacts:
    """The facts of a pattern over bytes. Raises re.error."""
    tree = parser.parse(pattern.encode())
    least, most = tree.getwidth()
    return RegexFacts(int(least), int(most), _has_digit(tree))


def lead_of(pattern: str, anchor: str) -> int:
    """The most bytes from the start of a match of ``pattern`` to the end of the ``anchor`` in it.

    Small if the anchor is how the pattern begins (but for one character in front, which may be asked for as well); else
    all that the pattern may have.
    """
    tree, ahead = list(parser.parse(pattern.encode())), parser.parse(anchor.encode())
    start = list(ahead)
    if _begins_with(tree, start) or (start and start[0][0] is codes.IN and _begins_with(tree, start[1:])):
        return int(ahead.getwidth()[1])
    return int(parser.parse(pattern.encode()).getwidth()[1])


def _begins_with(tree: list[tuple[Any, Any]], start: list[tuple[Any, Any]]) -> bool:
    """Whether every match of ``tree`` begins with one of ``start``: the same items, the last perhaps repeated less."""
    if not start or len(start) > len(tree):
        return False
    if any(repr(left) != repr(right) for left, right in zip(tree, start[:-1], strict=False)):
        return False
    whole, part = tree[len(start) - 1], start[-1]
    if repr(whole) == repr(part):
        return True
    repeats = whole[0] is codes.MAX_REPEAT and part[0] is codes.MAX_REPEAT
    return bool(repeats and repr(whole[1][2]) == repr(part[1][2]) and part[1][0] <= whole[1][0])


def _has_digit(tree: Iterable[tuple[Any, Any]]) -> bool:
    return any(_item_has_digit(code, argument) for code, argument in tree)


def _item_has_digit(code: Any, argument: Any) -> bool:  # noqa: ANN401  (a node of the parser's tree has no type)
    if code is codes.LITERAL:
        return argument in _DIGITS
    if code is codes.IN:
        return all(_within_digits(kind, members) for kind, members in argument)
    if code is codes.BRANCH:
        return all(_has_digit(branch) for branch in argument[1])
    if code is codes.SUBPATTERN:
        return _has_digit(argument[-1])
    if code in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
        return argument[0] > 0 and _has_digit(argument[2])
    return bool(code is codes.ATOMIC_GROUP and _has_digit(argument))


def _within_digits(kind: Any, members: Any) -> bool:  # noqa: ANN401  (as above)
    if kind is codes.LITERAL:
        return members in _DIGITS
    if kind is codes.RANGE:
        return members[0] in _DIGITS and members[1] in _DIGITS
    return bool(kind is codes.CATEGORY and members is codes.CATEGORY_DIGIT)
