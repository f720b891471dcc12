"""Rulings on telephone numbers say what `phonenumbers` says, of numbers of all countries and kinds."""

import random
from collections.abc import Iterator, Sequence
from itertools import islice
from string import digits

import phonenumbers
import pytest
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

from bucketsieve.detect.native.automaton import START, YES, Automaton, exact_automaton
from bucketsieve.detect.native.rulings import rulings
from bucketsieve.detect.native.telephones import KINDS, LOOSE, assigned, general, metadata_of
from bucketsieve.detect.validators import resolve

from .sampling import sampled
from .test_rulings import SPECS, ruled

DRAWN = 400
REGIONS = sorted(spec.partition(":")[2] for spec in SPECS if spec.startswith("phone:") and spec != "phone:US")
ALL = [(code, region) for code, regions in COUNTRY_CODE_TO_REGION_CODE.items() for region in regions]

NORTH_AMERICA = 1
SHARED = sorted(code for code, regions in COUNTRY_CODE_TO_REGION_CODE.items() if len(regions) > 1)


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
        ("phone", "+47 02000", "country code"),
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


def told(automata: Sequence[Automaton]) -> Iterator[list[bool]]:
    """All that the automata may say of one number together."""
    start = (START,) * len(automata)
    seen, left = {start}, [start]
    while left:
        states = left.pop()
        yield [each.accepting[state] == YES for each, state in zip(automata, states, strict=True)]
        for digit in b"0123456789":
            behind = tuple(
                each.table[state * each.width + each.classes[digit]]
                for each, state in zip(automata, states, strict=True)
            )
            if behind not in seen:
                seen.add(behind)
                left.append(behind)


def is_valid(by_region: Sequence[tuple[bool, bool, bool | None]]) -> bool:
    """As the library has it: a number is of the first region with its leading digits, or else that it belongs to."""
    for is_assigned, is_possible, leads in by_region:
        if leads or (leads is None and is_assigned and is_possible):
            return is_assigned and is_possible
    return False


@pytest.mark.parametrize("code", [code for code in SHARED if code != NORTH_AMERICA])
def test_no_region_rules_out_a_number_of_another_one(code: int) -> None:
    regions = [metadata_of(code, each) for each in COUNTRY_CODE_TO_REGION_CODE[code]]
    leading = [rf"(?:{each.leading_digits})\d*" if each.leading_digits else "" for each in regions]
    patterns = [*map(assigned, regions), *map(general, regions), *filter(None, leading)]
    seen = set[bool]()
    for said in told([exact_automaton(each) for each in patterns]):
        leads = iter(said[2 * len(regions) :])
        by_region = [
            (said[number], said[number + len(regions)], next(leads) if leading[number] else None)
            for number in range(len(regions))
        ]
        assert is_valid(by_region) == any(said[: len(regions)])
        seen.add(is_valid(by_region))
    assert seen == {False, True}
