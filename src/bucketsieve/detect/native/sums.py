"""Check digits as automata: of numbers of a fixed length, a state tells the place and the remainder of a sum."""

from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from string import ascii_uppercase, digits
from typing import Final

from bucketsieve.detect.native.automaton import DEAD, NO, START, YES, Automaton

ALPHABET: Final = digits + ascii_uppercase
#: What each character counts for at a place, by its place in the alphabet; None, or nothing: it may not stand there.
Worth = tuple[int | None, ...]
#: Any character, which counts for nothing.
FREE: Final[Worth] = (0,) * len(ALPHABET)


def times(*weights: int, of: str = digits) -> tuple[Worth, ...]:
    """For each weight, the characters ``of`` times it: they count for their places in the alphabet, A for 10."""
    values = [place if character in of else None for place, character in enumerate(ALPHABET)]
    return tuple(tuple(None if value is None else weight * value for value in values) for weight in weights)


def row(values: Iterable[int], of: str) -> Worth:
    """The characters ``of`` count for these."""
    worth = dict(zip(of, values, strict=True))
    return tuple(map(worth.get, ALPHABET))


def cast_out(*weights: int) -> tuple[Worth, ...]:
    """Digits times these weights, less nine from ten on."""
    products = [[weight * digit for digit in range(len(digits))] for weight in weights]
    return tuple(tuple(value - 9 if value > 9 else value for value in each) for each in products)


def luhn(length: int, *, before: int = 0, behind: int = 0) -> "Sum":
    """So many digits, of which the last is the check digit of ISO/IEC 7812-1; other characters before and behind."""
    counted = cast_out(*(1 + (length - place) % 2 for place in range(1, length + 1)))
    return Sum((FREE,) * before + counted + (FREE,) * behind, 10)


@dataclass(frozen=True)
class Sum:
    """Texts with a character for each of ``worths``, which are right if the remainder of their sum by ``modulus`` is.

    ``check`` says of a remainder which character has to stand at ``place``: a digit, or one of several; without it, the
    remainder has to be one of ``remainders``. With ``second``, another sum, it is asked about the remainders of both.
    """

    worths: tuple[Worth, ...]
    modulus: int
    check: Callable[..., int | str] | None = None
    place: int = -1
    remainders: tuple[int, ...] = (0,)
    second: tuple[Worth, ...] = ()
    wrong: bool = False  # texts that are not right, in its place

    @property
    def automaton(self) -> Automaton:
        """Of the texts, in capitals."""
        return _union((self,))


@dataclass(frozen=True)
class Either:
    """Texts that are right by one of the sums."""

    sums: tuple[Sum, ...]

    @property
    def automaton(self) -> Automaton:
        """Of the texts, in capitals."""
        return _union(self.sums)


@dataclass(frozen=True)
class Each:
    """Texts of several lengths, each right by the sum of its length: together they would need too many states."""

    sums: tuple[Sum, ...]


#: Of each sum that is possible still: its number, its remainders, and the character at the place of its check.
_State = tuple[tuple[int, int, int, str], ...]


@cache
def _union(sums: tuple[Sum, ...]) -> Automaton:
    """The least automaton that tells the texts of these sums."""
    numbers: dict[tuple[int, _State], int] = {}
    rows: dict[tuple[int, ...], int] = {}
    kinds = [_kinds(sums, place) for place in range(max(len(each.worths) for each in sums))]

    def number(place: int, state: _State) -> int:
        """The number of the least automaton's state for what may come from ``place`` on."""
        known = numbers.get((place, state))
        if known is None:
            following = [DEAD] * len(ALPHABET)
            for symbols, steps in kinds[place] if place < len(kinds) else ():
                after = tuple(_step(sums[each[0]], place, *each, *step) for each in state if (step := steps[each[0]]))
                target = number(place + 1, after) if after else DEAD
                for symbol in symbols:
                    following[symbol] = target
            ends = any(_accepts(sums[each[0]], place, *each) for each in state)
            known = rows.setdefault((ends, *following), len(rows) + 1) if ends or any(following) else DEAD
            numbers[place, state] = known
        return known

    number(0, tuple((each, 0, 0, "") for each in range(len(sums))))
    # The numbers were given from the ends of the texts on, and the start has the last one.
    renumbered = [DEAD, *range(START + len(rows) - 1, START - 1, -1)]
    ordered = [(each[0], *map(renumbered.__getitem__, each[1:])) for each in reversed(rows)]
    accepting, *columns = zip(*ordered, strict=True)
    return _packed(accepting, columns)


#: What a character does to a sum: what it counts for in the first and in the second one, and its place in the alphabet.
_Effect = tuple[int, int, int]


def _kinds(sums: Sequence[Sum], place: int) -> list[tuple[list[int], tuple[_Effect | None, ...]]]:
    """Characters that do the same to all sums, and what they do to each; None: they may not stand there."""
    kinds: dict[tuple[_Effect | None, ...], list[int]] = {}
    for symbol in range(len(ALPHABET)):
        kinds.setdefault(tuple(_effect(each, place, symbol) for each in sums), []).append(symbol)
    return [(symbols, effects) for effects, symbols in kinds.items() if any(effects)]


def _effect(each: Sum, place: int, symbol: int) -> _Effect | None:
    worth = each.worths[place][symbol : symbol + 1] if place < len(each.worths) else ()
    if not worth or worth[0] is None:
        return None
    other = each.second[place][symbol] if each.second else 0
    checked = each.check is not None and place == each.place % len(each.worths)
    return worth[0] % each.modulus, (other or 0) % each.modulus, symbol if checked else 0


def _step(
    each: Sum, place: int, number: int, first: int, second: int, seen: str, worth: int, other: int, symbol: int
) -> tuple[int, int, int, str]:
    if each.check and place == each.place % len(each.worths):
        seen = ALPHABET[symbol]
    return number, (first + worth) % each.modulus, (second + other) % each.modulus, seen


def _accepts(each: Sum, place: int, _number: int, first: int, second: int, seen: str) -> bool:
    if place < len(each.worths):
        return False
    if each.check is None:
        return (first in each.remainders) != each.wrong
    right = each.check(first, second) if each.second else each.check(first)
    return (seen in right if isinstance(right, str) else seen == str(right)) != each.wrong


def _packed(accepting: Sequence[int], columns: Sequence[tuple[int, ...]]) -> Automaton:
    """``columns``: for each character of the alphabet, the next state by state, from the start on."""
    kinds = {(DEAD,) * len(accepting): 0}
    classes = bytearray(256)
    for character, column in zip(ALPHABET, columns, strict=True):
        classes[ord(character)] = kinds.setdefault(column, len(kinds))
    table = array("H", [DEAD] * len(kinds))
    for state in zip(*kinds, strict=True):
        table.extend(state)
    return Automaton(bytes(classes), len(kinds), table, bytes([NO, *(YES if each else NO for each in accepting)]))
