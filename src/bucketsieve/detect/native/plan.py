"""What of a plan the catalogue's forms decide: nearly all, and all that takes long. `pack` adds the words."""

import json
import struct
from array import array
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from bucketsieve.detect.candidate import CERTAIN, RAISED
from bucketsieve.detect.catalogue.entry import MASKS, NORMALISATIONS, Context, Form
from bucketsieve.detect.compiled import CompiledForm
from bucketsieve.detect.model import CONFIDENCE_RANK
from bucketsieve.detect.native.along import along, pairs
from bucketsieve.detect.native.automaton import START, UNDECIDED, Automaton, Shape, automaton, shape
from bucketsieve.detect.native.block import Automata, Block, Readers
from bucketsieve.detect.native.expressions import NO_PROGRAM, put_program
from bucketsieve.detect.native.heads import name_filter
from bucketsieve.detect.native.hooks import Hook
from bucketsieve.detect.native.names import Name, together
from bucketsieve.detect.native.openings import opening
from bucketsieve.detect.native.panels import Panel, panels
from bucketsieve.detect.native.programs import Program
from bucketsieve.detect.native.readers import DENIED, FINE, OPEN, Reader, behind, reader
from bucketsieve.detect.native.ruling import Reading, Ruling
from bucketsieve.detect.native.rulings import combined
from bucketsieve.detect.native.several import Several
from bucketsieve.detect.native.teams import MOST, Member, Place, Team, teams
from bucketsieve.detect.validators.base import Kind, Verdict

#: In place of the number of an automaton: the match begins at the hook; of a team: the form waits for no word; of a
#: form: its reader tells of no other one.
NO_TAIL = NO_TEAM = NO_FORM = 0xFFFFFFFF
_NOT_BEFORE, _NOT_AFTER, _NOT_AHEAD, _ONLY_AHEAD = range(4)
_REJECT, _ACCEPT, _ASK, _LOOK = range(4)
_CONTEXTS: Final = tuple(Context)
_NO_PLACE: Final = Place(NO_TEAM, 0, 0)
#: In place of the number of an automaton, and of how many bytes follow the value.
_NO_OPENING: Final = (0xFFFFFFFF, 0)


class _Rulings:
    """The panels of all forms, equal ones once, with their rulings; and the verdicts these name."""

    def __init__(self, block: Block, automata: Automata) -> None:
        self._block = block
        self._automata = automata
        self._places: dict[object, int] = {}
        self._alike: dict[object, int] = {}
        self.panels: list[tuple[int, ...]] = []
        self.rows: list[tuple[int, ...]] = []
        self.verdicts: list[Verdict | None] = []

    def put(self, compiled: CompiledForm) -> tuple[int, int]:
        """(the number of the form's first panel, how many it has); none: Python decides about each of its values."""
        known = combined(compiled.form.validators)
        found = panels(known)
        rows = [self._row(compiled, each) for each in known]
        key = tuple(zip(known, rows, strict=True))
        if known and key not in self._places:
            self._places[key] = len(self.panels)
            first = len(self.rows)
            alike = self._alike.setdefault(tuple(known), len(self.panels))
            for each in found:
                masks = self._block.numbers(each.masks)
                by_width = 2**32 // each.automaton.width + 1
                number = self._automata.number(each.automaton)
                reading, others = int(each.reading), (each.letter, each.numero)
                self.panels.append((number, masks, first, each.count, by_width, reading, *others, alike))
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
            what, rank = _LOOK if raised else _ACCEPT, 0 if is_test else CONFIDENCE_RANK[confidence]
        return (
            NORMALISATIONS.index(ruling.normalise),
            int(ruling.check),
            _ASK if ruling.ask else what,
            CERTAIN if is_test else rank,
            rank,
            ruling.argument,
        )


class Parts(NamedTuple):
    """What of a plan depends on the catalogue's forms alone. Plain data, so that it can be kept.

    ``data`` begins with room for the header; the rows refer to places in it. ``hooks`` has, by form, the number of the
    automaton behind the hook and what may stand behind its heads; ``places`` has those of forms in their teams.
    """

    data: bytes
    automata: list[tuple[int, ...]]
    readers: list[tuple[int, ...]]
    shapes: list[tuple[int, ...]]
    programs: list[tuple[int, ...]]
    rulings: list[tuple[int, ...]]
    panels: list[tuple[int, ...]]
    teams: list[tuple[int, ...]]
    places: dict[int, tuple[int, int, int]]
    names: list[tuple[int, ...]]
    name_filter: int
    hooks: dict[int, tuple[int, dict[bytes, tuple[int, ...]]]]
    verdicts: bytes


