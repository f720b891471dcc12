"""Check digits as automata where a sum does not tell: each character leads from one state to the next."""

from array import array
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import cache
from string import digits
from typing import Any, Final

from bucketsieve.detect.native.automaton import DEAD, LARGEST, NO, START, YES, Automaton


@dataclass(frozen=True)
class Steps:
    """Texts that lead from ``start`` to a state that ``accepts``.

    ``step`` takes a state and a character of the ``alphabet``, and gives the next state, None if no text goes on so.
    """

    start: Hashable
    step: Callable[[Any, str], Hashable | None]
    accepts: Callable[[Any], bool]
    alphabet: str = digits

    @property
    def automaton(self) -> Automaton:
        """Of the texts. Raises ValueError for too many states."""
        return _automaton(self)


@cache
def _automaton(steps: Steps) -> Automaton:
    numbers: dict[Hashable, int] = {steps.start: START}
    states = [steps.start]
    width = len(steps.alphabet) + 1
    table = array("H", [DEAD] * width)
    for state in states:
        table.append(DEAD)
        for character in steps.alphabet:
            after = steps.step(state, character)
            if after is None:
                table.append(DEAD)
                continue
            if after not in numbers:
                states.append(after)
                numbers[after] = START + len(states) - 1
                if len(states) * width > LARGEST:
                    raise ValueError("the steps take too many states")
            table.append(numbers[after])
    classes = bytearray(256)
    for number, character in enumerate(steps.alphabet, start=1):
        classes[ord(character)] = number
    accepting = bytes([NO, *(YES if steps.accepts(state) else NO for state in states)])
    return Automaton(bytes(classes), width, table, accepting)


def _mod_11_10(check: int, digit: str) -> int:
    return ((check or 10) * 2 % 11 + int(digit)) % 10


#: Digits of which the last is the check digit of ISO/IEC 7064, MOD 11,10.
MOD_11_10: Final = Steps(5, _mod_11_10, lambda check: check == 1)


def _dihedral(one: int, other: int) -> int:
    """The product of two elements of the group of the pentagon's symmetries; those from 5 on are reflections."""
    turned = one + other if one < 5 else one - other
    return turned % 5 + 5 * ((one < 5) != (other < 5))


#: How Verhoeff permutes a digit from one place to the next.
_PERMUTED: Final = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)


def verhoeff(length: int, *, apart: int | None = None) -> Steps:
    """So many digits, of which the last is Verhoeff's check digit; the one at ``apart`` does not count."""

    def step(state: tuple[int, int], character: str) -> tuple[int, int] | None:
        place, product = state
        if place == length:
            return None
        if place == apart:
            return place + 1, product
        behind = length - 1 - place - (apart is not None and place < apart)
        digit = int(character)
        for _ in range(behind % 8):
            digit = _PERMUTED[digit]
        # What stands farther to the right comes first in the product.
        return place + 1, _dihedral(digit, product)

    return Steps((0, 0), step, lambda state: state == (length, 0))


_ENDED: Final = "ended"


def _stripe_step(state: tuple[int, int] | str, character: str) -> tuple[int, int] | str | None:
    if isinstance(state, str):
        return state
    plain, doubled = state
    if character in "^=":
        return _ENDED if plain == 0 else None
    if character not in digits:
        return state
    digit = int(character)
    return (doubled + digit) % 10, (plain + sum(divmod(2 * digit, 10))) % 10


#: Up to the first separator, digits of which the last is the check digit of ISO/IEC 7812-1. A state has their sum with
#: the last one as it is, and doubled.
STRIPE: Final = Steps((0, 0), _stripe_step, lambda state: state == _ENDED, "".join(map(chr, range(128))))
