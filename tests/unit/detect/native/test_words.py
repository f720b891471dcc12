"""The context words found in C are those of the regular expressions that stand alone."""

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bucketsieve.detect.compiled import CompiledCatalogue
from bucketsieve.detect.keywords import stands_alone, word_regex

from ..strategies import KEYWORDS
from .tiny import STRETCH, TILE, compiled, words

#: Words of two to five letters, joined ones, some that begin or end others, and letters beyond ASCII.
AWKWARD = [
    "id", "no", "dl no", "d.n.i", "dni", "sa id", "abc", "abcd", "abcd efgh", "abcdefgh", "e-mail", "email", "mail",
    "números", "né", "é é", "über", "паспорт", "ид", "straße", "身份证", "a b c d", "ss", "ssn", "ssns",
]  # fmt: skip

#: Words of seven to nine letters and longer ones that begin with the same letters: eight bytes are remembered.
ALIKE = ["abcdefg", "abcdefgh", "abcdefghi", "abcd efgh", "abcd efgi", "abcd efghi", "abcdefg hi"]
#: Bytes behind which what came to nothing is remembered.
FAR = b" " * (STRETCH + 1)


@cache
def waiting_for(waited: tuple[str, ...]) -> CompiledCatalogue:
    return compiled({"pattern": r"\x01", "boundary": "none", "context": "required", "keywords": list(waited)})


def found(catalogue: CompiledCatalogue, data: bytes) -> set[tuple[str, int, int]]:
    """(word, its start, its end) as C finds them in ``data``."""
    return {(catalogue.words[word].keyword, start, end) for start, end, word in words(catalogue, data)}


def expected(waited: list[str], data: bytes) -> set[tuple[str, int, int]]:
    matches = (
        (word, *match.span())
        for word in waited
        for start in range(len(data))
        if (match := word_regex(word).match(data, start)) and stands_alone(data, *match.span())
    )
    return set(matches)


def written(word: str) -> st.SearchStrategy[str]:
    """The word in many spellings, of which some are none of it."""
    spelled = st.sampled_from([word, word.upper(), word.title(), word.swapcase(), word.title().swapcase()])
    joints = st.sampled_from([" ", "_", "-", ".", "", "  ", "/"])
    return st.builds(lambda text, joint: text.replace(" ", joint).replace(".", joint), spelled, joints)


def texts(waited: list[str]) -> st.SearchStrategy[bytes]:
    pieces = st.sampled_from(waited).flatmap(written) | st.sampled_from(
        ["", " ", "s", "S", "a", "Z", "é", "É", "\n", "1", ".", "_", "\x00", "sX", "ss", "A", "ß"]
    )
    return st.builds(
        lambda parts, codec: "".join(parts).encode(codec, "replace"),
        st.lists(pieces, max_size=12),
        st.sampled_from(["utf-8", "latin-1"]),
    )


@settings(max_examples=200, deadline=None)
@given(texts(AWKWARD), st.integers(min_value=0, max_value=70))
def test_awkward_words_are_found_in_all_spellings(data: bytes, shift: int) -> None:
    data = bytes(shift) + data
    assert found(waiting_for(tuple(AWKWARD)), data) == expected(AWKWARD, data)


begun_alike = st.lists(
    st.text("abcdefghi -", min_size=1, max_size=3) | st.sampled_from([*ALIKE, *(word[:-1] + "x" for word in ALIKE)]),
    min_size=4,
    max_size=30,
).map(lambda parts: " ".join(parts).encode())


@settings(max_examples=200, deadline=None)
@given(begun_alike, begun_alike)
def test_a_word_is_found_far_behind_much_that_begins_alike(before: bytes, behind: bytes) -> None:
    start = len(before + FAR)
    later = {(word, start + first, start + last) for word, first, last in expected(ALIKE, behind)}
    assert found(waiting_for(tuple(ALIKE)), before + FAR + behind) == expected(ALIKE, before) | later


@pytest.mark.parametrize(
    ("waited", "nothing", "word"),
    [(["abcdefghij"], b"abcdefghix ", "abcdefghij"), (ALIKE, b"abcd efgx ", "abcd efgh")],
)
def test_a_word_is_found_though_eight_bytes_like_its_own_came_to_nothing(
    waited: list[str], nothing: bytes, word: str
) -> None:
    data = nothing + FAR + f"{word} ".encode() * 4
    every = found(waiting_for(tuple(waited)), data)
    assert {each for each, *_ in every} == {word}
    assert len(every) == 4


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.sampled_from(KEYWORDS), min_size=1, max_size=4).flatmap(lambda few: st.tuples(st.just(few), texts(few)))
)
def test_the_words_of_the_catalogue_are_found_in_all_spellings(drawn: tuple[list[str], bytes]) -> None:
    near, data = drawn
    every = found(waiting_for(tuple(KEYWORDS)), data)
    assert {each for each in every if each[0] in near} == expected(sorted(set(near)), data)


def test_a_word_at_the_first_and_the_last_byte_is_found() -> None:
    for word in AWKWARD:
        assert (word, 0, len(word.encode())) in found(waiting_for(tuple(AWKWARD)), word.encode())


def test_a_word_is_found_across_the_tiles_of_a_long_text() -> None:
    catalogue = waiting_for(tuple(AWKWARD))
    for word in AWKWARD:
        size = len(word.encode())
        for start in range(TILE - size, TILE + 1):
            text = b"\n" * start + word.encode() + b"\n"
            assert (word, start, start + size) in found(catalogue, text), (word, start)


def test_no_word_is_found_inside_of_another() -> None:
    for text in (b"idx", b"xid", b"Idea", b"IDX", b"xssn", b"emailer"):
        assert found(waiting_for(tuple(AWKWARD)), text) == set(), text


def test_plurals_and_changes_of_case_end_a_word() -> None:
    for text in (b"ids", b"IDS", b"idNumber", b"userId", b"userID", b"user_id", b"theIds"):
        assert "id" in {word for word, *_ in found(waiting_for(tuple(AWKWARD)), text)}, text


def test_a_word_that_speaks_of_numbers_is_found_as_far_from_one_as_it_may_stand() -> None:
    catalogue = compiled(
        {"pattern": r"\d{30}", "context": "required", "keywords": ["abc", "abcd efgh"], "distance": 40}
    )
    digits = b"1" * 30
    for shift in range(130):
        for word in (b"abc", b"abcd efgh"):
            for text in (word + b" " * 40 + digits, digits + b" (-" + word):
                assert word.decode() in {each for each, *_ in found(catalogue, b"\n" * shift + text)}, (shift, text)


def test_a_word_is_found_behind_many_that_may_begin() -> None:
    # Each of these bytes may begin a letter: up to 64 places in 64 bytes, of which a vector holds half.
    for before in range(130):
        text = b"\xe9" * before + b"ssn" + b"\n" * 20
        assert ("ssn", before, before + 3) in found(waiting_for(tuple(AWKWARD)), text), before
