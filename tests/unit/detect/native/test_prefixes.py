"""Every match begins with one of the prefixes of its expression."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bucketsieve.detect.catalogue import load_catalogue
from bucketsieve.detect.catalogue.entry import marked_value
from bucketsieve.detect.native.prefixes import Prefix, prefixes

from .test_automaton import EXPRESSIONS, LETTERS

DETECTORS = load_catalogue().detectors
DIGIT = "0123456789"


def begins(data: bytes, start: int, prefix: Prefix) -> bool:
    return len(data) - start >= len(prefix) and all(
        byte in members for byte, members in zip(data[start:], prefix, strict=False)
    )


def prefix(*sets: str) -> Prefix:
    return tuple(frozenset(members.encode()) for members in sets)


def test_every_example_begins_with_a_prefix_of_its_form() -> None:
    for detector in DETECTORS:
        for example in detector.examples:
            text = marked_value(example)[0].encode()
            for form in detector.forms:
                for match in form.pattern.finditer(text):
                    known = prefixes(form.source)
                    assert any(begins(text, match.start(), each) for each in known), f"{form.source} in {example!r}"


@settings(max_examples=200, deadline=None)
@given(EXPRESSIONS, LETTERS, st.sampled_from([1, 3, 8]), st.sampled_from([2, 16]))
def test_every_match_begins_with_a_prefix(pattern: str, data: bytes, variants: int, length: int) -> None:
    known = prefixes(pattern, variants=variants, length=length)
    assert len(known) <= variants
    assert all(len(each) <= length for each in known)
    compiled = re.compile(pattern.encode())
    for start in range(len(data) + 1):
        if any(compiled.fullmatch(data, start, end) for end in range(start, len(data) + 1)):
            assert any(begins(data, start, each) for each in known)


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (r"[2-6]\d{12,18}", [("23456", *[DIGIT] * 12)]),
        ("ab?c", [("a", "c"), ("a", "b", "c")]),
        ("abc|x|abd", [("x",), ("a", "b", "cd")]),
        ("a|ab", [("a",)]),
        ("(?:ab)*", [()]),
        (r"(?<!x)a(?=b)", [("a",)]),
        ("[ab]{3}", [("ab", "ab", "ab")]),
    ],
)
def test_known_prefixes(pattern: str, expected: list[tuple[str, ...]]) -> None:
    assert sorted(prefixes(pattern), key=str) == sorted((prefix(*sets) for sets in expected), key=str)
