"""Forms that wait for words are compared together, and each as if it were alone."""

import random

import pytest

from bucketsieve.detect.catalogue import Catalogue
from bucketsieve.detect.catalogue.entry import Context
from bucketsieve.detect.compiled import CompiledCatalogue, compile_catalogue
from bucketsieve.detect.lanes.reference import ReferenceLane
from bucketsieve.detect.native.plan import member
from bucketsieve.detect.native.teams import LOOKED, MOST, Place, Team, teams, word_teams

from .sampling import sampled
from .tiny import compiled, matches

WIDTHS = (1, 2, 5, 15, 16, 17, 40)


@pytest.fixture(scope="module")
def whole(catalogue: Catalogue) -> CompiledCatalogue:
    return compile_catalogue(catalogue.detectors, ReferenceLane, {}, None)


@pytest.fixture(scope="module")
def found(whole: CompiledCatalogue) -> tuple[list[Team], dict[int, Place]]:
    return teams(
        {
            word.keyword: {form: member(whole.forms[form]) for form in (*word.forms, *word.digit_forms)}
            for word in whole.words
        }
    )


def suited(team: Team, data: bytes, place: int) -> set[int]:
    """The forms of the team that may match at ``data[place]``, as C finds them."""
    looked = data[place - 1 : place + LOOKED]
    left = (1 << MOST) - 1
    for far, byte in enumerate(looked):
        left &= team.masks[team.rows[byte] + far]
    return {form for number, form in enumerate(team.forms) if left >> number & 1}


def test_every_form_that_waits_is_in_one_team(
    whole: CompiledCatalogue, found: tuple[list[Team], dict[int, Place]]
) -> None:
    waiting = [number for number, each in enumerate(whole.forms) if each.form.context is Context.REQUIRED]
    together, places = found
    assert sorted(form for team in together for form in team.forms) == waiting == sorted(places)
    assert all(len(team.forms) <= MOST for team in together)
    assert len(together) < 2 * len(waiting) / MOST


def test_a_word_finds_each_form_that_waits_for_it(
    whole: CompiledCatalogue, found: tuple[list[Team], dict[int, Place]]
) -> None:
    together, places = found
    for word in whole.words:
        forms = [
            together[each.team].forms[place]
            for each in word_teams(word, places, whole.forms)
            for place in range(MOST)
            if each.wanted >> place & 1
        ]
        assert sorted(forms) == sorted({*word.forms, *word.digit_forms})


def test_no_match_of_the_catalogue_is_turned_down(
    whole: CompiledCatalogue, found: tuple[list[Team], dict[int, Place]]
) -> None:
    rng = random.Random(7)
    matched = 0
    for team in found[0]:
        for form in team.forms:
            compiled_form = whole.forms[form]
            for _ in range(20):
                data = f"\n{sampled(rng, compiled_form.form.source)}{rng.choice(' ,;)')}{'x' * LOOKED}".encode()
                match = compiled_form.pattern.match(data, 1)
                if match is not None:
                    matched += 1
                    assert form in suited(team, data, 1), data
    assert matched > 1_000


@pytest.mark.parametrize("before", ["word", "word\n", "(", "9 "])
def test_forms_of_many_widths_are_found_on_both_sides_of_their_words(before: str) -> None:
    """What a word's forms are compared with does not hide what those of the words beside it are."""
    alike = [rf"[0-9]{{{width}}}" for width in WIDTHS] + [rf"[A-Z+][a-z0-9]{{{width - 1}}}" for width in WIDTHS]
    catalogue = compiled(
        *(
            {"pattern": pattern, "context": "required", "keywords": ["word", f"own{chr(97 + number)}"]}
            for number, pattern in enumerate(alike)
        )
    )
    rng = random.Random(before)
    parts = ["word ", *(f"own{chr(97 + number)} " for number in range(len(alike))), "1 ", "12 ", "x", ", "]
    parts += [f"{'7' * width} " for width in WIDTHS] + [f"+{'a' * (width - 1)} " for width in WIDTHS]
    for _ in range(300):
        data = (before + "".join(rng.choice(parts) for _ in range(rng.randrange(12)))).encode()
        expected = {
            (number, match.start())
            for number, each in enumerate(catalogue.forms)
            for match in each.pattern.finditer(data)
            for word in catalogue.words
            if number in (*word.forms, *word.digit_forms)
            for stop in _ends(data, word.keyword.encode())
            if stop - len(word.keyword) - 3 - each.form.max_width <= match.start() <= stop + each.form.distance
        }
        assert expected <= matches(catalogue, data), data


def _ends(data: bytes, word: bytes) -> list[int]:
    """Where ``word`` ends that stands by itself."""
    return [
        place + len(word)
        for place in range(len(data))
        if data.startswith(word, place)
        and not data[place - 1 : place].isalpha()
        and not data[place + len(word) : place + len(word) + 1].isalpha()
    ]
