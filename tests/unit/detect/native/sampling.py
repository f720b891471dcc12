"""Random texts that an expression matches, and texts nearly like them."""

import random
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from string import ascii_letters, ascii_lowercase, ascii_uppercase, digits
from typing import Any

_PRINTABLE = [chr(code) for code in range(32, 127)]
#: How often a repeat is repeated, beyond what it must.
_MORE = 12
_CATEGORIES = {
    codes.CATEGORY_DIGIT: digits,
    codes.CATEGORY_SPACE: " \t",
    codes.CATEGORY_WORD: ascii_letters + digits + "_",
}


def sampled(rng: random.Random, expression: str) -> str:
    """Matched by the expression, its look-around apart; printable ASCII but for literals."""
    return _sequence(rng, parser.parse(expression), {})


def changed(rng: random.Random, text: str) -> str:
    """With none to three characters changed, mostly for others of their kind."""
    for _ in range(rng.choice((0, 0, 1, 1, 2, 3))):
        place = rng.randrange(len(text))
        kinds = [kind for kind in (digits, ascii_uppercase, ascii_lowercase, " -./,") if text[place] in kind]
        text = text[:place] + rng.choice(kinds[0] if kinds else "-0aA ") + text[place + 1 :]
    return text


def with_each_digit(text: str) -> list[str]:
    """With each digit in place of the last character, if that is one: with one of them, a check digit may be right."""
    return [text[:-1] + digit for digit in digits] if text[-1:] in list(digits) else [text]


def _sequence(rng: random.Random, tree: Any, groups: dict[int, str]) -> str:
    return "".join(_item(rng, code, argument, groups) for code, argument in tree)


def _item(rng: random.Random, code: Any, argument: Any, groups: dict[int, str]) -> str:
    if code is codes.LITERAL:
        return chr(argument)
    if code is codes.IN:
        return rng.choice(_members(argument))
    if code is codes.ANY:
        return rng.choice(_PRINTABLE)
    if code is codes.BRANCH:
        return _sequence(rng, rng.choice(argument[1]), groups)
    if code is codes.SUBPATTERN:
        groups[argument[0]] = text = _sequence(rng, argument[3], groups)
        return text
    if code is codes.GROUPREF:
        return groups[argument]
    if code in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
        least, most, tree = argument
        times = rng.randint(least, min(most, least + _MORE))
        return "".join(_sequence(rng, tree, groups) for _ in range(times))
    return ""


def _members(items: Any) -> list[str]:
    members: set[str] = set()
    for kind, value in items:
        if kind is codes.LITERAL:
            members.add(chr(value))
        elif kind is codes.RANGE:
            members.update(map(chr, range(value[0], value[1] + 1)))
        elif kind is codes.CATEGORY:
            members.update(_CATEGORIES[value])
    return sorted(set(_PRINTABLE) - members if items[0][0] is codes.NEGATE else members)
