"""The bitmaps of a text: the numbers of `MAP_…` in `src/native/classify.h`, which says what they are, in its order."""

from collections.abc import Mapping
from typing import Final

(
    DIGIT, UPPER, LOWER, LETTER, LEAD, MARK, FREE, NO_DIGIT, WORD, AT, SIGN, JOINT, NUMBER, DIGITS_2, DIGITS_4,
    DIGITS_8, ASSIGN, RARE, RUN, POINT, ALONE,
) = range(21)  # fmt: skip

#: The bytes that have a bit, where those beside them do not matter. Of `RUN`, what may be in one beside letters and
#: digits.
HELD: Final[Mapping[int, frozenset[int]]] = {
    DIGIT: frozenset(b"0123456789"),
    UPPER: frozenset(range(ord("A"), ord("Z") + 1)),
    LOWER: frozenset(range(ord("a"), ord("z") + 1)),
    LEAD: frozenset(range(0xC0, 0x100)),
    MARK: frozenset(b" ()*+,-./"),
    AT: frozenset(b"@"),
    SIGN: frozenset(b"+%;"),
    JOINT: frozenset(b" -"),
    ASSIGN: frozenset(b":=>"),
    RARE: frozenset(b"$~"),
    RUN: frozenset(b"+-/_[]"),
    POINT: frozenset(b".-"),
}
