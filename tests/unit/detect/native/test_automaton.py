"""The automata let through all that Python's expressions match; where they promise more, they say exactly the same."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bucketsieve.detect.catalogue import Form, load_catalogue
from bucketsieve.detect.catalogue.entry import compile_form, marked_value
from bucketsieve.detect.native.automaton import UNDECIDED, automaton, shape
from bucketsieve.detect.native.positions import Positions

DETECTORS = load_catalogue().detectors
FORMS = list({form.bounded: form for detector in DETECTORS for form in detector.forms}.values())
EXAMPLES = sorted({marked_value(example)[0].encode() for detector in DETECTORS for example in detector.examples})


def starts(form: Form, data: bytes) -> list[int]:
    """Where matches begin, those inside others as well."""
    found: list[int] = []
    match = form.pattern.search(data)
    while match:
        found.append(match.start())
        match = form.pattern.search(data, match.start() + 1)
    return found


def ends(pattern: str, data: bytes, start: int) -> list[int]:
    """Where Python says that a match from ``start`` may end."""
    compiled = re.compile(pattern.encode())
    return [end for end in range(start, len(data) + 1) if compiled.fullmatch(data, start, end)]


def test_every_example_passes_the_shape_of_each_form_that_matches_it() -> None:
    for detector in DETECTORS:
        for example in detector.examples:
            text = marked_value(example)[0].encode()
            matched = [(form, start) for form in detector.forms for start in starts(form, text)]
            assert matched
            for form, start in matched:
                assert shape(form).admits(text, start), f"{form.source} at {start} of {example!r}"


def test_what_takes_too_many_states_is_still_asked_for_all_of_its_parts() -> None:
    (form,) = next(each.forms for each in DETECTORS if each.id == "jdbc_password")
    assert UNDECIDED in shape(form).body.accepting
    assert shape(form).admits(b"jdbc:postgresql://" + b"db/" * 95 + b"shop?password=k2Vq9mZr7t", 0)
    assert not shape(form).admits(b"jdbc:postgresql:" * 100, 0)
    assert not shape(form).admits(b"jdbc:postgresql://" + b"db/" * 95 + b"shop?password=k2 Vq9mZr7t", 0)


MUTATIONS = st.lists(
    st.tuples(
        st.integers(min_value=0, max_value=300),
        st.sampled_from([b"", b"0", b"9", b"a", b"Z", b"-", b".", b" ", b"\n", b"=", b":", b"/", b"\xc3\xa9", b"\x00"]),
        st.integers(min_value=0, max_value=2),
    ),
    max_size=3,
)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(EXAMPLES), MUTATIONS, st.binary(max_size=3), st.binary(max_size=3), st.integers(0, 31))
def test_a_shape_admits_whatever_matches_and_most_shapes_nothing_else(
    text: bytes, mutations: list[tuple[int, bytes, int]], before: bytes, after: bytes, part: int
) -> None:
    for place, new, removed in mutations:
        at = place % (len(text) + 1)
        text = text[:at] + new + text[at + removed :]
    text = b"\n" + before + text + after + b"\n"  # as the engine has it: something stands beside every match
    for form in FORMS[part::32]:
        matching = starts(form, text)
        admitted = [start for start in range(len(text)) if shape(form).admits(text, start)]
        assert set(matching) <= set(admitted), f"{form.source} in {text!r}"
        if shape(form).exact:
            assert matching == admitted, f"{form.source} in {text!r}"


def test_most_shapes_are_exact() -> None:
    assert sum(shape(form).exact for form in FORMS) > 0.9 * len(FORMS)


@pytest.mark.parametrize(
    ("raw", "admitted", "refused"),
    [
        ({"pattern": "[0-9]{3}", "boundary": "number"}, ["123", "x-123-", "1:123"], ["1.123", "abcd-123", "123.4"]),
        ({"pattern": "[a-z]{1,9}@x", "boundary": "email"}, ["a@x.", "<a@x>"], [".a@x", "a@x.c", "a@xy", "a@x-y"]),
        ({"pattern": "(?!ab)[a-c]{2}", "boundary": "left"}, ["ac", "-bbx"], ["ab", "xac"]),
        ({"pattern": "(?<=[,;])a(?=[,;])", "boundary": "none"}, [",a;", "a"], ["-a;", ";a-"]),
        # What cannot be said exactly is let through.
        ({"pattern": r"(?!a\b)a", "boundary": "none"}, ["a", "ab"], ["b"]),
        ({"pattern": "(?=ab)a", "boundary": "none", "anchor": "a"}, ["ac"], ["b"]),
    ],
)
def test_what_stands_beside_a_match_is_looked_at(raw: dict[str, str], admitted: list[str], refused: list[str]) -> None:
    form = compile_form("test", {"anchor": "a", **raw}, {})
    for text in admitted:
        assert any(shape(form).admits(text.encode(), start) for start in range(len(text))), text
    for text in refused:
        assert not any(shape(form).admits(text.encode(), start) for start in range(len(text))), text


def longer(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    repeats = st.sampled_from(["?", "*", "+", "{2}", "{0,3}", "{1,2}?", "{2,}", "??"])
    return st.one_of(
        st.tuples(inner, inner).map("".join),
        st.tuples(inner, inner).map("(?:{0[0]}|{0[1]})".format),
        st.tuples(inner, repeats).map("(?:{0[0]}){0[1]}".format),
        st.tuples(st.sampled_from(["(?i:", "(?s:", "("]), inner).map("{0[0]}{0[1]})".format),
    )


#: Expressions of sets, alternatives, repeats, groups and flags, over few letters.
EXPRESSIONS = st.recursive(
    st.sampled_from(
        ["", "a", "b", "B", ".", "é", r"\d", r"\s", r"\w", r"\W", r"\xff", r"[^\W_]", "[ab]", "[^ab]", "[A-C1-]"]
    ),
    longer,
    max_leaves=8,
)
LETTERS = st.lists(st.sampled_from([bytes([byte]) for byte in b"abABc1-_ \n\xc3\xa9\xff"]), max_size=7).map(b"".join)


@settings(max_examples=200, deadline=None)
@given(EXPRESSIONS, LETTERS, st.integers(min_value=0, max_value=2))
def test_without_look_around_the_ends_are_those_of_python(pattern: str, data: bytes, start: int) -> None:
    start = min(start, len(data))
    assert automaton(pattern).matches(data, start) == (ends(pattern, data, start), False)


@pytest.mark.parametrize(
    ("pattern", "data", "found"),
    [
        ("(?i)ab", b"aB", [2]),
        ("(?i:[^a])b", b"Ab", []),
        ("a(?>b*)b", b"abb", [2, 3]),
        ("a*+a", b"aa", [1, 2]),
        (r"(ab|c)-\1", b"ab-c", [4]),
        (r"\ba\b", b"xab"[1:], [1]),
        ("a(?!b)", b"ab", [1]),
        ("(?:a?){2,3}b", b"aaab", [4]),
        ("(?:a|b?){2}", b"ab", [0, 1, 2]),
        ("a{0}b", b"b", [1]),
    ],
)
def test_what_is_taken_as_met(pattern: str, data: bytes, found: list[int]) -> None:
    assert automaton(pattern).matches(data, 0) == (found, False)


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from([
        r"a(b)\1", r"(-?)a\1", r"[ab]{1,2}([-_ ]?)b\1(?:a\1)?c", r"(?:(-)a\1|(_?)b\2)-", r"([ab])(-?)\1\2\1", r"(a??)\1"
    ]),
    LETTERS,
)  # fmt: skip
def test_references_to_a_group_of_few_texts_are_told_exactly(pattern: str, data: bytes) -> None:
    assert Positions.of(pattern).exact
    assert automaton(pattern).matches(data, 0) == (ends(pattern, data, 0), False)


@pytest.mark.parametrize("pattern", [r"(a{0,2})b\1", r"(?i:(a)b\1)", r"(a)?b\1", r"([a-z])b\1", r"()a\1"])
def test_other_references_are_not(pattern: str) -> None:
    assert not Positions.of(pattern).exact


@pytest.mark.parametrize("pattern", [r"a(b)?(?(1)c|d)", r"(?i:(a)\1)b"])
def test_what_is_not_known_is_undecided(pattern: str) -> None:
    assert automaton(pattern).matches(b"ab", 0) == ([], True)


def test_states_beyond_the_limit_are_undecided() -> None:
    small = automaton("[ab]{2,50}c", limit=20)
    assert len(small.accepting) == 20
    assert small.accepting.count(UNDECIDED) == 1
    assert small.matches(b"abac", 0) == ([4], False)
    assert small.matches(b"a" * 40, 0) == ([], True)
    assert small.matches(b"a-", 0) == ([], False)
