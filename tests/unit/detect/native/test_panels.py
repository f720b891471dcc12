"""A panel says in one pass over a value which of its rulings apply."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bucketsieve.detect.catalogue import load_catalogue
from bucketsieve.detect.fingerprint import normalise
from bucketsieve.detect.native.automaton import DEAD, START
from bucketsieve.detect.native.panels import Panel, panels
from bucketsieve.detect.native.ruling import Check, Lettered, Ruling, automaton_of
from bucketsieve.detect.native.rulings import rulings
from bucketsieve.detect.validators.base import Verdict

SPECS = sorted({spec for each in load_catalogue().detectors for form in each.forms for spec in form.validators})
GROUPS = {tuple(rulings(spec)): spec for spec in SPECS if rulings(spec)}
PANELS = {group: panels(group) for group in GROUPS}
ACCEPT = Verdict("it is one")


def mask(panel: Panel, value: bytes) -> int:
    automaton, state = panel.automaton, START
    for byte in value:
        state = automaton.table[state * automaton.width + automaton.classes[byte]]
    assert state != DEAD or not value.isascii()
    return panel.masks[state]


def expected(group: list[Ruling], value: str) -> int:
    """Bit i for each ruling that applies by its language, up to the first one that no check digits can call off."""
    found = 0
    for place, ruling in enumerate(group):
        normal = normalise(value, ruling.normalise)
        ends, _ = automaton_of(ruling.language).matches(normal.encode(), 0)
        if (len(normal) in ends) != ruling.negated:
            found |= 1 << place
            if ruling.check is Check.NONE:
                break
    return found


values = (
    st.text("0123456789-+. ()aAbBzZ@", max_size=24)
    | st.from_regex(r"(\+?1[ -]?)?\(?[2-9][0-9]{2}\)?[ .-]?[2-9][0-9]{2}[ .-]?[0-9]{4}", fullmatch=True)
    | st.from_regex(r"[0-9]{3}-?[0-9]{2}-?[0-9]{4}|[0-9]{4}( ?[0-9]{4}){3}|DE[0-9]{20}", fullmatch=True)
    | st.from_regex(r"[a-z.]{1,9}@([a-z]{1,5}\.){1,2}(com|png|test|de)", fullmatch=True)
).filter(str.isascii)


@settings(max_examples=40, deadline=None)
@given(st.lists(values, min_size=1, max_size=10))
def test_a_panel_says_what_its_rulings_say_one_by_one(drawn: list[str]) -> None:
    for group, spec in GROUPS.items():
        first = 0
        for panel in PANELS[group]:
            own = list(group[first : first + panel.count])
            for value in drawn:
                assert mask(panel, value.encode()) == expected(own, value), f"{spec}: {value!r}"
            first += panel.count
        assert first == len(group)


def test_a_value_that_is_not_ascii_is_left_to_python() -> None:
    (panel,) = panels([Ruling("(?s:.*)b", ACCEPT), Ruling("(?s:.*)", None)])
    assert mask(panel, b"ab") == 1
    assert mask(panel, b"a\xc3\xa9b") == 0


def test_letters_beyond_ascii_are_known_by_their_kind_alone() -> None:
    with pytest.raises(ValueError, match="names a letter beyond ASCII: geändert"):
        panels([Ruling(Lettered("geändert"), ACCEPT)])
    with pytest.raises(ValueError, match="not known in this normal form: digits"):
        panels([Ruling(Lettered(r"\w+"), ACCEPT, normalise="digits")])


def test_what_applies_to_all_values_applies_to_what_is_not_ascii() -> None:
    (panel,) = panels([Ruling("(?s:.*)", ACCEPT)])
    assert [mask(panel, value) for value in (b"", b"abc", b"ab\xc3\xa9c", b"\xff")] == [1, 1, 1, 1]
    for other in (
        Ruling("(?s:.*)", ACCEPT, negated=True),
        Ruling("(?s:.*)", ACCEPT, check=Check.LUHN),
    ):
        (panel,) = panels([other])
        assert mask(panel, b"\xc3\xa9") == 0


def test_rulings_that_take_too_many_states_together_are_given_panels_of_their_own() -> None:
    many = [Ruling(rf"(?s:.*){digit}[0-9]{{{size}}}", ACCEPT, check=Check.LUHN) for digit in "123" for size in (6, 7)]
    found = panels(many)
    assert 1 < len(found) < len(many)
    assert sum(panel.count for panel in found) == len(many)


def test_no_panel_has_more_rulings_than_a_mask_has_bits() -> None:
    assert [panel.count for panel in panels([Ruling("a", ACCEPT)] * 40)] == [32, 8]
