"""Automata of sums tell the texts whose sums are right, and no others."""

import re
from dataclasses import replace
from string import ascii_uppercase, digits

from hypothesis import given
from hypothesis import strategies as st

from bucketsieve.detect.native.automaton import Automaton
from bucketsieve.detect.native.days import Born
from bucketsieve.detect.native.sums import Either, Sum, luhn, row, times
from bucketsieve.detect.validators.checksums import luhn_ok

WEIGHTS = (3, 7, 1, 9, 4, 2)
BY_CHECK = Sum(times(*WEIGHTS[:3], 0, *WEIGHTS[4:]), 11, lambda total: "0123456789X"[total], 3)
BY_REMAINDER = Sum((row(range(5, 31), ascii_uppercase), *times(*WEIGHTS)), 97, remainders=(1, 2))


def matches(automaton: Automaton, text: str) -> bool:
    return len(text) in automaton.matches(text.encode(), 0)[0]


def weighed(weights: tuple[int, ...], text: str) -> int:
    return sum(weight * int(digit) for weight, digit in zip(weights, text, strict=True))


@given(st.text(digits, min_size=9, max_size=11))
def test_luhn(text: str) -> None:
    assert matches(luhn(10).automaton, text) == (len(text) == 10 and luhn_ok(text))
    assert matches(luhn(8, before=1, behind=1).automaton, text) == (len(text) == 10 and luhn_ok(text[1:9]))


@given(st.text(digits, min_size=6, max_size=6))
def test_a_check_digit_within(text: str) -> None:
    total = weighed((*WEIGHTS[:3], 0, *WEIGHTS[4:]), text) % 11
    assert matches(BY_CHECK.automaton, text) == (text[3] == "0123456789X"[total])
    assert matches(replace(BY_CHECK, wrong=True).automaton, text) != matches(BY_CHECK.automaton, text)


@given(st.sampled_from(ascii_uppercase), st.text(digits, min_size=6, max_size=6))
def test_a_letter_and_remainders(letter: str, text: str) -> None:
    total = 5 + ascii_uppercase.index(letter) + weighed(WEIGHTS, text)
    both = Either((BY_REMAINDER, BY_CHECK)).automaton
    assert matches(both, letter + text) == (total % 97 in (1, 2))
    assert matches(both, text) == matches(BY_CHECK.automaton, text)


def test_what_may_not_stand_somewhere_is_in_neither() -> None:
    for each in (BY_CHECK, replace(BY_CHECK, wrong=True)):
        assert not matches(each.automaton, "12345")
        assert not matches(each.automaton, "1234567")
        assert not matches(each.automaton, "A23456")


def test_days() -> None:
    born = Born(2, months=(0, 20), behind=1)
    for text, possible, leap in [
        ("9912311", True, False),
        ("9932311", True, False),
        ("9952311", False, False),
        ("9904311", False, False),
        ("9902291", True, True),
        ("9922291", True, True),
        ("9902301", False, False),
        ("990228", False, False),
    ]:
        assert (expression(born.possible, text), expression(born.leap, text)) == (possible, leap), text


def expression(pattern: str, text: str) -> bool:
    return re.fullmatch(pattern, text) is not None
