"""Packs what the native lane searches for into one block of bytes, as `src/native/plan.h` describes it."""

import json
import struct
import sys
from array import array
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from bucketsieve.detect.candidate import CERTAIN, RAISED
from bucketsieve.detect.catalogue.entry import NORMALISATIONS, Context, Form
from bucketsieve.detect.compiled import CompiledForm, Word
from bucketsieve.detect.keywords import ASSIGNED, GAP_AFTER, MOST_CELLS, ONLY_PUNCTUATION, OTHER_KEY
from bucketsieve.detect.model import CONFIDENCE_RANK
from bucketsieve.detect.native.automaton import NO, START, UNDECIDED, Automaton, Shape, automaton, shape
from bucketsieve.detect.native.heads import filters, name_filter, slots
from bucketsieve.detect.native.hooks import Hook
from bucketsieve.detect.native.layout import HEADER
from bucketsieve.detect.native.names import Name
from bucketsieve.detect.native.panels import panels
from bucketsieve.detect.native.programs import Program
from bucketsieve.detect.native.rulings import Ruling, combined
from bucketsieve.detect.native.words import word_tree
from bucketsieve.detect.validators.base import Kind, Verdict

_MAGIC: Final = 0x53564B42
_VERSION: Final = 12
#: In place of the number of an automaton: the match begins at the hook.
_NO_TAIL: Final = 0xFFFFFFFF
#: How far before the start of a word, and behind it, a digit makes its forms possible.
_DIGIT_BEFORE, _DIGIT_BEHIND = 64, 128
_FEW_EDGES: Final = 4
_NOT_BEFORE, _NOT_AFTER, _NOT_AHEAD = range(3)
_FINE, _DENIED, _OPEN = range(3)
_REJECT, _ACCEPT, _ASK = range(3)
_CONTEXTS: Final = tuple(Context)


class _Block:
    """Bytes that grow; equal pieces are kept once."""

    def __init__(self) -> None:
        self.data = bytearray(HEADER.size)
        self._places: dict[bytes, int] = {}

    def put(self, piece: bytes) -> int:
        """The offset of ``piece``, aligned."""
        place = self._places.get(piece)
        if place is None:
            self.data += bytes(-len(self.data) % 4)
            place = self._places[piece] = len(self.data)
            self.data += piece
        return place

    def numbers(self, numbers: Iterable[int]) -> int:
        """The offset of 32-bit numbers."""
        values = list(numbers)
        return self.put(struct.pack(f"<{len(values)}I", *values))


class _Automata:
    """The automata of a block by number, equal ones once."""

    def __init__(self, block: _Block) -> None:
        self._block = block
        self._numbers: dict[tuple[int, ...], int] = {}

    def number(self, each: Automaton) -> int:
        """The states go from those that do not accept to those that are undecided, by the places of their rows."""
        width, states = each.width, len(each.accepting)
        order = sorted(range(states), key=each.accepting.__getitem__)
        places = [0] * states
        for place, state in enumerate(order):
            places[state] = place * width
        table = array("H")
        for state in order:
            table.extend([places[after] for after in each.table[state * width : (state + 1) * width]])
        if sys.byteorder == "big":
            table.byteswap()
        row = (
            self._block.put(each.classes),
            self._block.put(table.tobytes()),
            width,
            states,
            places[START],
            each.accepting.count(NO) * width,
            (states - each.accepting.count(UNDECIDED)) * width,
        )
        return self._numbers.setdefault(row, len(self._numbers))

    def rows(self) -> list[tuple[int, ...]]:
        return list(self._numbers)


class _Rulings:
    """The panels of all forms, equal ones once, with their rulings; and the verdicts these name."""

    def __init__(self, block: _Block, automata: _Automata) -> None:
        self._block = block
        self._automata = automata
        self._places: dict[object, int] = {}
        self.panels: list[tuple[int, ...]] = []
        self.rows: list[tuple[int, ...]] = []
        self.verdicts: list[Verdict | None] = []

    def put(self, compiled: CompiledForm) -> tuple[int, int]:
        """(the number of the form's first panel, how many it has); none: Python decides about each of its values."""
        if compiled.custom is not None:
            return 0, 0
        known = combined(compiled.form.validators)
        found = panels(known)
        rows = [self._row(compiled, each) for each in known]
        key = tuple(zip(known, rows, strict=True))
        if known and key not in self._places:
            self._places[key] = len(self.panels)
            first = len(self.rows)
            for each in found:
                masks = self._block.numbers(each.masks)
                self.panels.append((self._automata.number(each.automaton), masks, first, each.count))
                first += each.count
            self.rows += rows
            self.verdicts += [each.verdict for each in known]
        return self._places.get(key, 0), len(found)

    def _row(self, compiled: CompiledForm, ruling: Ruling) -> tuple[int, ...]:
        what, rank, is_test = _REJECT, 0, False
        if ruling.verdict is not None:
            form = compiled.form
            confidence, is_test = ruling.verdict.confidence or form.confidence, ruling.verdict.kind is Kind.TEST
            raised = form.context is Context.RAISES and confidence in RAISED and not is_test
            what, rank = _ASK if raised else _ACCEPT, 0 if is_test else CONFIDENCE_RANK[confidence]
        return (
            NORMALISATIONS.index(ruling.normalise),
            ruling.check,
            _ASK if ruling.ask else what,
            CERTAIN if is_test else rank,
            rank,
        )


