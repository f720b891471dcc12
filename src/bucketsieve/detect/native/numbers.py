"""Numbers that are told by check digits, regular shapes and days.

Values are those that the catalogue's forms match: what these rule out is not ruled out again. The test of rulings asks
the validators about all of them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from string import ascii_uppercase, digits
from typing import Final

from bucketsieve.detect.native.days import Born
from bucketsieve.detect.native.registers import Listed
from bucketsieve.detect.native.ruling import Check
from bucketsieve.detect.native.steps import Steps
from bucketsieve.detect.native.sums import FREE, Each, Either, Sum, Worth

#: What a number has to be: matched by an expression, right by a sum or by steps, or listed.
Need = str | Sum | Either | Each | Steps | Listed


@dataclass(frozen=True)
class Number:
    """A number that is right if its digits, or its digits and letters, fulfil all of ``needs``.

    ``plain``: as has the whole value, as it is written. ``born``: there is such a day; but whether a 29th of February
    was, the library has to say. So it has of what ``ask`` matches. What ``none`` matches is none. And the
    ``check`` has to hold.
    """

    needs: tuple[Need, ...]
    normalise: str
    plain: str = ""
    born: tuple[Born, ...] = ()
    ask: Callable[[], str] | None = None
    none: str = ""
    check: Check = Check.NONE


def numeric(
    *needs: Need, plain: str = "", born: tuple[Born, ...] = (), ask: Callable[[], str] | None = None, none: str = ""
) -> Number:
    """Only the digits count."""
    return Number(needs, "digits", plain, born, ask, none)


def lettered(
    *needs: Need, plain: str = "", born: tuple[Born, ...] = (), ask: Callable[[], str] | None = None, none: str = ""
) -> Number:
    """Letters count as well, in capitals."""
    return Number(needs, "alnum", plain, born, ask, none)


def free(count: int) -> tuple[Worth, ...]:
    """Characters that count for nothing."""
    return (FREE,) * count


def down(total: int) -> int:
    """What makes the sum a multiple of 11, and 0 for ten."""
    return -total % 11 % 10


def short_of(total: int) -> int:
    """What makes the sum a multiple of 11; ten is no digit."""
    return -total % 11


def up(total: int) -> int:
    """The remainder, and 0 for ten."""
    return total % 10


def same(total: int) -> int:
    """The remainder; ten is no digit."""
    return total


def scaled(worth: Worth, *weights: int) -> tuple[Worth, ...]:
    """Other characters than digits, times these weights."""
    return tuple(tuple(None if value is None else weight * value for value in worth) for weight in weights)


BOTH: Final = digits + ascii_uppercase
POWERS: Final = tuple(10**power for power in range(12, -1, -1))
