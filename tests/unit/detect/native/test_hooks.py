"""No match is missed where the native lane looks at the beginnings and ends of words alone."""

import re
from itertools import batched

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bucketsieve.detect.catalogue.entry import marked_value
from bucketsieve.detect.compiled import CompiledCatalogue, CompiledForm
from bucketsieve.detect.engine import Engine
from bucketsieve.detect.native.automaton import byte_classes
from bucketsieve.detect.native.hooks import Behind, hook, hooks
from bucketsieve.detect.native.names import name, names
from bucketsieve.detect.native.positions import Positions, bits
from bucketsieve.detect.native.programs import searches

from .tiny import compiled, lane_of, matches

LETTERS = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
#: What stands in front of a match, as far as it may.
FRONTS = [
    b"",
    b"a",
    b"Z",
    b"9",
    b"_",
    b"-",
    b" ",
    b"/",
    b"\n",
    b"=",
    "é".encode(),
    "漢".encode(),
    b"\xe9",
    b"\x80",
    b"\x00",
]


@pytest.fixture(scope="module")
def whole(engine: Engine) -> CompiledCatalogue:
    return engine.compiled


def word_begins(data: bytes, place: int) -> bool:
    """MAP_WORD of `src/native/classify.h`."""
    before, byte = data[place - 1 : place], data[place]
    if byte not in LETTERS and byte < 0xC0:
        return False
    return not before or before[0] not in LETTERS or (before.islower() and 65 <= byte <= 90)


def folded(data: bytes) -> bytes:
    return bytes(byte | 0x20 for byte in data)


def starts(each: CompiledForm, data: bytes) -> list[int]:
    return [place for place in range(len(data)) if each.pattern.match(data, place)]


def test_nothing_is_left_to_other_lanes(whole: CompiledCatalogue) -> None:
    assert whole.lanes == ()


def text_without_anchor(source: str, anchor: str) -> bytes | None:
    """Something that ``source`` matches, with no ``anchor`` in it or one character before; None if there is nothing."""
    body, inner = Positions.of(source), Positions.of(anchor)
    first = body.start, inner.start | inner.after(inner.start)
    texts = {first: b""}
    states = [first]
    for state in states:
        matching, opened = state
        assert not matching & Positions.OPEN
        if matching & Positions.END:
            return texts[state]
        sets = [body.members[each] for each in bits(matching)] + [inner.members[each] for each in bits(opened)]
        for part in byte_classes(sets):
            after = body.after(sum(1 << each for each in bits(matching) if body.members[each] & part))
            inside = inner.start | inner.after(sum(1 << each for each in bits(opened) if inner.members[each] & part))
            if after and not inside & (Positions.END | Positions.OPEN) and (after, inside) not in texts:
                texts[after, inside] = texts[state] + bytes([next(bits(part))])
                states.append((after, inside))
    return None


def test_what_the_reference_looks_for_stands_in_every_match(whole: CompiledCatalogue) -> None:
    """Else the reference would not find what hooks and names lead to."""
    compared = 0
    for number, each in enumerate(whole.forms):
        if number in lane_of(whole).forms and (hook(each) or name(each)):
            assert text_without_anchor(each.form.source, each.form.anchor) is None, each.form.source
            compared += 1
    assert compared > 200
    assert text_without_anchor("ab?c", "abc") == b"ac"


def test_every_example_behind_and_in_front_of_everything(whole: CompiledCatalogue) -> None:
    """Also where the text begins or ends with it, and what is searched."""
    found = 0
    for number, each in enumerate(whole.forms):
        if number not in lane_of(whole).forms or (searches(each) and hook(each) is None):
            continue
        for example in whole.detectors[each.detector].examples:
            text = marked_value(example)[0].encode()
            for match in each.pattern.finditer(text):
                value = match.group()
                for front in FRONTS:
                    for back in (b"", b"\n", b" and more", "é".encode()):
                        data = front + value + back
                        expected = starts(each, data)
                        mine = {place for form, place in matches(whole, data) if form == number}
                        assert mine.issuperset(expected), (each.form.source, data)
                        found += len(expected)
    assert found > 10_000


