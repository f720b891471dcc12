"""What C says of tokens and keys is what their validators say."""

import random
from collections.abc import Iterator
from string import ascii_lowercase, ascii_uppercase, digits, hexdigits

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bucketsieve.detect.validators import Verdict, resolve
from bucketsieve.detect.validators.secrets import RANDOM_ENOUGH

from .tiny import compiled, lane_of

SPECS = (
    "token",
    "token:3.3",
    "token:4.0",
    "entropy:2.5",
    "entropy:3.5",
    "not_placeholder",
    "aws_access_key",
    "password",
    "url_password",
)
CATALOGUE = compiled(*({"pattern": "[ -~]{1,4000}", "anchor": "a", "validator": spec} for spec in SPECS))
SIEVE = lane_of(CATALOGUE).sieve(drop_tests=False, max_values=1)
WORDS = ("Secret", "key", "MyDatabase", "abcdef", "654321", "aaaaaa", "a1b2c3d4e5f6", "example", "Xy", "HTTPServer")
CODE = (
    "C:/",
    "todo",
    "'pass1'",
    "$x",
    "%s",
    "a.b",
    "main.py",
    "sha1:",
    "%41",
    "Summer",
    "12:30.5",
    "&amp;",
    "/",
    "Admin",
)


def ruled(form: int, value: str) -> Verdict | str | None:
    known, verdict = SIEVE.ruled(form, value.encode())
    return verdict if known else "ask"


def drawn(count: int) -> Iterator[str]:
    rng = random.Random(1)
    alphabets = (digits, hexdigits, ascii_lowercase, ascii_lowercase + ascii_uppercase + digits, "ab1", "aB3_-+./= ")
    for _ in range(count):
        alphabet = rng.choice(alphabets)
        parts = [
            rng.choice(WORDS + CODE) if rng.random() < 0.3 else "".join(rng.choices(alphabet, k=rng.randrange(1, 14)))
            for _ in range(rng.randrange(1, 6))
        ]
        yield rng.choice(("", "", "_", "-", ".")).join(parts)


@pytest.mark.parametrize("form", range(len(SPECS)), ids=SPECS)
def test_drawn_values_are_judged_alike(form: int) -> None:
    validate, said = resolve(SPECS[form]), list[object]()
    for value in drawn(4_000):
        said.append(ruled(form, value))
        assert said[-1] in ("ask", validate(value)), value
    assert said.count("ask") < len(said) / 10
    assert sum(isinstance(each, Verdict) for each in said) > len(said) / 20


def test_secret_keys_are_told_from_paths() -> None:
    sieve = lane_of(compiled({"pattern": "[A-Za-z0-9/+]{40}", "anchor": "a", "validator": "aws_secret_key"})).sieve(
        drop_tests=False, max_values=1
    )
    validate, said = resolve("aws_secret_key"), list[object]()
    for value in drawn(4_000):
        text = "".join(each if each.isalnum() else "/" for each in value)[:40].ljust(40, "+")
        known, verdict = sieve.ruled(0, text.encode())
        said.append(verdict)
        assert not known or verdict == validate(text), text
    assert said.count(None) > len(said) / 20
    assert len(said) - said.count(None) > len(said) / 20


@pytest.mark.parametrize("form", range(len(SPECS)), ids=SPECS)
@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=60))
def test_any_values_are_judged_alike(form: int, value: str) -> None:
    assert ruled(form, value) in ("ask", resolve(SPECS[form])(value))


def test_a_value_whose_entropy_is_just_enough_is_left_to_python() -> None:
    just = "aabbccdd"  # two bits a character
    catalogue = compiled({"pattern": "[ -~]{1,40}", "anchor": "a", "validator": "entropy:2.0"})
    sieve = lane_of(catalogue).sieve(drop_tests=False, max_values=1)
    assert sieve.ruled(0, just.encode()) == (False, None)
    assert sieve.ruled(0, f"{just}e".encode()) == (True, RANDOM_ENOUGH)


def test_a_value_that_is_not_ascii_is_left_to_python() -> None:
    assert ruled(0, "ä") == "ask"


def test_a_published_token_is_left_to_python() -> None:
    assert ruled(0, "sk_test_4eC39HqLyjWDarjtT1zdp7dc") == "ask"


def test_there_is_no_ruling_on_a_form_that_is_none() -> None:
    with pytest.raises(ValueError, match="no such form"):
        SIEVE.ruled(len(SPECS), b"a")
