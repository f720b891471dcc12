"""What a register is taken to list is what the library finds in it."""

import random
from datetime import date

import pytest
from stdnum import numdb
from stdnum.cn import ric

from bucketsieve.detect.native.registers import Listed

REGISTERS = [
    Listed("imsi"),
    Listed("id/loc"),
    Listed("my/bp"),
    Listed("at/fa"),
    Listed("nz/banks", levels=2, needs="branch"),
]
DRAWN = 3_000


def begins(listed: Listed, text: str) -> bool:
    return len(text) in listed.automaton.matches(text.encode(), 0)[0]


@pytest.mark.parametrize("listed", REGISTERS, ids=lambda each: each.register)
def test_what_is_listed_is_what_the_library_finds(listed: Listed) -> None:
    rng, register = random.Random(1), numdb.get(listed.register)
    found = 0
    for _ in range(DRAWN):
        text = f"{rng.randrange(10**8):08}"
        if listed.levels > 1 and rng.random() < 0.5:
            text = rng.choice(register.prefixes)[1] + text[2:]
        first, *others = register.info(text)
        # What is in no register is a single part.
        known = listed.needs in others[0][1] if others and listed.needs else first[0] != text
        assert begins(listed, text) == known, text
        found += known
    assert 0 < found < DRAWN


def test_a_place_counts_in_the_years_in_which_there_was_one() -> None:
    counties = Listed("cn/loc", levels=2, needs="county", dated=True)
    rng, provinces = random.Random(1), numdb.get("cn/loc").prefixes
    found = 0
    for _ in range(DRAWN):
        _, province, _, _, below = rng.choice(provinces)
        place, year = province + rng.choice(below)[1], rng.randrange(1900, 2027)
        born = date(year, rng.randrange(1, 13), rng.randrange(1, 29))
        number = f"{place}{born:%Y%m%d}{rng.randrange(1000):03}"
        valid = ric.is_valid(number + ric.calc_check_digit(f"{number}0"))
        assert begins(counties, number) == valid, number
        found += valid
    assert 0 < found < DRAWN


def test_letters_may_stand_behind_what_is_listed() -> None:
    assert begins(Listed("imsi"), "262X")
    assert not begins(Listed("imsi"), "26X2")
