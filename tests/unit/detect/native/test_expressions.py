"""The programs of expressions find what Python's expressions find."""

import random
import re
from collections.abc import Iterator

import pytest

from bucketsieve.detect.compiled import CompiledCatalogue
from bucketsieve.detect.engine import Engine

from .sampling import changed, sampled
from .tiny import compiled, lane_of

#: Texts for each form of the catalogue, and for each expression below.
DRAWN, WRITTEN = 20, 2_000
#: Where it matters which way is tried first, in letters a to d.
EXPRESSIONS = [
    r"a|ab|abc",
    r"(?:a|ab)(?:c|bcd)?",
    r"a{1,3}b{0,3}a",
    r"(?:ab?){2,4}",
    r"(?:a|ba){1,5}b?",
    r"a(?P<value>b{0,4})b(?:c|cd)?",
    r"(?:a|b)(?P<value>b?[cd]{1,4}|a)",
    r"(?P<value>a[ab]{0,6}?)b(?!c)",
    r"(?P<value>(?:ab??){1,3})c?",
    r"(?P<quote>a|b)(?P<value>c{1,3})(?P=quote)",
    r"(?:(?P<value>a)|b){1,4}",
    r"(?<=b)a(?P<value>[bc]{1,5})(?!cd|[ab])",
    r"(?<!ab)c(?=d)d",
    r"a\b|a\b.b|ab{1,3}",
    r"(?i:A{1,3}B)c?",
    r"[abc]{1,5}(?:bd|cd?|da)",
    r"a[ab]{0,4}(?:(?:c|b)[cd]{1,2}(?:d|bc)|ab)",
    r"[ab]{1,3}(?:b|)c",
]
#: What only Python can tell.
UNKNOWN = [r"(?>a|ab)c", r"a{1,3}+b", r"^ab", r"(?:a?b?){1,3}c"]


def expected(match: re.Match[bytes] | None) -> tuple[int, int, int] | None:
    if match is None:
        return None
    start, end = match.span("value" if "value" in match.re.groupindex else 0)
    return start, end, match.end()


def catalogue_of(expression: str) -> CompiledCatalogue:
    return compiled({"pattern": expression, "boundary": "none", "context": "required", "keywords": ["abc"]})


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_the_first_way_counts(expression: str) -> None:
    catalogue, rng = catalogue_of(expression), random.Random(1)
    plan, pattern = lane_of(catalogue).plan, catalogue.forms[0].form.pattern
    for _ in range(WRITTEN):
        data = bytes(rng.choices(b"abcdA" if "?i" in expression else b"abcd", k=rng.randint(1, 12)))
        start = rng.randrange(len(data))
        wanted = expected(pattern.match(data, start))
        # A value that is not in the match is left to Python.
        assert plan.extent(0, data, start) == ("unsure" if wanted and wanted[0] < 0 else wanted), (data, start)


@pytest.mark.parametrize("expression", UNKNOWN)
def test_what_no_program_does_is_left_to_python(expression: str) -> None:
    catalogue = catalogue_of(expression)
    assert lane_of(catalogue).plan.extent(0, b"abc", 0) == "unsure"


def test_what_takes_too_long_is_left_to_python() -> None:
    catalogue = catalogue_of(r"(?:a|a){0,30}b")
    assert lane_of(catalogue).plan.extent(0, b"a" * 40, 0) == "unsure"


@pytest.mark.parametrize(
    ("expression", "text"), [("[ab]{1,250}[ab]{1,250}(?:cd|dc)", b"a"), ("[abc]{1,250}[abc]{1,250}cd", b"c")]
)
def test_places_where_two_bytes_rule_all_out_take_no_step(expression: str, text: bytes) -> None:
    assert lane_of(catalogue_of(expression)).plan.extent(0, text * 600, 0) is None


def places(source: str, rng: random.Random) -> Iterator[tuple[bytes, int]]:
    for _ in range(DRAWN):
        text = changed(rng, sampled(rng, source)).encode("latin-1", "replace")
        for front, back in ((b"", b""), (b' "', b'"'), (b",", b" and"), (b"x=", b"9")):
            yield front + text + back, len(front)


def test_a_program_finds_what_its_expression_finds(engine: Engine) -> None:
    lane, rng, sure = lane_of(engine.compiled), random.Random(1), 0
    for number, each in enumerate(engine.compiled.forms):
        for data, start in places(each.form.source, rng):
            found = lane.plan.extent(number, data, start)
            if found != "unsure":
                sure += 1
                assert found == expected(each.form.pattern.match(data, start)), (each.form.source, data)
    assert sure > 0.95 * len(engine.compiled.forms) * DRAWN * 4