def prepare(
    forms: Sequence[CompiledForm], programs: Sequence[Program], hooks: Mapping[int, Hook], names: Mapping[int, Name]
) -> Parts:
    """The parts for the catalogue's ``forms`` and what leads to those that wait for no words."""
    block = Block()
    automata, readers = Automata(block), Readers(block)
    anchored = {form for program in programs if program.anchors for form in program.forms}
    decided = _Rulings(block, automata)
    grouped, places = teams(_waiting(forms))
    read, also = _readers(forms)
    shapes = [
        (
            *_shape(block, automata, readers, each, read[number]),
            *decided.put(each),
            *_reach(block, automata, each, anchored=number in anchored, found=hooks.get(number) or names.get(number)),
            *put_program(block, each.form.bounded, each.group),
            *_opening(automata, each),
            *places.get(number, _NO_PLACE),
            also.get(number, NO_FORM),
        )
        for number, each in enumerate(forms)
    ]
    begins = {number: _first(shape_of(each).body) for number, each in enumerate(forms)}
    begins |= {number: _first(automaton(forms[number].form.anchor)) for number in anchored}
    notes = json.dumps([each and (each.reason, each.confidence, each.kind) for each in decided.verdicts]).encode()
    return Parts(
        shapes=shapes,
        programs=[_program(block, program, begins) for program in programs],
        rulings=decided.rows,
        panels=decided.panels,
        teams=[_team(block, team) for team in grouped],
        places={form: (each.team, each.place, each.begins) for form, each in places.items()},
        names=list(_names(block, automata, names)),
        name_filter=block.put(name_filter(names.values())),
        hooks={
            form: (
                automata.number(hook.tail) if hook.tail else NO_TAIL,
                {head: tuple(rest) for head, rest in hook.heads.items()},
            )
            for form, hook in hooks.items()
        },
        verdicts=notes,
        automata=automata.rows(),
        readers=readers.rows(),
        data=bytes(block.data),
    )


def _readers(forms: Sequence[CompiledForm]) -> tuple[list[Reader], dict[int, int]]:
    """(the forms' readers, by form the other one that its reader tells of)."""
    shapes = [shape_of(each) for each in forms]
    found = [reader(parts, _first_panel(each)) for parts, each in zip(shapes, forms, strict=True)]
    exact = {number: parts for number, parts in enumerate(shapes) if parts.exact and forms[number].group == 0}
    also = dict[int, int]()
    for number, other in pairs(forms, exact).items():
        both = along(found[number], found[other]) if found[other].rulings else None
        if both is not None:
            found[number], also[number] = both, other
    return found, also


def _waiting(forms: Sequence[CompiledForm]) -> dict[str, dict[int, Member]]:
    """By context word, the forms that wait for it."""
    waiting: dict[str, dict[int, Member]] = {}
    for number, each in enumerate(forms):
        if each.form.context is Context.REQUIRED:
            asked = member(each)
            for keyword in (*each.form.keywords, *each.form.columns):
                waiting.setdefault(keyword, {})[number] = asked
    return waiting


def member(compiled: CompiledForm) -> Member:
    """What the team of a form asks of it."""
    parts = shape_of(compiled)
    not_behind, not_before = (
        sum(1 << byte for byte, meaning in enumerate(meanings) if meaning == DENIED)
        for meanings in (_before(parts), behind(parts))
    )
    return Member(parts.body, not_behind, not_before, needs_digit(compiled.form, compiled.custom))


def _names(block: Block, automata: Automata, names: Mapping[int, Name]) -> Iterator[tuple[int, ...]]:
    first, forms = 0, list(names)
    for count, back, tail in together(list(names.values())) if names else ():
        end = first + count
        yield (
            block.numbers(forms[first:end]),
            count,
            *_several(block, automata, back),
            *_several(block, automata, tail),
        )
        first = end


def _several(block: Block, automata: Automata, each: Several) -> tuple[int, int]:
    return automata.number(each.automaton), block.numbers(each.masks)


def _team(block: Block, team: Team) -> tuple[int, ...]:
    forms = (*team.forms, *([team.forms[0]] * (MOST - len(team.forms))))
    return (
        block.numbers(forms),
        block.put(struct.pack("<256H", *team.rows)),
        block.numbers(team.masks),
        len(team.masks),
        team.with_digit,
    )


