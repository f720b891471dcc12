"""Packs what the native lane searches for into one block of bytes, as `src/native/plan.h` describes it."""

from collections.abc import Mapping, Sequence
from typing import Final

from bucketsieve.detect.compiled import CompiledForm
from bucketsieve.detect.keywords import ASSIGNED, GAP_AFTER
from bucketsieve.detect.native.automaton import automaton
from bucketsieve.detect.native.block import Automata, Block, Readers
from bucketsieve.detect.native.gaps import speaking_gaps
from bucketsieve.detect.native.heads import head_filter, leads, short_filter, slots, way_filter
from bucketsieve.detect.native.hooks import Behind
from bucketsieve.detect.native.layout import HEADER
from bucketsieve.detect.native.plan import Parts, custom_shape, needs_digit
from bucketsieve.detect.native.teams import Place, word_teams
from bucketsieve.detect.native.words import word_tree
from bucketsieve.detect.vocabulary import Word

_MAGIC: Final = 0x53564B42
_VERSION: Final = 43
#: How far before the start of a word, and behind it, a digit makes its forms possible.
_DIGIT_BEFORE, _DIGIT_BEHIND = 64, 128
_FEW_EDGES: Final = 4


def pack(parts: Parts, forms: Sequence[CompiledForm], words: Sequence[Word]) -> bytes:
    """The block for ``forms``, of which the first are those of ``parts`` and the others custom, and their ``words``."""
    block = Block(parts.data)
    automata, readers = Automata(block, parts.automata), Readers(block, parts.readers)
    shapes = [*parts.shapes, *(custom_shape(block, automata, readers, each) for each in forms[len(parts.shapes) :])]
    places = {form: Place(*place) for form, place in parts.places.items()}
    tree = word_tree([word.keyword for word in words])
    first_edges, first_ends = _running(tree.edges), _running(tree.ends)
    speaking, assigned = automata.number(speaking_gaps()), automata.number(automaton(ASSIGNED.pattern.decode()))
    header: list[int] = []
    for table in (
        automata.rows(),
        readers.rows(),
        shapes,
        parts.programs,
        [_word(block, word, forms, places) for word in words],
        parts.rulings,
        parts.panels,
        parts.teams,
    ):
        header += (block.numbers(number for row in table for number in row), len(table))
    rows_of = [*(_row(block, edges) for edges in tree.edges), 0]
    only = [*(_only(edges) for edges in tree.edges), 0]
    nodes = zip(first_edges, first_ends, rows_of, only, strict=True)
    header += (block.numbers(number for node in nodes for number in node), len(tree.edges))
    header += (block.numbers(n for edges in tree.edges for edge in edges for n in edge), first_edges[-1])
    header += (block.numbers(number for ends in tree.ends for number in ends), first_ends[-1])
    far = word_tree([word.keyword for word in words if _matters_far_from_digits(word, forms)])
    heads_of = {
        form: {head: Behind(*behind) for head, behind in heads.items()} for form, (_, heads) in parts.hooks.items()
    }
    found = leads(tree, heads_of)
    by_head, slot_bits, hooked = slots(found)
    for filtered in (head_filter(found), head_filter(leads(far, heads_of)), way_filter(found), short_filter(found)):
        header.append(block.put(filtered))
    header += (block.numbers(by_head), slot_bits)
    rows = ((form, behind.known, behind.wanted, parts.hooks[form][0]) for form, behind in hooked)
    header += (block.numbers(number for row in rows for number in row), len(hooked))
    header += (block.numbers(n for row in parts.names for n in row), len(parts.names), parts.name_filter)
    header += (speaking, assigned, GAP_AFTER, max((word.width for word in words), default=0))
    header += (block.put(parts.verdicts), len(parts.verdicts))
    block.data += bytes(-len(block.data) % 4)
    block.data[: HEADER.size] = HEADER.pack(_MAGIC, _VERSION, len(block.data), *header)
    return bytes(block.data)


def _word(block: Block, word: Word, forms: Sequence[CompiledForm], places: Mapping[int, Place]) -> tuple[int, ...]:
    teams = list(word_teams(word, places, forms))
    unknown = sorted(form for form in (*word.forms, *word.digit_forms) if form not in places)
    return (
        block.numbers(number for team in teams for number in team),
        len(teams),
        block.numbers(unknown),
        len(unknown),
        len(word.keyword),
    )


def _running(lists: Sequence[Sequence[object]]) -> list[int]:
    """Where each list begins when they are joined, and where the last one ends."""
    places = [0]
    for each in lists:
        places.append(places[-1] + len(each))
    return places


def _row(block: Block, edges: Sequence[tuple[int, int]]) -> int:
    """The offset of a node's edges as a row, 0 for a node with so few that to try each is no slower."""
    if len(edges) <= _FEW_EDGES:
        return 0
    nodes = dict(edges)
    return block.numbers(nodes.get(byte, 0) for byte in range(256))


def _only(edges: Sequence[tuple[int, int]]) -> int:
    """A node's edge, the byte as the lowest bits; 0 for a node that has not just one."""
    return edges[0][1] << 8 | edges[0][0] if len(edges) == 1 else 0


def _matters_far_from_digits(word: Word, forms: Sequence[CompiledForm]) -> bool:
    """Whether the word may speak of a match that has no digit, or has its digits farther off than C looks."""
    waiting = [forms[number] for number in (*word.forms, *word.digit_forms)]
    return any(
        not needs_digit(form, custom)
        or form.max_width + GAP_AFTER > _DIGIT_BEFORE
        or word.width + form.distance + 1 + form.max_width > _DIGIT_BEHIND
        for form, custom in ((each.form, each.custom) for each in waiting)
    )