@pytest.mark.parametrize("shift", [*range(0, 8), *range(56, 66), 120, 4090, 4095])
def test_every_example_at_the_edges_of_words_and_stretches(whole: CompiledCatalogue, shift: int) -> None:
    for number, each in enumerate(whole.forms):
        if number not in lane_of(whole).forms or (searches(each) and hook(each) is None):
            continue
        text = marked_value(whole.detectors[each.detector].examples[0])[0].encode()
        match = each.pattern.search(text)
        if match is None:
            continue
        value = match.group()
        for filler in (b".", b"7 "):
            data = (filler * (shift + 1))[:shift] + b"\n" + value
            begin, end = shift + 1, len(data)
            found, _ = lane_of(whole).plan.search(data + b"\n" + filler * 300, begin, begin + 1, begin, end)
            rows = batched(memoryview(found).cast("I"), 4, strict=True)
            if starts(each, data)[-1:] == [begin]:
                assert (number, begin) in {row[:2] for row in rows}, (each.form.source, data)


def literals() -> st.SearchStrategy[str]:
    return st.text(st.sampled_from("abkeyABKEY_-.19"), min_size=1, max_size=5).map(re.escape) | st.sampled_from(
        [
            "é",
            r"\xc3",
            "[a-c]",
            "[A-Zx]",
            r"\d",
            r"\d{0,2}",
            "_?",
            "(?:ab|KEY|_k)",
            "(?i:key)",
            r"\s{0,2}",
            "[:=]",
            "=>",
            '"?',
            "a|b",
        ]
    )


SOURCES = st.lists(literals(), min_size=1, max_size=6).map(lambda parts: "k" + "".join(f"(?:{part})" for part in parts))
NAMED = st.builds(
    "{}{}{}{}".format,
    SOURCES,
    st.sampled_from(["(?i:key)", "(?:key|_?a)", "ab?", "k", "[a-c]"]),
    st.sampled_from(["=", "[:=]", r"[_\-]?\d{0,2}:", '"? {0,2}(?:=>?|:)', "_? ?>", "(?:_?k)?="]),
    SOURCES,
)
BOUNDARIES = st.sampled_from(["alnum", "none", "token", "left"])
TEXTS = st.lists(
    st.sampled_from(
        ["a", "b", "k", "key", "KEY", "ab", "_", "-", ".", "1", "9", " ", "=", ":", ">", '"', "é", "É", "c", "B", "\n"]
    ),
    max_size=40,
).flatmap(lambda parts: st.sampled_from(["utf-8", "latin-1"]).map(lambda codec: "".join(parts).encode(codec)))


def one(source: str, boundary: str) -> CompiledForm:
    return compiled({"pattern": source, "boundary": boundary}).forms[0]


def may_stand_behind(behind: Behind, text: bytes) -> bool:
    if text and not behind.next >> text[0] % 32 & 1:
        return False
    return len(text) < 4 or int.from_bytes(text, "little") & behind.known == behind.wanted


@settings(max_examples=300, deadline=None)
@given(SOURCES, BOUNDARIES, st.data())
def test_a_hook_stands_in_every_match(source: str, boundary: str, data: st.DataObject) -> None:
    each = one(source, boundary)
    found = hook(each)
    if found is None:
        return
    text = data.draw(TEXTS | st.from_regex(re.compile(source.encode())))
    for start in starts(each, text):
        at_hook = [
            place
            for place in range(start, min(start + found.lead + 1, len(text)))
            if word_begins(text, place)
            and folded(text[place : place + 4]) in found.heads
            and may_stand_behind(found.heads[folded(text[place : place + 4])], text[place + 4 : place + 8])
            and (found.tail is None or found.tail.matches(text, place) != ([], False))
        ]
        assert at_hook, (source, text, start)
        assert found.lead or at_hook == [start]