def pack(
    forms: Sequence[CompiledForm],
    words: Sequence[Word],
    programs: Sequence[Program],
    hooks: Mapping[int, Hook],
    names: Mapping[int, Name],
) -> bytes:
    """The block for ``words``, and for ``programs``, ``hooks`` and ``names``, which lead to forms without any."""
    block = _Block()
    automata = _Automata(block)
    wanted = {number for number, each in enumerate(forms) if each.custom is None}
    wanted |= {form for word in words for form in (*word.forms, *word.digit_forms)}
    anchored = {form for program in programs if program.anchors for form in program.forms}
    decided = _Rulings(block, automata)
    shapes = [
        (
            *_shape(block, automata, each, number in wanted),
            *decided.put(each),
            *_reach(
                block, automata, each, number in anchored, number in wanted, hooks.get(number) or names.get(number)
            ),
        )
        for number, each in enumerate(forms)
    ]
    begins = {number: _first(shape_of(forms[number]).body) for number in wanted}
    begins |= {number: _first(automaton(forms[number].form.anchor)) for number in anchored}
    rows = [_program(block, program, begins) for program in programs]
    tree = word_tree([word.keyword for word in words])
    first_edges, first_ends = _running(tree.edges), _running(tree.ends)
    other_key, punctuation, assigned = (
        automata.number(automaton(pattern))
        for pattern in (
            f"(?s:.*)(?:{OTHER_KEY.pattern.decode()})",  # anywhere
            ONLY_PUNCTUATION.pattern.decode(),
            ASSIGNED.pattern.decode(),
        )
    )
    tails = {form: automata.number(hook.tail) if hook.tail else _NO_TAIL for form, hook in hooks.items()}
    named = [(form, automata.number(each.back), automata.number(each.tail)) for form, each in names.items()]
    header: list[int] = []
    for table in (automata.rows(), shapes, rows, [_word(block, word) for word in words], decided.rows, decided.panels):
        header += (block.numbers(number for row in table for number in row), len(table))
    rows_of = [*(_row(block, edges) for edges in tree.edges), 0]
    nodes = zip(first_edges, first_ends, rows_of, strict=True)
    header += (block.numbers(number for node in nodes for number in node), len(tree.edges))
    header += (block.numbers(n for edges in tree.edges for edge in edges for n in edge), first_edges[-1])
    header += (block.numbers(number for ends in tree.ends for number in ends), first_ends[-1])
    far = word_tree([word.keyword for word in words if _matters_far_from_digits(word, forms)])
    by_head, slot_bits, hooked = slots(tree, hooks)
    heads, short_words, far_heads, far_short_words = (
        block.put(rows) for each in (tree, far) for rows in filters(each, hooks.values())
    )
    header += (heads, far_heads, short_words, far_short_words)
    header += (block.numbers(by_head), slot_bits)
    header += (block.numbers(n for form, after in hooked for n in (form, after, tails[form])), len(hooked))
    header += (block.numbers(n for row in named for n in row), len(named), block.put(name_filter(names.values())))
    header += (other_key, punctuation, assigned)
    notes = json.dumps([each and (each.reason, each.confidence, each.kind) for each in decided.verdicts]).encode()
    header += (GAP_AFTER, max((word.width for word in words), default=0), MOST_CELLS, block.put(notes), len(notes))
    block.data += bytes(-len(block.data) % 4)
    block.data[: HEADER.size] = HEADER.pack(_MAGIC, _VERSION, len(block.data), *header)
    return bytes(block.data)


#: Matches whatever there is: a pattern of RE2, which Python's parser need not understand.
_UNDECIDED: Final = Shape(
    Automaton(bytes(256), 1, array("H", [0, START]), bytes([0, UNDECIDED])), before=(), after=(), ahead=(), exact=False
)


def shape_of(compiled: CompiledForm) -> Shape:
    """The form's expression as automata."""
    return shape(compiled.form) if compiled.custom is None else _UNDECIDED


def _first(body: Automaton) -> bytes:
    """For each byte, 1 if a match may begin with it."""
    if body.accepting[START] == UNDECIDED:
        return bytes([1]) * 256
    return bytes(body.table[START * body.width + body.classes[byte]] != 0 for byte in range(256))


