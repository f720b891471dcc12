"""What opens a match tells where its value begins, as Python's expressions find it."""

import random
import re

import pytest

from bucketsieve.detect.engine import Engine
from bucketsieve.detect.native.automaton import DEAD, START, Automaton
from bucketsieve.detect.native.openings import opening
from bucketsieve.detect.native.plan import shape_of

from .sampling import changed, sampled

#: Texts for each form of the catalogue.
DRAWN = 200
#: (an expression, how many bytes follow its value), in letters a to d.
OPENED = [
    (r"a{1,3}(?P<value>b{1,3})", 0),
    (r"(?:a|ab)c?(?P<value>d{1,4})(?:ab|ba)", 2),
    (r"(?:a|ba){1,3}(?:(?P<value>c[ab]{0,3}))d", 1),
    (r"(?<!a)b{1,2}(?:[cd](?P<value>a{1,2}|ab))(?!d)", 0),
]
#: Where several parts of a match might open it, the value may be nothing, or stand at no known distance from the end.
NOT_OPENED = [
    r"a{1,3}(?P<value>a{1,3})",
    r"a(?P<value>b{0,3})",
    r"ab?(?P<value>[bc]{1,3})d",
    r"a(?P<value>b{1,3})c?",
    r"(?P<value>a{1,3})b",
    r"(?:a(?P<value>b)|c)",
    r"(?i:a(?P<value>b))",
    r"abc",
]


def read(automaton: Automaton, data: bytes) -> int:
    """The bytes that are read before the automaton is dead."""
    state = START
    for place, byte in enumerate(data):
        state = automaton.table[state * automaton.width + automaton.classes[byte]]
        if state == DEAD:
            return place
    return len(data)


@pytest.mark.parametrize(("expression", "behind"), OPENED)
def test_the_value_begins_where_what_opens_the_match_ends(expression: str, behind: int) -> None:
    found, pattern, rng, met = opening(expression, "value"), re.compile(expression.encode()), random.Random(1), 0
    assert found is not None
    assert found.behind == behind
    for _ in range(10_000):
        data = bytes(rng.choices(b"abcd", k=rng.randint(1, 9)))
        start = rng.randrange(len(data))
        if match := pattern.match(data, start):
            met += 1
            assert (start + read(found.automaton, data[start:]), match.end() - behind) == match.span("value")
    assert met > 20


@pytest.mark.parametrize("expression", NOT_OPENED)
def test_a_value_that_might_begin_elsewhere_is_looked_for(expression: str) -> None:
    assert opening(expression, "value") is None


def test_the_catalogue_s_values_begin_where_what_opens_their_matches_ends(engine: Engine) -> None:
    rng, met = random.Random(1), set[int]()
    for number, each in enumerate(engine.compiled.forms):
        found = opening(each.form.bounded, each.group) if each.group and shape_of(each).exact else None
        for _ in range(DRAWN if found else 0):
            assert found is not None
            data = changed(rng, sampled(rng, each.form.source)).encode("latin-1", "replace")
            match = each.form.pattern.match(data)
            if match is not None:
                met.add(number)
                assert (read(found.automaton, data), match.end() - found.behind) == match.span(each.group), data
    assert len(met) > 20
