"""Panels: some rulings of a form, and one automaton that tells which of them apply.

It reads a value as it stands in the text: what a normal form leaves out changes no state, and what it makes alike is
alike. So most of what a form has to say of a value takes one pass over its bytes.
"""

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final, NamedTuple

from bucketsieve.detect.fingerprint import normalise
from bucketsieve.detect.native.automaton import DEAD, LARGEST, NO, START, Automaton
from bucketsieve.detect.native.machine import Machine, smallest
from bucketsieve.detect.native.positions import LETTER
from bucketsieve.detect.native.ruling import (
    ANYTHING,
    BesideNumero,
    Check,
    Language,
    Lettered,
    Reading,
    Ruling,
    automaton_of,
)

#: Rulings of a panel, at most: a bit for each in a number.
_MOST: Final = 32
#: States of a panel of several rulings, at most: few enough that its table stays in the processor's cache. The first
#: panel of a form may have more, for it reads along while a value is matched; others are read for few values.
_LIMIT_OF_FIRST: Final = 2_000
_LIMIT: Final = 1_200
#: And before those are left out that differ in nothing, so many times that.
_RAW: Final = 1.5
_ASCII: Final = 128
#: Normal forms in which a letter beyond ASCII stays one.
_KEEPING_LETTERS: Final = frozenset({"none", "lower"})


@dataclass(frozen=True, slots=True)
class Panel:
    """An automaton over all bytes of a value, and for each of its states the rulings that apply: bit i for the i-th.

    Rulings behind one that surely applies are left out. The automaton is dead behind a byte that is not ASCII, unless
    the first of its rulings applies to all values, without a check. Its column ``letter`` is that of letters beyond
    ASCII where all rulings know of these, and that of other bytes where they do not; ``numero`` likewise that of ``№``.
    """

    count: int
    reading: Reading
    automaton: Automaton
    masks: "array[int]"
    letter: int
    numero: int


class _Values(NamedTuple):
    """The values that a ruling may apply to; ``sure``: no check digits can say otherwise."""

    language: Language
    normalise: str
    negated: bool
    sure: bool
    reading: Reading


def panels(rulings: Sequence[Ruling]) -> list[Panel]:
    """The panels of ``rulings``, in their order. Raises ValueError for a pattern that is no regular language."""
    values = [
        _Values(each.language, each.normalise, each.negated, each.check is Check.NONE, each.reading) for each in rulings
    ]
    return list(_panels(tuple(values)))


@cache
def _panels(values: tuple[_Values, ...]) -> tuple[Panel, ...]:
    return tuple(_grouped(values))


def _grouped(rulings: Sequence[_Values]) -> Iterator[Panel]:
    """As many rulings to a panel as its states allow."""
    group: list[_Values] = []
    machine: Machine[int] | None = None
    limit = _LIMIT_OF_FIRST
    for values in rulings:
        alone = _reader(values.language, values.normalise)
        apart = len(group) == _MOST or any(each.reading != values.reading for each in group)
        both = None if machine is None or apart else _joined(machine, alone, group, values, limit)
        if machine is not None and both is None:
            yield _panel(machine, group)
            group, machine, limit = [], None, _LIMIT
        machine = both or _first(alone, values)
        group.append(values)
    if machine is not None:
        yield _panel(machine, group)


def _first(machine: Machine[int], values: _Values) -> Machine[int]:
    return machine._replace(labels=[_applies(machine, state, values) for state in range(len(machine.rows))])


def _applies(reader: Machine[int], state: int, values: _Values) -> int:
    """1 if the ruling applies to a value behind which its reader is in ``state``."""
    return int(bool(reader.labels[state]) != values.negated)


