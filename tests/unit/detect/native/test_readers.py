"""A reader tells where matches end, by the byte behind them, and what rulings apply to their values."""

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bucketsieve.detect.catalogue import load_catalogue
from bucketsieve.detect.catalogue.entry import Form
from bucketsieve.detect.native.automaton import DEAD, NO, START, UNDECIDED, Shape, shape
from bucketsieve.detect.native.panels import Panel, panels
from bucketsieve.detect.native.readers import DENIED, OPEN, Reader, behind, reader
from bucketsieve.detect.native.rulings import combined

FORMS = [
    form
    for each in load_catalogue().detectors
    if each.id in ("email", "phone", "us_ssn", "brazil_cpf", "credit_card", "iban", "jwt", "private_key")
    for form in each.forms
]


def first_panel(form: Form) -> Panel | None:
    return next(iter(panels(combined(form.validators))), None)


READERS = [(shape(form), first_panel(form), reader(shape(form), first_panel(form))) for form in FORMS]


def read(each: Reader, data: bytes) -> Iterator[tuple[int, int, int]]:
    """(end, how, applying) of what is told, and nothing behind a match that ends nobody knows where."""
    state = each.start
    for place in range(len(data) + 1):
        told = each.told[state]
        if told and told.how & 4:
            return
        state = each.rows[state][each.kinds[data[place] if place < len(data) else 256]]
        told = each.told[state]
        if told and not told.how & 4:
            yield place - (told.how >> 3), told.how & 1, told.applying
        if state == DEAD:
            return


def expected(parts: Shape, panel: Panel | None, rulings: int, data: bytes) -> Iterator[tuple[int, int, int]]:
    meanings = behind(parts)
    ends, _ = parts.body.matches(data, 0)
    state, body = START, parts.body
    for end in ends:
        after = data[end] if end < len(data) else None
        if after is not None and meanings[after] == DENIED:
            continue
        at = START
        for byte in data[: end + 1]:
            at = body.table[at * body.width + body.classes[byte]]
        if after is not None and body.accepting[at] == UNDECIDED:
            return
        awaited = after is not None and meanings[after] == OPEN and at != DEAD and body.accepting[at] == NO
        if awaited and not rulings and any(end + 2 in each.matches(data[: end + 2], end)[0] for each in parts.after):
            continue
        state = START
        if panel and rulings:
            for byte in data[:end]:
                state = panel.automaton.table[state * panel.automaton.width + panel.automaton.classes[byte]]
        applying = panel.masks[state] if panel and rulings else 0
        yield end, int(after is not None and meanings[after] == OPEN), applying


texts = st.lists(
    st.from_regex(r"(\+?1[ -]?)?\(?[2-9][0-9]{2}\)?[ .-]?[2-9][0-9]{2}[ .-]?[0-9]{4}", fullmatch=True)
    | st.from_regex(r"[0-9]{3}-[0-9]{2}-[0-9]{4}|[0-9]{4}( ?[0-9]{4}){3}|DE[0-9]{20}", fullmatch=True)
    | st.from_regex(r"[0-9]{3}\.[0-9]{3}\.[0-9]{3}-[0-9]{2}|eyJ[0-9a-zA-Z]{20}\.eyJ[0-9a-zA-Z]{9}", fullmatch=True)
    | st.from_regex(r"[a-z.]{1,9}@([a-z]{1,5}\.){1,2}(com|png|test|de)", fullmatch=True)
    | st.sampled_from(["-----BEGIN RSA PRIVATE KEY-----", ",", ".", "-", ".a", "-1", "x", "é", " ", "\n"]),
    max_size=4,
).map("".join)


@settings(max_examples=150, deadline=None)
@given(texts.map(str.encode))
def test_what_is_told_is_what_form_and_panel_say(data: bytes) -> None:
    for parts, panel, each in READERS:
        assert list(read(each, data)) == list(expected(parts, panel, each.rulings, data))


def test_what_stands_in_a_number_ends_none_in_front_of_it() -> None:
    number, told = b"+1 212-517-6290,", [(15, 0, 0)]
    [each] = [each for form, (_, _, each) in zip(FORMS, READERS, strict=True) if r"(?:\+[1-9](?:[ .\-]" in form.bounded]
    assert list(read(each, number)) == told
    assert list(read(each, number[:10] + b"-,")) == [(10, 1, 0)]
    assert list(read(each, number[:11])) == [(10, 1, 0)]


def test_some_read_their_panel_along_and_others_would_be_too_large() -> None:
    assert {each.rulings > 0 for _, panel, each in READERS if panel} == {True, False}


@pytest.mark.parametrize("number", range(len(READERS)))
def test_a_reader_is_dead_in_its_first_state_and_tells_nothing_there(number: int) -> None:
    _, _, each = READERS[number]
    assert set(each.rows[DEAD]) == {DEAD}
    assert each.told[DEAD] is None
