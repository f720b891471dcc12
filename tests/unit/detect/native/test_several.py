"""Several automata as one say the same as each alone."""

from hypothesis import given, settings
from hypothesis import strategies as st

from bucketsieve.detect.native.automaton import DEAD, START, UNDECIDED, Automaton, automaton
from bucketsieve.detect.native.several import MOST, Several, several

PATTERNS = ["ab", "a+b", "(?:ab)*c", "[^a]", "b{2,40}a", "a?", "(a)\\1", ".{30}", "abc|b[a-c]{3}"]


def told(found: Several, data: bytes) -> int:
    """The mask behind ``data``, as the native lane reads it: up to where nothing changes any more."""
    each, state = found.automaton, START
    for byte in data:
        if state == DEAD or each.accepting[state] == UNDECIDED:
            break
        state = each.table[state * each.width + each.classes[byte]]
    return found.masks[state]


def matches(each: Automaton, data: bytes) -> bool:
    return each.matches(data, 0) != ([], False)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PATTERNS), min_size=1, max_size=6), st.text("abcd", max_size=50).map(str.encode))
def test_the_mask_has_a_bit_for_each_that_matches(patterns: list[str], data: bytes) -> None:
    automata = [automaton(pattern, limit=20) for pattern in patterns]
    found = several(automata)
    assert found is not None
    assert told(found, data) == sum(1 << number for number, each in enumerate(automata) if matches(each, data))


def test_too_many_are_not_put_together() -> None:
    assert several([automaton("a")] * MOST) is not None
    assert several([automaton("a")] * (MOST + 1)) is None
    assert several([automaton(f"(?:a{{{number}}})*b") for number in (5, 7, 11, 13)]) is None
