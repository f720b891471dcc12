"""What may stand between a context word and a value behind it, as an automaton: `keywords.speaks_before`."""

from array import array
from functools import cache
from typing import Final, NamedTuple

from bucketsieve.detect.keywords import CELL_ENDS, MOST_CELLS, ONLY_PUNCTUATION, OTHER_KEY
from bucketsieve.detect.native.automaton import DEAD, NO, START, YES, Automaton, exact_automaton

_DELIMITER, _SPACE, _LINE_END, _OTHER = range(4)
_KINDS: Final = {**dict.fromkeys(CELL_ENDS, _DELIMITER), ord(" "): _SPACE, ord("\n"): _LINE_END}


class _Gap(NamedTuple):
    """Behind some bytes of a gap: the states of what reads another key and punctuation, whether a line ended, how many
    cells did, and whether one does here if no space follows.
    """

    other_key: int
    punctuation: int
    lines: bool
    cells: int
    open: bool

    @property
    def silent(self) -> bool:
        """Whether the word speaks no more, whatever follows."""
        return self.cells > MOST_CELLS or (self.lines and self.punctuation == DEAD)


@cache
def speaking_gaps() -> Automaton:
    """Of the gaps behind which a word still speaks; a gap that goes on does so no more once it is dead."""
    other_key = exact_automaton(f"(?s:.*)(?:{OTHER_KEY.pattern.decode()})")
    punctuation = exact_automaton(ONLY_PUNCTUATION.pattern.decode())
    kinds = [
        (of_key, of_punctuation, _KINDS.get(byte, _OTHER))
        for byte, (of_key, of_punctuation) in enumerate(zip(other_key.classes, punctuation.classes, strict=True))
    ]
    numbers = {kind: number for number, kind in enumerate(dict.fromkeys(kinds))}
    places = {_Gap(START, START, lines=False, cells=0, open=False): START}
    gaps = list(places)
    table = array("H", [DEAD] * len(numbers))
    for gap in gaps:
        for of_key, of_punctuation, kind in numbers:
            after = _Gap(
                other_key.table[gap.other_key * other_key.width + of_key],
                punctuation.table[gap.punctuation * punctuation.width + of_punctuation],
                gap.lines or kind == _LINE_END,
                gap.cells + (gap.open and kind != _SPACE),
                kind == _DELIMITER,
            )
            if other_key.accepting[after.other_key] or after.silent:
                table.append(DEAD)
                continue
            if after not in places:
                places[after] = len(places) + START
                gaps.append(after)
            table.append(places[after])
    accepting = bytes([NO, *(YES if gap.cells + gap.open <= MOST_CELLS else NO for gap in gaps)])
    return Automaton(bytes(numbers[kind] for kind in kinds), len(numbers), table, accepting)
