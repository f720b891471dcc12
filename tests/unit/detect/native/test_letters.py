"""What C says of passwords with letters beyond ASCII, and of numbers with a ``№``, is what their validators say."""

import random
import re
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bucketsieve.detect.catalogue import Catalogue
from bucketsieve.detect.engine import Engine
from bucketsieve.detect.evaluate import Block
from bucketsieve.detect.native.record import NativeRecorder
from bucketsieve.detect.validators import Verdict, resolve

from ..conftest import KEY, scan
from .test_randomness import drawn
from .tiny import compiled, lane_of

SPECS = ("password", "url_password")
NUMBERS = ("not_uniform", "stdnum:ru.inn")
PATTERN = {"pattern": r"[ -~\x80-\xff]{1,4000}", "anchor": "a"}
CATALOGUE = compiled(*({**PATTERN, "validator": spec} for spec in (*SPECS, *NUMBERS)))
SIEVE = lane_of(CATALOGUE).sieve(drop_tests=False, max_values=1)
LATIN = "äöüßÄÖÜéÉñÑçÇłŁžŽőŐ"
#: The alphabet in small letters, which follow each other.
CYRILLIC = "".join(map(chr, range(0x430, 0x450)))
CODE = (
    "C:/", "$x", "@x", "%x%", ":x", "&x;", "a.x", "ax/bx/", "main.py", "x.py", "todox", "changexme", "xxxxxx", "sha1:x",
)  # fmt: skip


def ruled(spec: str, value: str) -> Verdict | str | None:
    known, verdict = SIEVE.ruled((*SPECS, *NUMBERS).index(spec), value.encode("utf-8", "surrogatepass"))
    return verdict if known else "ask"


def with_letters(rng: random.Random, text: str) -> str:
    letters = rng.choice((LATIN, CYRILLIC, LATIN + CYRILLIC.upper()))
    share = rng.choice((0.1, 0.3, 0.9))
    return "".join(rng.choice(letters) if each.isalnum() and rng.random() < share else each for each in text)


def passwords(count: int) -> Iterator[str]:
    rng = random.Random(2)
    for text in drawn(count):
        yield with_letters(rng, text)
        yield text[:2] + rng.choice(CODE).replace("x", rng.choice(LATIN)) + rng.choice(("", text[:3], "-" + text))


@pytest.mark.parametrize("spec", SPECS)
def test_drawn_values_are_judged_alike(spec: str) -> None:
    validate, said = resolve(spec), list[object]()
    for value in passwords(4_000):
        if not value.isascii():
            said.append(ruled(spec, value))
            assert said[-1] in ("ask", validate(value)), value
    assert said.count("ask") < len(said) / 8
    assert said.count(None) > len(said) / 8
    assert sum(isinstance(each, Verdict) for each in said) > len(said) / 5


@pytest.mark.parametrize("spec", SPECS)
@pytest.mark.parametrize("beside", ["", "kX9", "1-2", "todo", "$", "'"])
def test_every_letter_is_judged_alike(spec: str, beside: str) -> None:
    validate, asked = resolve(spec), 0
    for code in range(0x80, 0x2100):
        one, next_one = chr(code), chr(code + 1)
        for value in (f"{beside}{one}", f"{one}a{one}{beside}", f"{one}{next_one}q7{beside}"):
            said = ruled(spec, value)
            asked += said == "ask"
            assert said in ("ask", validate(value)), value
    assert asked < 3 * (0x2080 - 200)


@pytest.mark.parametrize("stand_in", ["password", "example", "sample", "secret", "todo", "fixxme", "insert", "mask"])
def test_letters_that_are_ascii_where_case_does_not_matter_are_left_to_python(stand_in: str) -> None:
    for plain, other in ("s", "\u017f"), ("k", "\u212a"), ("i", "\u0131"), ("i", "\u0130"):
        if plain in stand_in:
            assert ruled("password", f"{stand_in.replace(plain, other)}7Xq") == "ask"


@pytest.mark.parametrize(
    ("run", "verdict"),
    [
        (CYRILLIC[:6], False),
        (CYRILLIC[:5], True),
        (CYRILLIC[5::-1], False),
        (CYRILLIC[4::-1], True),
        (CYRILLIC[0] * 6, False),
        (CYRILLIC[0] * 5, True),
        ("{}1{}2{}3{}4".format(*CYRILLIC), False),
        ("{}1{}2{}3x{}".format(*CYRILLIC), True),
    ],
)
def test_letters_that_repeat_or_count_are_no_password(run: str, verdict: bool) -> None:
    said = ruled("password", f"Q7{run}x")
    assert said == resolve("password")(f"Q7{run}x")
    assert isinstance(said, Verdict) == verdict


