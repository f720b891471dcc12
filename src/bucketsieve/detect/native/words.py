"""The tree of the context words, as the native lane walks it.

Letters are folded to small ones, and all that may stand between the parts of a word to a hyphen. Words share what they
begin with, and words that go on alike what they end with.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from bucketsieve.detect.keywords import spellings

#: What may stand between the parts of a word.
SEPARATORS = b" _.-"
_FOLDED = bytes(
    byte | 0x20 if ord("A") <= byte <= ord("Z") else ord("-") if byte in SEPARATORS else byte for byte in range(256)
)

#: Bytes that words are told apart by at first.
_HEAD: Final = 4

#: (word, step, bytes of the step that are still to come): the word may go on like this.
_Item = tuple[int, int, bytes]


@dataclass(frozen=True, slots=True)
class WordTree:
    """Node 0 is the root. ``edges``: per node, (byte, node) by byte; ``ends``: per node, the words that end there."""

    edges: Sequence[Sequence[tuple[int, int]]]
    ends: Sequence[Sequence[int]]

    def heads(self) -> Iterator[tuple[bytes, int, int, bytes]]:
        """(head, node, bytes of the way there, next): the first four bytes of words, where in the tree they lead, and
        the bytes that may follow: none are given if any may.

        Of a word with three bytes these are the head; one with two goes with any third. The way is that of the letters
        alone: what else stands in a head may be written in other ways.
        """
        reached = [(0, b"", 0, 0)]
        for node, head, sure, depth in reached:
            if self.ends[node] and len(head) == _HEAD - 2:
                yield from ((bytes([*head, byte]), sure, depth, b"") for byte in range(256))
            elif self.ends[node]:
                yield head, sure, depth, b""
            elif len(head) == _HEAD:
                yield head, sure, depth, b"".join(_written(byte) for byte, _ in self.edges[node])
            if len(head) < _HEAD:
                for byte, target in self.edges[node]:
                    onward = (target, depth + 1) if depth == len(head) and _is_letter(byte) else (sure, depth)
                    reached += [(target, head + bytes([each]), *onward) for each in _written(byte)]


def _is_letter(byte: int) -> bool:
    return ord("a") <= byte <= ord("z")


def _written(byte: int) -> bytes:
    return SEPARATORS if byte == ord("-") else bytes([byte])


def word_tree(words: Sequence[str]) -> WordTree:
    """The tree of ``words``, by their numbers."""
    steps = [[[each.translate(_FOLDED) for each in step] for step in spellings(word)] for word in words]
    root = frozenset(item for number in range(len(words)) for item in _after(steps, number, 0))
    numbers = {root: 0}
    states = [root]
    edges: list[list[tuple[int, int]]] = []
    ends: list[list[int]] = []
    for state in states:
        ends.append(sorted(number for number, step, _ in state if step == len(steps[number])))
        by_byte: dict[int, set[_Item]] = {}
        for number, step, rest in state:
            if rest:
                follow = by_byte.setdefault(rest[0], set())
                follow.update([(number, step, rest[1:])] if rest[1:] else _after(steps, number, step + 1))
        edges.append([])
        for byte, items in sorted(by_byte.items()):
            target = frozenset(items)
            if target not in numbers:
                numbers[target] = len(states)
                states.append(target)
            edges[-1].append((byte, numbers[target]))
    return WordTree(edges, ends)


def _after(steps: list[list[list[bytes]]], number: int, step: int) -> Iterator[_Item]:
    """How the word goes on before ``step``; a step that may be empty is also left out."""
    if step == len(steps[number]):
        yield number, step, b""
        return
    for choice in steps[number][step]:
        if choice:
            yield number, step, choice
        else:
            yield from _after(steps, number, step + 1)