def custom_shape(block: Block, automata: Automata, readers: Readers, compiled: CompiledForm) -> tuple[int, ...]:
    """The row of a custom identifier's form: Python decides about whatever stands near its words."""
    reach = _reach(block, automata, compiled, anchored=False, found=None)
    read = reader(shape_of(compiled), None)
    return (
        *_shape(block, automata, readers, compiled, read),
        0,
        0,
        *reach,
        *NO_PROGRAM,
        *_NO_OPENING,
        *_NO_PLACE,
        NO_FORM,
    )


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


def _first_panel(compiled: CompiledForm) -> Panel | None:
    """The first panel of a form of which the matches are the values."""
    first = next(iter(panels(combined(compiled.form.validators))), None) if compiled.group == 0 else None
    return None if first is None or first.reading is not Reading.PLAIN else first


def _shape(block: Block, automata: Automata, readers: Readers, compiled: CompiledForm, read: Reader) -> tuple[int, ...]:
    form, parts = compiled.form, shape_of(compiled)
    checks = [(_NOT_BEFORE, width, automata.number(each)) for width, each in parts.before]
    checks += [(_NOT_AHEAD, 0, automata.number(each)) for each in parts.ahead]
    if parts.loose is not None:
        checks.append((_ONLY_AHEAD, form.max_width, automata.number(parts.loose)))
    checks += [(_NOT_AFTER, 0, automata.number(each)) for each in parts.after]
    return (
        readers.number(read),
        read.rulings > 0,
        block.put(_first(parts.body)),
        block.put(_before(parts)),
        block.numbers(number for check in checks for number in check),
        len(checks),
        form.max_width,
        form.distance,
        parts.exact and compiled.group == 0,
        compiled.group == 0,
        compiled.custom is not None,
        _CONTEXTS.index(form.context),
        compiled.detector,
        compiled.priority,
        NORMALISATIONS.index(compiled.normalise),
        MASKS.index(compiled.mask),
    )


def _before(parts: Shape) -> bytes:
    """What each byte in front of a match says about the checks; open, if there are some of what is ahead as well."""
    meanings = bytearray([OPEN if parts.ahead or parts.loose else FINE]) * 256
    for width, denied in parts.before:
        last = {place % denied.width for place, state in enumerate(denied.table) if denied.accepting[state]}
        for byte, kind in enumerate(denied.classes):
            if kind in last and meanings[byte] != DENIED:
                meanings[byte] = DENIED if width == 1 else OPEN
    return bytes(meanings)


def _reach(
    block: Block, automata: Automata, compiled: CompiledForm, *, anchored: bool, found: Hook | Name | None
) -> tuple[int, int, int, int]:
    """(the anchor, bytes from the start of a match to its end at most, for each byte 1 if matches may hold it,
    1 if none of those may stand in front of one).
    """
    anchor = automaton(compiled.form.anchor) if anchored else _UNDECIDED.body
    parts = shape_of(compiled)
    body, before = parts.body, _before(parts)
    alphabet = bytes([1]) * 256
    if UNDECIDED not in body.accepting:
        live = {place % body.width for place, state in enumerate(body.table) if state}
        alphabet = bytes(each in live for each in body.classes)
    apart = all(meaning == DENIED for meaning, held in zip(before, alphabet, strict=True) if held)
    return automata.number(anchor), found.lead if found else compiled.form.lead, block.put(alphabet), apart


def _opening(automata: Automata, compiled: CompiledForm) -> tuple[int, int]:
    """(the automaton of what opens the form's matches, how many bytes of one follow the value)."""
    # Of automata that match more than the expression, an end tells nothing.
    found = opening(compiled.form.bounded, compiled.group) if shape_of(compiled).exact else None
    return (automata.number(found.automaton), found.behind) if found else _NO_OPENING


def needs_digit(form: Form, custom: Any) -> bool:  # noqa: ANN401  (google-re2 has no types)
    """Whether no value of the form is without a digit."""
    return form.has_digit and custom is None


def _program(block: Block, program: Program, begins: Mapping[int, bytes]) -> tuple[int, ...]:
    by_byte, forms = [0], list[int]()
    for byte in range(256):
        forms += [form for form in program.forms if begins[form][byte]]
        by_byte.append(len(forms))
    terms = block.numbers(number & 0xFFFFFFFF for term in program.terms for number in term)
    needed = sum({1 << bitmap for bitmap, _ in program.terms})
    return (
        terms,
        len(program.terms),
        program.origin,
        program.shared,
        needed,
        program.anchors,
        block.numbers(by_byte),
        block.numbers(forms),
    )
