"""Rulings on telephone numbers say what `phonenumbers` says, of numbers of all countries and kinds."""

import random
from itertools import islice
from string import digits

import phonenumbers
import pytest
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

from bucketsieve.detect.native.automaton import START, Automaton, exact_automaton
from bucketsieve.detect.native.rulings import rulings
from bucketsieve.detect.native.telephones import KINDS, LOOSE, general, metadata_of
from bucketsieve.detect.validators import resolve

from .sampling import sampled
from .test_rulings import SPECS, ruled

DRAWN = 400
REGIONS = sorted(spec.partition(":")[2] for spec in SPECS if spec.startswith("phone:") and spec != "phone:US")
ALL = [(code, region) for code, regions in COUNTRY_CODE_TO_REGION_CODE.items() for region in regions]


def patterns(code: int, region: str) -> list[str]:
    kinds = [getattr(metadata_of(code, region), kind) for kind in KINDS]
    return sorted({kind.national_number_pattern for kind in kinds if kind and kind.national_number_pattern})


def drawn(rng: random.Random, code: int, region: str) -> str:
    """A number, or one with a digit changed, more or less."""
    number = sampled(rng, rng.choice(patterns(code, region)))
    for _ in range(rng.choice((0, 0, 1, 1, 2))):
        place = rng.randrange(len(number))
        new = rng.choice(("", rng.choice(digits), rng.choice(digits) + number[place]))
        number = number[:place] + new + number[place + 1 :]
    return number


def within(one: Automaton, other: Automaton) -> bool:
    """Whether all that the one accepts the other does."""
    states = [(START, START)]
    for left, right in states:
        if one.accepting[left] and not other.accepting[right]:
            return False
        for byte in digits.encode():
            after = (
                one.table[left * one.width + one.classes[byte]],
                other.table[right * other.width + other.classes[byte]],
            )
            if after[0] and after not in states:
                states.append(after)
    return True


def test_abroad() -> None:
    rng, validate, known = random.Random(2), resolve("phone"), rulings("phone")
    places = [each for each in ALL if patterns(*each)]
    for code, region in islice(iter(lambda: rng.choice(places), None), 10 * DRAWN):
        value = f"+{code}{rng.choice(('', '', ' ', ' (0)'))}{drawn(rng, code, region)}"
        assert ruled(known, value) in ("ask", validate(value)), value


@pytest.mark.parametrize("region", REGIONS)
def test_at_home(region: str) -> None:
    rng, validate, known = random.Random(3), resolve(f"phone:{region}"), rulings(f"phone:{region}")
    code = phonenumbers.country_code_for_region(region)
    for _ in range(DRAWN):
        value = rng.choice(("0", "0", "", "", "00", str(code), f"0{code}")) + drawn(rng, code, region)
        assert ruled(known, value) in ("ask", validate(value)), value


def test_the_numbers_of_a_kind_are_among_the_countrys() -> None:
    for code, region in ALL:
        country = exact_automaton(general(metadata_of(code, region)))
        loose = [each for each in patterns(code, region) if not within(exact_automaton(each), country)]
        assert not loose or code in LOOSE, (region, loose)


def test_most_are_decided() -> None:
    for spec, value, kind in [
        ("phone", "+44 20 7946 0958", "country code"),
        ("phone", "+49 30 901820", "country code"),
        ("phone", "+44 20 7946 095", None),
        ("phone", "+999 20 7946 0958", None),
        ("phone:FR", "01 42 68 53 00", "FR"),
        ("phone:DE", "030/48293751", "DE"),
        ("phone:IT", "391 234 5678", "IT"),
        ("phone:GB", "020 7946 0958", "GB"),
        ("phone:GB", "020 7946 09", None),
    ]:
        said = ruled(rulings(spec), value)
        assert said != "ask", value
        assert (said is None) == (kind is None), value
        assert resolve(spec)(value) == said