@pytest.mark.parametrize("other", "…€\u0301Ω\udcff中\u00d7\u00f7\u0663\u0663")
def test_what_is_no_latin_or_cyrillic_letter_is_left_to_python(other: str) -> None:
    assert ruled("password", f"kX9ä{other}q") == "ask"


@pytest.mark.parametrize("value", [b"kX9\xc3", b"kX9\xc3q7", b"kX9\xffq7Lm", b"kX9\xc0\x80q", b"kX9\xb6\xb6q"])
def test_broken_text_is_left_to_python(value: bytes) -> None:
    assert SIEVE.ruled(0, value) == (False, None)


def test_so_many_letters_that_none_of_ascii_is_left_are_left_to_python() -> None:
    few = CYRILLIC[0:26:2].upper() + CYRILLIC[1:26:2]
    assert isinstance(ruled("password", f"7{few}"), Verdict)
    assert ruled("password", f"7{few}{few.swapcase()}") == resolve("password")(f"7{few}{few.swapcase()}")
    assert ruled("password", f"7{few}{CYRILLIC[26]}") == "ask"
    assert ruled("password", f"7{few}x") == "ask"


def test_escapes_beside_letters_are_left_to_python() -> None:
    assert ruled("url_password", "kXö9%41") == "ask"
    assert isinstance(ruled("url_password", "kXö9A"), Verdict)


@pytest.mark.parametrize("spec", SPECS)
@settings(max_examples=200, deadline=None)
@given(
    st.text(
        st.sampled_from("aZ09-_. $%&/:;'\"@#{" + LATIN[:8] + CYRILLIC[:6] + "\u0131\u017f\u0130…€"),
        min_size=1,
        max_size=30,
    )
)
def test_any_values_are_judged_alike(spec: str, value: str) -> None:
    assert ruled(spec, value) in ("ask", resolve(spec)(value))


@pytest.mark.parametrize(
    ("value", "verdict"),
    [
        ("45 08 № 482937", Verdict("digits vary")),
        ("4508№482937", Verdict("digits vary")),
        ("123№456789", "ask"),
        ("№", Verdict("digits vary")),
        ("4508№482937\u2116", Verdict("digits vary")),
        ("4508\u2117482937", "ask"),
        ("4508\u00ba482937", "ask"),
        ("4508ä482937", "ask"),
    ],
)
def test_a_numero_makes_no_difference_to_digits(value: str, verdict: Verdict | str) -> None:
    assert ruled("not_uniform", value) == verdict
    assert verdict in ("ask", resolve("not_uniform")(value))


@settings(deadline=None)
@given(st.text("0123456789№ -abA\u00ba", min_size=1, max_size=14))
def test_numbers_with_a_numero_are_judged_alike(value: str) -> None:
    assert ruled("not_uniform", value) in ("ask", resolve("not_uniform")(value))
    # The library takes no letters, nor has its form any.
    digits = re.sub("[abA\u00ba]", "", value)
    assert ruled("stdnum:ru.inn", digits) in ("ask", resolve("stdnum:ru.inn")(digits))


@pytest.mark.parametrize("value", ["kX9№qw7Lm", "№№№№", "пароль№7Xq"])
def test_a_password_with_a_numero_is_left_to_python(value: str) -> None:
    assert [ruled(spec, value) for spec in SPECS] == ["ask", "ask"]


def test_python_is_not_asked_about_usual_ones(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("Python was asked")

    few = catalogue.only(("password_assignment", "russia_internal_passport"))
    text = "".join(
        f"password = 'xKö{number}mP2vLq'\nRussian passport 4011 № {104829 + number}\n" for number in range(9)
    ).encode()
    reference = scan(Engine(few, fingerprint_key=KEY, native=None), text)
    engine = Engine(few, fingerprint_key=KEY)
    for owner, name in (NativeRecorder, "_spell"), (NativeRecorder, "_line"), (Block, "candidates"):
        monkeypatch.setattr(owner, name, refuse)
    assert scan(engine, text) == reference
    assert reference.counts == {"password_assignment": 9, "russia_internal_passport": 9}
