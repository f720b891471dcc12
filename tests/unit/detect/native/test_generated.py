"""Rulings on values that are drawn part by part, so that many are right."""

import random
from collections.abc import Callable, Iterator
from itertools import islice
from string import ascii_uppercase, digits

import pytest

from bucketsieve.detect.native.rulings import rulings
from bucketsieve.detect.validators import resolve
from bucketsieve.detect.validators.personal import MONTHS

from .sampling import with_each_digit
from .test_rulings import FORMS, ruled

#: Values of each kind, and how many of them are right at least.
DRAWN, RIGHT = 4_000, 100


def number(rng: random.Random, length: int) -> str:
    return "".join(rng.choices(digits, k=length))


def vat_numbers(rng: random.Random) -> Iterator[str]:
    """The numbers whose rulings are more than a sum."""
    both = ascii_uppercase + digits
    while True:
        month = f"{rng.randint(0, 12) + rng.choice((0, 20, 40, 50, 70, 90)):02}"[-2:]
        day, year = rng.choice((f"{rng.randint(0, 32):02}", "28", "29", "30", "31")), number(rng, 2)
        leap = rng.choice(("02", "22", "42", "52", "72", "92"))
        for birth in (year + month + day, year + leap + "29"):
            yield from (f"CZ{birth}{number(rng, 3)}", f"CZ{birth}{number(rng, 4)}")
            yield from (f"SK{birth}{number(rng, 4)}", f"BG{birth}{number(rng, 4)}")
        yield from (f"LV{day}{month}{year}{number(rng, 5)}", f"LV2902{year}{number(rng, 5)}", f"LV32{number(rng, 9)}")
        yield from (f"CZ6{number(rng, 8)}", f"BG{number(rng, 9)}", f"RO{number(rng, rng.randint(2, 10))}")
        key, middle = "".join(rng.choices(both, k=2)), rng.choice((number(rng, 7), f"000{number(rng, 4)}"))
        yield from (f"FR{front}{middle}{end:02}" for front in (key, number(rng, 2)) for end in range(100))
        signs = both + "+*"
        yield from (f"IE{rng.choice(digits)}{rng.choice(signs)}{number(rng, 5)}{check}" for check in ascii_uppercase)
        yield from (f"IE{number(rng, 7)}{check}{rng.choice('ABCDEFGHI')}" for check in ascii_uppercase)
        front = f"ES{rng.choice(both)}{number(rng, 7)}"
        yield from (front + check for check in both)
        front = f"CY{number(rng, 8)}"
        yield from (front + check for check in ascii_uppercase)
        yield from (f"LT{number(rng, 7)}1{number(rng, 1)}", f"LT{number(rng, 10)}1{number(rng, 1)}")
        yield from (f"NL{rng.randint(0, 99):02}{front[2:]}9B{rng.randint(0, 99):02}" for _ in range(3))
        yield from (f"IT0000000{number(rng, 4)}", f"IT{number(rng, 7)}{rng.choice('01')}{number(rng, 3)}")


def czech_numbers(rng: random.Random) -> Iterator[str]:
    return (each.replace("CZ", rng.choice(("CZ", "CZ "))) for each in vat_numbers(rng) if each.startswith("CZ"))


def births(rng: random.Random) -> Iterator[str]:
    """Days with the names of months, and 29ths of February."""
    names = [*(each for each in MONTHS if each.isascii()), "jui", "foo", "Octobre", "juillet", "September", "maYo"]
    while True:
        year, short = rng.randint(1900, 2035), number(rng, 2)
        name, day = rng.choice(names), rng.choice((*range(33), 29))
        written = f"{day:0{rng.randint(1, 2)}}"
        yield f"{written}{rng.choice(('', 'st', 'er', '.'))}{rng.choice(' -')}{rng.choice(('', 'de '))}{name} {year}"
        yield f"{name.title()}{rng.choice(('', '.'))} {written}{rng.choice(('', 'th', ','))} {year}"
        for gap in "-/. ":
            yield from (
                f"29{gap}2{gap}{year}",
                f"02{gap}29{gap}{short}",
                f"{year}{gap}02{gap}29",
                f"29{gap}2{gap}{short}",
            )
        yield f"{year}0229"


def stripes(rng: random.Random) -> Iterator[str]:
    cards = (("4", 16), ("51", 16), ("2221", 16), ("34", 15), ("6011", 19), ("300", 14), ("99", 16), ("36", 15))
    while True:
        (front, length), month = rng.choice(cards), rng.choice(("00", "01", "09", "10", "12", "13", "1", ""))
        for card in with_each_digit(front + number(rng, length - len(front))):
            yield f";{card}=28{month}{number(rng, 7)}{rng.choice(('', '=', f'={number(rng, 2)}{month}'))}?"
            yield f"{card}=28{month}{number(rng, 7)}"
            more = rng.choice(("", "^", f"^28{month}", f"^^ab{month}0", "^0=3a", "=^", "^28a"))
            yield f"%B{card}^DOE/J ^28{month}{number(rng, 7)}{more}?"


def addresses(rng: random.Random) -> Iterator[str]:
    """With zeros in front of parts."""
    while True:
        parts = [f"{rng.choice((0, 1, 2, 10, 0x2003, 0xFE80)):0{rng.randint(1, 4)}x}" for _ in range(8)]
        yield from (f"{parts[0]}::{parts[1]}", f"{':'.join(parts[:3])}::{parts[3]}", ":".join(parts))
        yield ".".join(f"{rng.randrange(256):0{rng.choice((1, 1, 1, 2))}}" for _ in range(4))


@pytest.mark.parametrize(
    ("spec", "values"),
    [
        ("stdnum:eu.vat", vat_numbers),
        ("stdnum:cz.dic", czech_numbers),
        ("birth_date", births),
        ("magnetic_stripe", stripes),
        ("public_ip", addresses),
    ],
)
def test_a_ruling_says_what_the_validator_says(spec: str, values: Callable[[random.Random], Iterator[str]]) -> None:
    validate, known, right = resolve(spec), rulings(spec), 0
    for value in islice(filter(FORMS[spec].fullmatch, values(random.Random(3))), DRAWN):
        said, verdict = ruled(known, value), validate(value)
        assert said in ("ask", verdict), f"{spec}: {value!r}"
        right += verdict is not None and said != "ask"
    assert right > RIGHT
