"""The bit-parallel searches lead to every place where a form matches, and mostly to no other."""

import re
from array import array

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bucketsieve.detect.compiled import CompiledCatalogue, CompiledForm
from bucketsieve.detect.engine import Engine
from bucketsieve.detect.native.automaton import UNDECIDED, shape

from ..strategies import EXAMPLES
from .tiny import TILE, compiled, lane_of, matches


@pytest.fixture(scope="module")
def whole(engine: Engine) -> CompiledCatalogue:
    return engine.compiled


def is_exact(each: CompiledForm) -> bool:
    """Whether the automata say just what the expression does: no look-around inside, no references, all decided."""
    if re.search(r"\(\?<?[=!]|\\b|\\1", each.form.source):
        return False
    return UNDECIDED not in shape(each.form).body.accepting


def check(catalogue: CompiledCatalogue, data: bytes, begin: int, end: int) -> None:
    """Compare what is found in ``data[begin:end]`` with the regular expressions, place by place."""
    starts = matches(catalogue, data, begin, end)
    assert all(begin <= place < end for _, place in starts)
    for number in lane_of(catalogue).forms:
        each = catalogue.forms[number]
        matching = {place for place in range(begin, end) if each.pattern.match(data, place)}
        mine = {place for form, place in starts if form == number}
        assert matching <= mine, f"{each.form.source} is not found in {data!r}"
        if is_exact(each):
            assert matching == mine, f"{each.form.source} is found elsewhere in {data!r}"


digits = st.lists(
    st.sampled_from(["0", "1", "9", "12", "345", "6789", "4539148803436467", "212", "555", "078"])
    | st.sampled_from([*" -./()+,\n", "a", "Z", "é", "GB", "DE"]),
    max_size=30,
).map("".join)
mutated = st.builds(
    lambda text, place, new, removed: text[: place % len(text)] + new + text[place % len(text) + removed :],
    st.sampled_from(EXAMPLES),
    st.integers(min_value=0, max_value=300),
    st.sampled_from(["", "0", "9", "a", "Z", "-", ".", " ", "\n", "é", "00"]),
    st.integers(min_value=0, max_value=2),
)
around = st.sampled_from(["", " ", "\n", "a", "0", "-", ".", "x" * 61, "x" * 64 + " ", "\n" * 2100])


@settings(max_examples=120, deadline=None)
@given(st.lists(digits | mutated | around, max_size=4).map("".join), st.data())
def test_the_places_are_those_of_the_regular_expressions(
    whole: CompiledCatalogue, text: str, data: st.DataObject
) -> None:
    encoded = ("\n" + text + "\n").encode()[:3000]
    begin = data.draw(st.integers(0, len(encoded)))
    end = data.draw(st.integers(begin, len(encoded)) | st.just(len(encoded)))
    check(whole, encoded, begin, end)


def test_examples_are_found_at_every_shift(whole: CompiledCatalogue) -> None:
    for shift in range(0, 65, 8):
        text = b"\n" * shift + "\n".join(EXAMPLES[shift::97]).encode()
        check(whole, text, 0, len(text))


def test_examples_are_found_across_the_tiles_of_a_long_text(whole: CompiledCatalogue) -> None:
    examples = [text.encode() for text in EXAMPLES[::11]]
    data = bytearray(b"\n" * (TILE * (len(examples) + 1)))
    windows = []
    for number, example in enumerate(examples, start=1):
        begin = TILE * number - len(example) * (number % 8) // 8
        data[begin : begin + len(example)] = example
        windows.append(range(begin - 1, begin + len(example) + 1))
    starts = matches(whole, bytes(data), 0, len(data))
    for number in lane_of(whole).forms:
        pattern = whole.forms[number].pattern
        expected = {place for window in windows for place in window if pattern.match(data, place)}
        assert expected <= {place for form, place in starts if form == number}, whole.forms[number].form.source


def test_a_match_that_fills_the_text_is_found() -> None:
    small = compiled({"pattern": r"\d{3}-\d{2}-\d{4}"}, {"pattern": r"[A-Z]{2}\d{10}", "boundary": "none"})
    assert lane_of(small).forms == {0, 1}
    for text, form in ((b"123-45-6789", 0), (b"AB1234567890", 1)):
        assert (form, 0) in matches(small, text)
        assert not matches(small, text[:-1])


@pytest.mark.parametrize("reach", [(0, 11), (2, 11), (0, 13), (-1, 12), (0, 2**33)])
def test_a_reach_that_does_not_hold_the_places_is_refused(reach: tuple[int, int]) -> None:
    small = compiled({"pattern": r"\d{3}-\d{2}-\d{4}"})
    with pytest.raises(ValueError, match="does not hold"):
        lane_of(small).plan.search(b"123-45-6789 ", 1, 12, *reach)
    with pytest.raises(ValueError, match="does not hold"):
        lane_of(small).sieve(drop_tests=False, max_values=1).search(b"123-45-6789 ", 0, (1, 12), reach, 0, array("I"))
