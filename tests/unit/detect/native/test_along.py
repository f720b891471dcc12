"""A reader that tells of another form of its detector as well, so that this is not read again in a cell."""

import struct
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bucketsieve.detect.catalogue import Catalogue, load_catalogue
from bucketsieve.detect.catalogue.entry import Context
from bucketsieve.detect.compiled import compile_catalogue
from bucketsieve.detect.engine import Engine
from bucketsieve.detect.lanes import vectorscan_lane
from bucketsieve.detect.native import native_lane
from bucketsieve.detect.native.along import along, pairs
from bucketsieve.detect.native.automaton import DEAD
from bucketsieve.detect.native.panels import panels
from bucketsieve.detect.native.plan import NO_FORM, shape_of
from bucketsieve.detect.native.readers import LAST, Reader, Told, reader
from bucketsieve.detect.native.rulings import combined

from ..conftest import KEY, scan

core = pytest.importorskip("bucketsieve.detect.native._core", reason="the C extension is not built")

#: As bytes; the last four name the other form.
SHAPE = 30 * 4
FORMS = compile_catalogue(
    [each for each in load_catalogue().detectors if each.id == "phone"], vectorscan_lane, {}
).forms
SHAPES = {number: shape_of(each) for number, each in enumerate(FORMS)}
PAIRS = pairs(FORMS, SHAPES)
READERS = [
    reader(SHAPES[number], next(iter(panels(combined(each.form.validators))), None))
    for number, each in enumerate(FORMS)
]

BOTH = {one: along(READERS[one], READERS[other]) for one, other in PAIRS.items()}


def test_two_forms_of_telephone_numbers_tell_of_the_one_that_waits_for_a_word() -> None:
    assert len(PAIRS) == 2
    for number, other in PAIRS.items():
        assert FORMS[number].detector == FORMS[other].detector
        assert FORMS[number].form.context is not Context.REQUIRED is FORMS[other].form.context
        assert BOTH[number] is not None


def told(each: Reader, data: bytes) -> Iterator[tuple[int, Told]]:
    state = each.start
    for place in range(len(data) + 1):
        state = each.rows[state][each.kinds[data[place] if place < len(data) else 256]]
        said = each.told[state]
        if said is not None:
            yield place, said
        if state == DEAD:
            return


numbers = st.from_regex(r"(\+?1[ -]?)?\(?[2-9][0-9]{2}\)?[ .-]?[2-9][0-9]{2}[ .-]?[0-9]{4}", fullmatch=True)
real = st.builds(
    lambda begin, area, apart, rest: f"{begin}{area}{apart}{rest}",
    st.sampled_from(["", "+1 ", "+1", "1-", "(", "+44 ", "0"]),
    st.sampled_from(["212", "415", "702", "999"]),
    st.sampled_from(["-", ") ", ")", ".", " ", ""]),
    st.sampled_from(["517-6290", "555-0123", "517.6290", "5176290", "517 6290", "017-6290", "517-62901"]),
)


@settings(max_examples=150, deadline=None)
@given(real | numbers, st.sampled_from(["", ",", " ", "-", "-1", ".5", ".", "x", "-4f2a"]))
def test_it_tells_of_both_where_both_end_alone(number: str, behind: str) -> None:
    data = (number + behind).encode()
    for one, other in PAIRS.items():
        both = BOTH[one]
        assert both is not None
        alone, others = list(told(READERS[one], data)), list(told(READERS[other], data))
        found = list(told(both, data))
        assert [(end, said._replace(also=0)) for end, said in found] == alone
        for end, said in found:
            agreed = others[:1] == [(end, others[0][1])] and others[0][1].how == said.how == LAST if others else False
            assert said.also == (others[0][1].applying if agreed else 0)


cells = st.one_of(
    real,
    numbers,
    st.builds(lambda *parts: "".join(parts), real, st.sampled_from([" ", "/", ";", ", ", "-", "x", " or "]), real),
    st.builds(lambda text, number: text + number, st.sampled_from(["tel ", "fax:", "a", "4-", "1.", "é", '"']), real),
    st.text("0123456789+()-. ", max_size=20),
)


@pytest.fixture(scope="module")
def reference(catalogue: Catalogue) -> Engine:
    return Engine(catalogue, fingerprint_key=KEY, native=None)


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(["name,telephone,number", "phone,mobile phone,x", "a,b,fax", "telephone,telephone,ssn", "a,b,c"]),
    st.lists(st.tuples(cells, cells, cells), min_size=1, max_size=6),
    st.booleans(),
)
def test_tables_of_telephone_numbers_are_searched_alike(
    engine: Engine, reference: Engine, header: str, rows: list[tuple[str, str, str]], quoted: bool
) -> None:
    mark = '"' if quoted else ""
    lines = [",".join(f"{mark}{cell}{mark}" for cell in row) for row in rows]
    data = "\n".join((header, *lines, "")).encode()
    assert scan(engine, data) == scan(reference, data)


def test_the_column_speaks_of_a_number_that_needs_no_word(engine: Engine, reference: Engine) -> None:
    for number in ("212-517-6290", "(212) 517-6290", "+1 212-517-6290"):
        data = f"name,telephone,x\nMary,{number},1\nJohn,{number},2\n".encode()
        report = scan(engine, data)
        assert report == scan(reference, data)
        assert [each.confidence_reason.count("'telephone'") for each in report.findings] == [1], number


def test_what_is_told_of_another_form_than_there_is_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    blocks: list[bytes] = []

    def keep(block: bytes) -> object:
        blocks.append(block)
        return core.Plan(block)

    monkeypatch.setattr("bucketsieve.detect.native.lane.Plan", keep)
    detectors = [each for each in load_catalogue().detectors if each.id == "phone"]
    compile_catalogue(detectors, vectorscan_lane, {}, native_lane)
    (plan,) = blocks
    shapes, count = struct.unpack_from("<2I", plan, 28)
    readers, _ = struct.unpack_from("<2I", plan, 20)
    refused = 0
    for shape in range(shapes, shapes + SHAPE * count, SHAPE):
        number, also = struct.unpack_from("<I", plan, shape)[0], struct.unpack_from("<I", plan, shape + SHAPE - 4)[0]
        if also == NO_FORM:
            continue
        told = struct.unpack_from("<9I", plan, readers + 36 * number)[7]
        for place, wrong in ((shape + SHAPE - 4, count), (told + 8, 1 << 31)):
            changed = bytearray(plan)
            struct.pack_into("<I", changed, place, wrong)
            with pytest.raises(ValueError, match="shape"):
                core.Plan(bytes(changed))
            refused += 1
    assert refused == 4