def _shape(block: _Block, automata: _Automata, compiled: CompiledForm, wanted: bool) -> tuple[int, ...]:
    """``wanted``: the form is searched for."""
    form, parts = compiled.form, shape_of(compiled) if wanted else _UNDECIDED
    checks = [(_NOT_BEFORE, width, automata.number(each)) for width, each in parts.before]
    checks += [(_NOT_AHEAD, 0, automata.number(each)) for each in parts.ahead]
    checks += [(_NOT_AFTER, 0, automata.number(each)) for each in parts.after]
    return (
        automata.number(parts.body),
        block.put(_first(parts.body)),
        block.put(_before(parts)),
        block.put(_after(parts)),
        block.numbers(number for check in checks for number in check),
        len(checks),
        form.max_width,
        form.distance,
        _needs_digit(form, compiled.custom),
        parts.exact and compiled.group == 0,
        compiled.group == 0,
        compiled.custom is not None,
        _CONTEXTS.index(form.context),
        compiled.detector,
        compiled.priority,
        NORMALISATIONS.index(compiled.normalise),
    )


def _before(parts: Shape) -> bytes:
    """What each byte in front of a match says about the checks; open, if there are some of what is ahead as well."""
    meanings = bytearray([_OPEN if parts.ahead else _FINE]) * 256
    for width, denied in parts.before:
        last = {place % denied.width for place, state in enumerate(denied.table) if denied.accepting[state]}
        for byte, kind in enumerate(denied.classes):
            if kind in last and meanings[byte] != _DENIED:
                meanings[byte] = _DENIED if width == 1 else _OPEN
    return bytes(meanings)


def _after(parts: Shape) -> bytes:
    """What each byte behind a match says about the checks."""
    meanings = bytearray([_FINE]) * 256
    for denied in parts.after:
        for byte, kind in enumerate(denied.classes):
            state = denied.table[START * denied.width + kind]
            if state and meanings[byte] != _DENIED:
                meanings[byte] = _DENIED if denied.accepting[state] else _OPEN
    return bytes(meanings)


def _reach(
    block: _Block, automata: _Automata, compiled: CompiledForm, anchored: bool, wanted: bool, found: Hook | Name | None
) -> tuple[int, int, int]:
    """(the anchor, bytes from the start of a match to its end at most, for each byte 1 if matches may hold it)."""
    anchor = automaton(compiled.form.anchor) if anchored else _UNDECIDED.body
    body = (shape_of(compiled) if wanted else _UNDECIDED).body
    alphabet = bytes([1]) * 256
    if UNDECIDED not in body.accepting:
        live = {place % body.width for place, state in enumerate(body.table) if state}
        alphabet = bytes(each in live for each in body.classes)
    return automata.number(anchor), found.lead if found else compiled.form.lead, block.put(alphabet)


def _needs_digit(form: Form, custom: Any) -> bool:  # noqa: ANN401  (google-re2 has no types)
    return form.has_digit and custom is None


def _program(block: _Block, program: Program, begins: Mapping[int, bytes]) -> tuple[int, ...]:
    by_byte, forms = [0], list[int]()
    for byte in range(256):
        forms += [form for form in program.forms if begins[form][byte]]
        by_byte.append(len(forms))
    terms = block.numbers(number for term in program.terms for number in term)
    needed = sum({1 << bitmap for bitmap, _ in program.terms})
    return (
        terms,
        len(program.terms),
        program.shared,
        needed,
        program.anchors,
        block.numbers(by_byte),
        block.numbers(forms),
    )


def _word(block: _Block, word: Word) -> tuple[int, int, int]:
    forms = sorted((*word.forms, *word.digit_forms))
    return block.numbers(n for form in forms for n in (form, form in word.names_only)), len(forms), len(word.keyword)


def _running(lists: Sequence[Sequence[object]]) -> list[int]:
    """Where each list begins when they are joined, and where the last one ends."""
    places = [0]
    for each in lists:
        places.append(places[-1] + len(each))
    return places


def _row(block: _Block, edges: Sequence[tuple[int, int]]) -> int:
    """The offset of a node's edges as a row, 0 for a node with so few that to try each is no slower."""
    if len(edges) <= _FEW_EDGES:
        return 0
    nodes = dict(edges)
    return block.numbers(nodes.get(byte, 0) for byte in range(256))


def _matters_far_from_digits(word: Word, forms: Sequence[CompiledForm]) -> bool:
    """Whether the word may speak of a match that has no digit, or has its digits farther off than C looks."""
    waiting = [forms[number] for number in (*word.forms, *word.digit_forms)]
    return any(
        not _needs_digit(form, custom)
        or form.max_width + GAP_AFTER > _DIGIT_BEFORE
        or word.width + form.distance + 1 + form.max_width > _DIGIT_BEHIND
        for form, custom in ((each.form, each.custom) for each in waiting)
    )
