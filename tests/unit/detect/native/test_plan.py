"""A plan is either refused or safe to search with, whatever became of its bytes."""

import random
import struct
from array import array
from collections.abc import Buffer
from contextlib import suppress

import pytest

from bucketsieve.detect.catalogue import load_catalogue
from bucketsieve.detect.compiled import compile_catalogue
from bucketsieve.detect.lanes.reference import ReferenceLane
from bucketsieve.detect.model import Confidence, Finding, Location, Severity
from bucketsieve.detect.native import native_lane
from bucketsieve.detect.native.layout import HEADER

from .tiny import compiled

pytest.importorskip("bucketsieve.detect.native._core", reason="the C extension is not built")

from bucketsieve.detect.native import _core as core

TEXT = (
    b"\nSSN: 078-05-1120, passport no. AB123456 tel 212-736-5000 x\xc3\xa9 DL-No\n"
    b"ghp_abcd,--BEGIN KEY,ssn_key = abcd\n" + bytes(range(256))
) * 10
#: A value at the first byte. In front of a bytearray's bytes nothing stands, so that a read there does not go unseen.
VALUE_FIRST = bytearray(TEXT[TEXT.index(b"078") :])
FLIPS = 3_000
#: Of the small plan.
FORMS = 6
#: (column, form, word) of a table.
NAMED = array("I", [0, 4, 0, 1, 4, 1, 2, 5, 0])
#: Where the header tells of the automata.
AUTOMATA, READERS, SHAPES = 12, 20, 28
#: Where a form tells of its checks, which take three words, and two kinds of these.
CHECKS, NOT_AFTER, ONLY_AHEAD = 16, 1, 3
#: Where it tells of its program, the instructions of which take six words, and what opens it; a kind of the former.
PROGRAM, OPENING, EITHER = 88, 96, 2


def plan_of(*forms: dict[str, object]) -> bytes:
    blocks: list[bytes] = []

    def keep(block: bytes) -> object:
        blocks.append(block)
        return core.Plan(block)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bucketsieve.detect.native.lane.Plan", keep)
        compiled(*forms)
    return blocks[0]


@pytest.fixture(scope="module")
def plan() -> bytes:
    """A plan with nearly every kind of part, small enough to be changed everywhere."""
    context = {"context": "required", "keywords": ["ssn", "passport no", "número", "tel"]}
    return plan_of(
        {"pattern": r"\d{3}-\d{2}-\d{4}", "boundary": "number"},
        {"pattern": r"ghp_[a-z]{4}"},
        {"pattern": r"--BEGIN KEY", "boundary": "none"},
        {"pattern": r"(?i:key|pwd) ?= ?(?P<value>[a-z]{4})", "boundary": "none"},
        {"pattern": r"(?<!--)\b(?P<value>[A-Z]{2}(?:\d\d?){2,3})([A-Z]?)(?:X\2|Y)?(?!xy|z)", **context},
        {"pattern": r"\d{3}-\d{3}-\d{4}", "columns": ["phone"], **context},
    )


def use(block: Buffer) -> bool:
    """Whether the block is taken for a plan; if so, search with it."""
    try:
        plan = core.Plan(block)
    except ValueError:
        return False
    plan.forms()
    # Forms and words that a changed plan may not have any more are refused.
    with suppress(ValueError):
        plan.ruled(0, b"078-05-1120")
    for form in range(FORMS):
        with suppress(ValueError):
            plan.extent(form, TEXT, TEXT.index(b"AB123456"))
    search(plan, TEXT, base=-1, low=1, begin=3)
    search(plan, VALUE_FIRST, base=0, low=0, begin=0)
    return True


def search(plan: core.Plan, text: Buffer, *, base: int, low: int, begin: int) -> None:
    """Ask all there is to ask of a plan about the text, which begins at offset ``base``."""
    size = len(memoryview(text))
    plan.search(text, begin, size - begin, low, size)
    sieve = core.Sieve(plan, True, 2, 3, 1)
    with suppress(ValueError):
        sieve.set_table(ord(","), 3, NAMED)
    sieve.search(text, base, begin, size - begin, low, size, 0, 0, size, array("I", [0, 9, 2, 90]))
    sieve.settle(size, 0, True)
    sieve.near(0, 0, size)
    sieve.record(text, base, size - 1, 20, lambda *_: ("value", "mask"), lambda *_: "line")
    sieve.counts()
    sieve.findings(Finding, Location, {}, lambda *_: ("id", Severity.LOW, Confidence.WEAK, ""), bytes(64))


def test_the_plan_itself_is_taken(plan: bytes) -> None:
    assert use(plan)


@pytest.mark.parametrize("size", [0, 1, 3, 4, 99, 100, -4, -1])
def test_a_cut_plan_is_refused(plan: bytes, size: int) -> None:
    assert not use(plan[:size])


def test_a_longer_plan_is_refused(plan: bytes) -> None:
    assert not use(plan + bytes(4))


def test_a_plan_that_is_not_aligned_is_refused_or_works(plan: bytes) -> None:
    for shift in range(1, 4):
        assert not use(memoryview(bytes(shift) + plan)[shift:])


def test_every_number_of_the_header_may_be_wrong(plan: bytes) -> None:
    refused = 0
    for place in range(0, HEADER.size, 4):
        (right,) = struct.unpack_from("<I", plan, place)
        for wrong in (0, 1, right + 1, right + 4, right - 1, len(plan), len(plan) - 4, 2**31, 2**32 - 4, 2**32 - 1):
            changed = bytearray(plan)
            struct.pack_into("<I", changed, place, wrong % 2**32)
            refused += not use(bytes(changed))
    assert refused > 100