def _joined(
    one: Machine[int], other: Machine[int], group: Sequence[_Values], values: _Values, limit: int
) -> Machine[int] | None:
    """Both at once; ``other`` is for the ruling behind the ``group``. None: it has more than ``limit`` states."""
    sure = sum(1 << place for place, each in enumerate(group) if each.sure)
    kinds = {pair: number for number, pair in enumerate(dict.fromkeys(zip(one.kinds, other.kinds, strict=True)))}
    # The table has a column besides, and two rows.
    limit = min(limit, LARGEST // (len(kinds) + 1) - 2)
    left_rows = _by_kinds(one.rows, [left for left, _ in kinds])
    right_rows = _by_kinds(other.rows, [right for _, right in kinds])
    # Once it is sure what the group says, whatever comes, the ruling behind it does not matter.
    right_rows.append(tuple([len(right_rows)] * len(kinds)))
    settled = [len(right_rows) - 1 if each else None for each in _settled(one, sure)]
    numbers = _Numbers()
    rows: list[list[int]] = []
    numbers[one.start, other.start] = 0
    for left, right in numbers.met((one.start, other.start)):
        if len(numbers) > _RAW * limit:
            return None
        forced = settled[left]
        following = right_rows[right if forced is None else forced]
        rows.append(list(map(numbers.__getitem__, zip(left_rows[left], following, strict=True))))
    labels = [
        one.labels[left] | (0 if one.labels[left] & sure else _applies(other, right, values) << len(group))
        for left, right in numbers
    ]
    both = tuple(kinds[pair] for pair in zip(one.kinds, other.kinds, strict=True))
    joined = smallest(Machine(0, both, rows, labels))
    return joined if len(joined.rows) <= limit else None


class _Numbers(dict[tuple[int, int], int]):
    """Pairs of states, numbered as they are met."""

    def __init__(self) -> None:
        super().__init__()
        self._order: list[tuple[int, int]] = []

    def __missing__(self, pair: tuple[int, int]) -> int:
        self._order.append(pair)
        return self.setdefault(pair, len(self))

    def met(self, first: tuple[int, int]) -> Iterator[tuple[int, int]]:
        """The pairs from the first on, those included that are met meanwhile."""
        yield first
        yield from self._order


def _by_kinds(rows: Sequence[Sequence[int]], kinds: Sequence[int]) -> list[tuple[int, ...]]:
    """The rows with these of their columns."""
    return [tuple(map(row.__getitem__, kinds)) for row in rows]


def _settled(machine: Machine[int], sure: int) -> list[bool]:
    """For each state, whether a ruling of which no check digits can say otherwise applies to all that may follow."""
    before: list[list[int]] = [[] for _ in machine.rows]
    for state, row in enumerate(machine.rows):
        for after in set(row):
            before[after].append(state)
    settled = [bool(label & sure) for label in machine.labels]
    open_states = [state for state, each in enumerate(settled) if not each]
    for state in open_states:
        for earlier in before[state]:
            if settled[earlier]:
                settled[earlier] = False
                open_states.append(earlier)
    return settled


@cache
def _reader(language: Language, how: str) -> Machine[int]:
    """Reads values as they stand; a label is 1 if the language has their normal form.

    The kinds behind those of ASCII are that of letters beyond it and that of ``№``; where nothing is known of these,
    that of any byte. Raises ValueError for letters in other normal forms.
    """
    if isinstance(language, Lettered) and how not in _KEEPING_LETTERS:
        raise ValueError(f"letters beyond ASCII are not known in this normal form: {how}")
    if language == ANYTHING:
        return Machine(0, (0,) * (_ASCII + 2), [[0]], [1])
    found = automaton_of(language)
    normal = [normalise(chr(byte), how) for byte in range(_ASCII)]
    stays = found.width  # the column of bytes that are no part of the normal form
    width = found.width
    rows = [[*found.table[state * width : (state + 1) * width], state] for state in range(len(found.accepting))]
    kinds = [found.classes[ord(each)] if each else stays for each in normal]
    kinds.append(found.classes[LETTER] if isinstance(language, Lettered) else kinds[0])
    kinds.append(stays if isinstance(language, BesideNumero) else kinds[0])
    return smallest(Machine(START, tuple(kinds), rows, [int(each != NO) for each in found.accepting]))


def _panel(machine: Machine[int], group: Sequence[_Values]) -> Panel:
    """With a dead state in front, and the start behind it. Raises ValueError."""
    # What applies to all values needs no normal form, and applies to what is not ASCII as well.
    always = group[0].language == ANYTHING and group[0].sure and not group[0].negated
    order = [machine.start, *(state for state in range(len(machine.rows)) if state != machine.start)]
    numbers = {state: place for place, state in enumerate(order, start=START)}
    width = max(machine.kinds) + 2  # one for what is not ASCII
    if width * (len(order) + 1) > LARGEST:
        raise ValueError(f"the expression takes too many states: {group[0].language}")
    table = array("H", [DEAD] * width)
    for state in order:
        row = machine.rows[state]
        table.extend([*(numbers[row[kind]] for kind in range(width - 1)), START if always else DEAD])
    classes = bytes([*machine.kinds[:_ASCII], *([width - 1] * _ASCII)])
    told = [each for each in group if each.language != ANYTHING]
    of_letters = all(isinstance(each.language, Lettered) for each in told)
    beside_numero = all(isinstance(each.language, BesideNumero) for each in told)
    letter, numero = machine.kinds[_ASCII:]
    masks = array("I", [0])
    masks.extend(machine.labels[state] for state in order)
    return Panel(
        len(group),
        group[0].reading,
        Automaton(classes, width, table, bytes(len(masks))),
        masks,
        letter if of_letters else width - 1,
        numero if beside_numero else width - 1,
    )
