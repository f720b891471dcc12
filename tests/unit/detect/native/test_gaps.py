"""The automaton of gaps says what the regular expressions do."""

from hypothesis import given, settings
from hypothesis import strategies as st

from bucketsieve.detect.keywords import speaks_before
from bucketsieve.detect.native.gaps import speaking_gaps

PIECES = [*",;|\t\n {}&\"':=_-.>a1é", "key", "key:", ", ", ", a", "\r\n", "a" * 40]


@settings(max_examples=2_000, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=8).map(lambda pieces: "".join(pieces).encode()))
def test_it_accepts_the_gaps_behind_which_a_word_still_speaks(gap: bytes) -> None:
    ends, _ = speaking_gaps().matches(gap, 0)
    assert (len(gap) in ends) == speaks_before(gap), gap