@settings(max_examples=300, deadline=None)
@given(NAMED, BOUNDARIES, st.data())
def test_a_name_stands_in_every_match(source: str, boundary: str, data: st.DataObject) -> None:
    each = one(source, boundary)
    found = name(each)
    if found is None:
        return
    text = data.draw(TEXTS | st.from_regex(re.compile(source.encode())))
    for start in starts(each, text):
        assert any(
            text[last] in LETTERS
            and text[last + 1] not in LETTERS
            and re.search(b"[:=>]", text[last + 1 : last + 10])
            and (last < 3 or folded(text[last - 3 : last + 1]) in found.endings)
            and found.back.matches(text[last::-1], 0) != ([], False)
            and found.tail.matches(text, last + 1) != ([], False)
            for last in range(start, min(start + found.lead + 1, len(text) - 1))
        ), (source, text, start)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.tuples(SOURCES | NAMED, BOUNDARIES), min_size=1, max_size=4), st.lists(TEXTS, min_size=1, max_size=5)
)
def test_what_is_found_by_hooks_and_names_is_what_matches(sources: list[tuple[str, str]], texts: list[bytes]) -> None:
    catalogue = compiled(*({"pattern": source, "boundary": boundary} for source, boundary in sources))
    for text in texts:
        found = matches(catalogue, text)
        for number in lane_of(catalogue).forms:
            expected = {(number, start) for start in starts(catalogue.forms[number], text)}
            assert expected <= found, (catalogue.forms[number].form.source, text)


@pytest.mark.parametrize(
    ("source", "boundary", "heads", "lead"),
    [
        ("ghp_[0-9a-z]{8}", "alnum", [b"ghp\x7f"], 0),
        ("AKIA[0-9]{8}", "token", [b"akia"], 0),
        ("--BEGIN KEY", "none", [b"begi"], 2),
        ("[0-9]{3}[.]atlas", "alnum", [b"atla"], 4),
        ("xKey=[0-9]", "none", [b"key="], 1),
        ("é[0-9]{3}", "none", None, 0),  # any letter may stand before it
        ("é[0-9A-F]{4}", "alnum", None, 0),  # and too many heads
        ("éabc", "alnum", [b"\xe3\xa9ab"], 0),
        ("ghp_[0-9a-z]{8}", "none", None, 0),
        ("XKEY=", "none", None, 0),
        ("abc", "alnum", None, 0),  # shorter than a head
        ("(?:abcd|12)[0-9]", "alnum", None, 0),
        ("[a-z]{4}", "alnum", None, 0),
    ],
)
def test_hooks_of_some_expressions(source: str, boundary: str, heads: list[bytes] | None, lead: int) -> None:
    found = hook(one(source, boundary))
    if heads is None:
        assert found is None
    else:
        assert found is not None
        assert (sorted(found.heads), found.lead, found.tail is None) == (heads, lead, lead == 0)


@pytest.mark.parametrize(
    ("source", "endings", "lead"),
    [
        ("password=x", [b"word"], 7),
        (r"(?:word|_key)[\"']? ?[:=]", [b"word", b"\x7fkey"], 3),
        ("pwd *=", None, 0),  # the sign may be far away
        ("pass_?word=", [b"word"], 8),  # behind a name stands no letter but behind the sign
        ("key[0-9]", None, 0),
        ("key=?[0-9]", None, 0),
    ],
)
def test_names_of_some_expressions(source: str, endings: list[bytes] | None, lead: int) -> None:
    found = name(one(source.replace(" *", " {0,20}"), "none"))
    if endings is None:
        assert found is None
    else:
        assert found is not None
        assert (sorted(found.endings), found.lead) == (endings, lead)


def test_a_name_in_many_spellings_is_found() -> None:
    catalogue = compiled(
        {"pattern": "key(?:_?k)?[0-9]{0,2}[\"')]{0,2} {0,3}=[0-9]", "boundary": "none"},
        {"pattern": "(?i:pwd)[0-9]?>[0-9]", "boundary": "none"},
    )
    assert {name(each) is not None for each in catalogue.forms} == {True}
    for front in ("", "x", "my", "_", "9", "é", " " * 61, " " * 63, " " * 4093):
        for number, value in (
            (0, "key=1"), (0, "key_k=1"), (0, "keyk = 1"), (0, "key12'\"   =1"), (0, "keyk\")   =1"), (1, "pwd>1"),
            (1, "PWD9>1"),
        ):  # fmt: skip
            text = (front + value).encode()
            assert ((number, len(front.encode())) in matches(catalogue, text)) == (
                catalogue.forms[number].pattern.search(text) is not None
            ), text


def test_only_forms_without_required_words_and_of_the_catalogue_have_some() -> None:
    waiting = compiled({"pattern": "ghp_key=[0-9]", "context": "required", "keywords": ["token"]})
    assert not hooks(enumerate(waiting.forms))
    assert not names(enumerate(waiting.forms))