def test_every_number_of_the_block_may_be_wrong(plan: bytes) -> None:
    rng = random.Random(3)
    for place in range(HEADER.size, len(plan) - 3, 4):
        changed = bytearray(plan)
        struct.pack_into("<I", changed, place, rng.choice((0, 1, 2**16, len(plan) - 4, 2**31, 2**32 - 1)))
        use(bytes(changed))


def test_any_byte_may_be_wrong(plan: bytes) -> None:
    rng = random.Random(4)
    for _ in range(FLIPS):
        changed = bytearray(plan)
        for _ in range(rng.choice((1, 1, 2, 5))):
            changed[rng.randrange(len(plan))] = rng.randrange(256)
        use(bytes(changed))


def test_the_plan_of_the_whole_catalogue_is_taken() -> None:
    assert compile_catalogue(load_catalogue().detectors, ReferenceLane, {}, native_lane).native is not None


def test_a_state_outside_of_its_table_or_within_a_row_is_refused(plan: bytes) -> None:
    automata, count = struct.unpack_from("<2I", plan, AUTOMATA)
    for number in range(count):
        _, table, width, rows, *_ = struct.unpack_from("<7I", plan, automata + 28 * number)
        size = width * rows
        for cell in (0, size // 2, size - 1):
            for state in (size - width, size, size + width, 2**16 - 1, *range(1, width)):
                changed = bytearray(plan)
                struct.pack_into("<H", changed, table + 2 * cell, state)
                assert use(bytes(changed)) == (state == size - width)


def test_a_reader_that_leads_out_of_its_table_or_tells_of_other_rulings_is_refused(plan: bytes) -> None:
    readers, count = struct.unpack_from("<2I", plan, READERS)
    for number in range(count):
        place = readers + 36 * number
        _, table, width, rows, _, dead, end, told, rulings = struct.unpack_from("<9I", plan, place)
        states = rows * width // 4
        assert dead < states
        assert end < width
        for offset, format_, wrong in (
            (table, "<H", states),
            (table + 2 * (rows * width - 1), "<H", 2**16 - 1),
            (place + 8, "<I", width + 1),
            (place + 20, "<I", states),
            (place + 24, "<I", width),
            (told + 4, "<I", 1 << rulings),
        ):
            changed = bytearray(plan)
            struct.pack_into(format_, changed, offset, wrong)
            assert not use(bytes(changed))


@pytest.mark.parametrize(("how", "taken"), [(0, False), (1, False), (3, False), (4, True)])
def test_a_reader_that_tells_where_a_match_ended_before_it_has_read_anything_is_refused(
    plan: bytes, how: int, taken: bool
) -> None:
    readers, count = struct.unpack_from("<2I", plan, READERS)
    for number in range(count):
        place = readers + 36 * number
        _, _, width, rows, _, dead, _, told, _ = struct.unpack_from("<9I", plan, place)
        step = width // 4
        start = dead - dead % step + step
        assert start < rows * step
        changed = bytearray(plan)
        struct.pack_into("<I", changed, place + 16, start)
        struct.pack_into("<I", changed, told + 12 * (start - dead), how)
        assert use(bytes(changed)) == taken


def test_a_form_with_two_loose_automata_is_refused() -> None:
    """The states of one are kept for the next place, and would name rows of the other one."""
    too_many_states = r"jd:[a-z:]{3,40}:[a-z:/]{1,300}key=[a-z]{8,40}"
    block = bytearray(plan_of({"pattern": too_many_states, "boundary": "number"}))
    (shapes,) = struct.unpack_from("<I", block, SHAPES)
    checks, count = struct.unpack_from("<2I", block, shapes + CHECKS)
    kinds = [struct.unpack_from("<I", block, checks + 12 * number)[0] for number in range(count)]
    assert sorted(kinds)[-2:] == [NOT_AFTER, ONLY_AHEAD]
    core.Plan(bytes(block))

    struct.pack_into("<I", block, checks + 12 * kinds.index(NOT_AFTER), ONLY_AHEAD)

    with pytest.raises(ValueError, match="shape"):
        core.Plan(bytes(block))


def test_a_program_that_goes_back_without_a_step_is_refused() -> None:
    block = bytearray(plan_of({"pattern": "(?:ab|cd)e"}))
    (shapes,) = struct.unpack_from("<I", block, SHAPES)
    program, count = struct.unpack_from("<2I", block, shapes + PROGRAM)
    codes = [struct.unpack_from("<I", block, program + 24 * number)[0] for number in range(count)]
    core.Plan(bytes(block))

    struct.pack_into("<I", block, program + 24 * codes.index(EITHER) + 16, codes.index(EITHER))

    with pytest.raises(ValueError, match="shape"):
        core.Plan(bytes(block))


def test_a_form_that_is_opened_by_no_automaton_is_refused() -> None:
    block = bytearray(plan_of({"pattern": "a(?P<value>b)"}))
    shapes, automata = (struct.unpack_from("<I", block, place)[0] for place in (SHAPES, AUTOMATA + 4))
    assert struct.unpack_from("<I", block, shapes + OPENING)[0] < automata

    struct.pack_into("<I", block, shapes + OPENING, automata)

    with pytest.raises(ValueError, match="shape"):
        core.Plan(bytes(block))
