"""Readers that read another form of their detector along.

A telephone number is found by its separators, and once more in a cell that is named for such. Where the reader of the
one form has told of the other one as well, that need not be read again.
"""

from collections.abc import Mapping, Sequence

from bucketsieve.detect.catalogue.entry import Context
from bucketsieve.detect.compiled import CompiledForm
from bucketsieve.detect.native.automaton import DEAD, Shape
from bucketsieve.detect.native.machine import Machine, smallest
from bucketsieve.detect.native.readers import LAST, MOST, Reader, Told


def pairs(forms: Sequence[CompiledForm], shapes: Mapping[int, Shape]) -> dict[int, int]:
    """By form that waits for no word, one of its detector that does, and asks the same of what stands beside it.

    ``shapes`` has the forms of which an automaton says where the value is.
    """
    by_detector: dict[int, list[int]] = {}
    for number in shapes:
        by_detector.setdefault(forms[number].detector, []).append(number)
    found = dict[int, int]()
    for numbers in by_detector.values():
        waiting = [number for number in numbers if forms[number].form.context is Context.REQUIRED]
        for number in numbers:
            also = next((each for each in waiting if _beside(shapes[each]) == _beside(shapes[number])), None)
            if number not in waiting and also is not None:
                found[number] = also
    return found


def _beside(each: Shape) -> object:
    return each.before, each.after, each.ahead, each.loose


def along(one: Reader, other: Reader) -> Reader | None:
    """``one``, which also tells what of ``other`` applies where both tell first and last that they end.

    None: that is nowhere, or it would be too large.
    """
    columns = list(zip(one.kinds, other.kinds, strict=True))
    numbers = {column: number for number, column in enumerate(dict.fromkeys(columns))}
    states: dict[tuple[int, int, Told | None], int] = {(DEAD, DEAD, None): 0}
    start = states.setdefault((one.start, other.start, one.told[one.start]), 1)
    todo = list(states)
    rows: list[list[int]] = []
    for state, others, _ in todo:
        row = []
        for kind, others_kind in numbers:
            after, told = one.rows[state][kind], one.told[one.rows[state][kind]]
            others_after = other.rows[others][others_kind]
            said = other.told[others_after]
            if told and told.how == LAST and said and said.how == LAST:
                told = told._replace(also=said.applying)
            key = (after, others_after if after != DEAD and said is None else DEAD, told)
            if key not in states:
                states[key] = len(todo)
                todo.append(key)
            row.append(states[key])
        rows.append(row)
        if len(todo) * len(numbers) > MOST:
            return None
    labels = [told for _, _, told in todo]
    if not any(told and told.also for told in labels):
        return None
    machine = smallest(Machine(start, tuple(numbers[column] for column in columns), rows, labels))
    return Reader(machine.start, machine.kinds, machine.rows, machine.labels, one.rulings)
