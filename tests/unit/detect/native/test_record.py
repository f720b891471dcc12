"""What C keeps of values is what the reference keeps of them: masks, lines, places, counts."""

from array import array
from struct import Struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bucketsieve.detect.catalogue import Catalogue
from bucketsieve.detect.catalogue.entry import MASKS
from bucketsieve.detect.custom import CustomIdentifier
from bucketsieve.detect.engine import Engine
from bucketsieve.detect.evaluate import Block
from bucketsieve.detect.model import MAX_LOCATIONS

from ..conftest import KEY, scan
from .tiny import compiled, lane_of

pytest.importorskip("bucketsieve.detect.native._core", reason="the C extension is not built")

from bucketsieve.detect.native._core import Sieve
from bucketsieve.detect.native.lane import NativeLane
from bucketsieve.detect.native.record import NativeRecorder

#: A value of each of them stands between two signs of its own, and may be anything; marks of several may overlap.
MARKED = dict(zip(MASKS, ("<>", "{}", "[]", "()", "##"), strict=True))
CUSTOM = tuple(
    CustomIdentifier(
        id=f"masked_{mask}", name=mask, pattern=rf"\{low}(?P<value>[^\{low}\{high}]{{1,900}})\{high}", mask=mask
    )
    for mask, low, high in ((mask, signs[0], signs[1]) for mask, signs in MARKED.items())
)
PIECES = st.one_of(
    st.sampled_from(
        (
            b"ana@initech.com",
            b"Ana@Initech.COM",
            b"a@b",
            b"@",
            b"a.b@",
            b"536-22-8726",
            b"536 22 8726",
            b"4111 1111 1111 1111",
            b"x" * 70,
            b"5*6*7*8*9*a",
            b"**",
        )
    ),
    st.sampled_from((b"\n", b"\r\n", b" ", b"\t", b"\x00\x1c\x7f", b"key: ", b"x" * 79 + b" ", b"\n" * 3, b"." * 200)),
    st.sampled_from(
        (
            b"\xc3\xa9",
            "\u3000Größe\u2028".encode(),
            "𝔘𐍈".encode(),
            b"\xff\xfe",
            b"\xe2\x82",
            b"\xe2\x84",
            "№".encode(),
            b"\xf0\x9f\x98\x80",
        )
    ),
    st.sampled_from(
        ("Größe", "GRÖSSE", "Žižkov", "é@ü.ö", "a.ä@ö", "Ж" * 70, "長い住所" * 20, "x\x7fü*ß*", "İı", "e\u0301")
    ).map(str.encode),
    st.binary(max_size=12),
)
VALUES = st.tuples(st.sampled_from(list(MARKED.values())), PIECES).map(
    lambda drawn: drawn[0][:1].encode() + drawn[1] + drawn[0][1:].encode()
)
TEXTS = st.lists(st.one_of(PIECES, VALUES), max_size=40).map(b"".join)


@pytest.fixture(scope="module")
def pair(catalogue: Catalogue) -> tuple[Engine, Engine]:
    """With the native lane, and without."""
    few = catalogue.only(("email", "us_ssn", "credit_card"))
    native = Engine(few, fingerprint_key=KEY, custom=CUSTOM)
    return native, Engine(few, fingerprint_key=KEY, custom=CUSTOM, native=None)


@settings(max_examples=400, deadline=None)
@given(
    text=TEXTS,
    encoding=st.sampled_from((None, "utf-8", "latin-1", "utf-16-le", "utf-16-be", "utf-32-le", "utf-16")),
    cap=st.sampled_from((1, 3, 1000)),
)
def test_any_text_is_reported_alike(pair: tuple[Engine, Engine], text: bytes, encoding: str | None, cap: int) -> None:
    if encoding is not None and encoding.startswith("utf-"):
        text = text.decode("utf-8", "replace").encode(encoding)
    for engine in pair:
        engine.max_values = cap
    native, reference = (scan(engine, text, encoding=encoding) for engine in pair)
    assert native == reference


@settings(max_examples=200, deadline=None)
@given(text=TEXTS, block=st.integers(40, 400), piece=st.integers(1, 500))
def test_any_cut_is_reported_alike(pair: tuple[Engine, Engine], text: bytes, block: int, piece: int) -> None:
    """A line that goes on behind its block is shown as far as it has been examined."""
    text *= 4
    for engine in pair:
        engine.max_values, engine.block = 1000, block
    cut = [text[place : place + piece] for place in range(0, len(text), piece)]
    native, reference = (scan(engine, *cut) for engine in pair)
    assert native == reference


def test_places_of_values_are_kept_up_to_a_number(pair: tuple[Engine, Engine]) -> None:
    """Those of one value come together, though others stand between them."""
    text = b"".join(b"%d <ana>\n{%d} <eve>\n" % (number, number) for number in range(2 * MAX_LOCATIONS))
    for engine in pair:
        engine.max_values, engine.block = 1000, 300
    report = scan(pair[0], text)
    assert report == scan(pair[1], text)
    ana = report.findings[0]
    assert (ana.detector, ana.count, len(ana.locations)) == ("masked_all", 2 * MAX_LOCATIONS, MAX_LOCATIONS)
    assert [place.line for place in ana.locations] == list(range(1, 2 * MAX_LOCATIONS, 2))


def test_a_value_that_repeats_is_counted_each_time(pair: tuple[Engine, Engine]) -> None:
    """In one spelling or in several, and with others of its detector in between."""
    for engine in pair:
        engine.max_values, engine.block = 2, 300
    lines = (b"536-22-8726\n", b"SSN: 536 22 8726\n", b"536-22-8726\n", b"536-22-8727\n", b"536-22-8728\n")
    text = b"".join(line * (1 + number) for number, line in enumerate(lines * 4))
    report = scan(pair[0], text)
    assert report == scan(pair[1], text)
    assert [found.count for found in report.findings] == [
        (1 + 2 + 3) + (6 + 7 + 8) + (11 + 12 + 13) + (16 + 17 + 18),
        46,
    ]


ADDRESSES = [
    f"Müsterstraße {number % 7}, 10115 B{town}\n"
    for number, town in enumerate(
        ("Düsseldorf", "DÜSSELDORF", "Łódź", "Łeba ŁĘG", "Ж\u0416", "大阪", "B😀", "Şile") * 9
    )
]


@pytest.fixture(scope="module")
def addresses(catalogue: Catalogue) -> tuple[Engine, Engine]:
    """With the native lane, and without."""
    few = catalogue.only(("germany_mailing_address", "france_mailing_address", "latitude_longitude_dms"))
    return Engine(few, fingerprint_key=KEY), Engine(few, fingerprint_key=KEY, native=None)


@pytest.mark.parametrize("cap", [5, 1000])
def test_python_is_not_asked_about_letters_of_other_languages(
    addresses: tuple[Engine, Engine], monkeypatch: pytest.MonkeyPatch, cap: int
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("Python was asked")

    text = "".join(ADDRESSES).encode() + "40°42' N, 74°0' W\n".encode()
    for engine in addresses:
        engine.max_values = cap
    reference = scan(addresses[1], text)
    monkeypatch.setattr(NativeRecorder, "_spell", refuse)
    monkeypatch.setattr(NativeRecorder, "_line", lambda *_: "a line")
    monkeypatch.setattr(Block, "candidates", refuse)
    native = scan(addresses[0], text)
    assert native.counts == reference.counts == {"germany_mailing_address": 72, "latitude_longitude_dms": 1}
    assert native.over_limit == reference.over_limit
    assert [(each.fingerprint, each.masked, each.count) for each in native.findings] == [
        (each.fingerprint, each.masked, each.count) for each in reference.findings
    ]


def test_small_letters_are_those_of_python(addresses: tuple[Engine, Engine]) -> None:
    """Of every character, in its own case and in small letters, which are the same value."""
    parts = [
        "".join(map(chr, range(first, first + 4))) for first in range(0x80, 0x20000, 4) if not 0xD800 <= first < 0xE000
    ]
    text = "".join(f"Weiherweg 1, 10115 B{part}\nWeiherweg 1, 10115 B{part.lower()}\n" for part in parts).encode()
    for engine in addresses:
        engine.max_values = 10**6
    native, reference = (scan(engine, text) for engine in addresses)
    assert native == reference
    assert len(native.findings) > len(parts) / 2


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.lists(st.sampled_from((*range(0x7F, 0xC8, 9), *range(0xC0, 0x100), 0x80, 0x9F, 0xA0, 0xBF)), max_size=7),
        max_size=9,
    )
)
def test_what_is_no_utf_8_is_reported_alike(addresses: tuple[Engine, Engine], towns: list[list[int]]) -> None:
    for engine in addresses:
        engine.max_values = 1000
    text = b"".join(b"Weiherweg 1, 10115 Bonn%b\n" % bytes(town) for town in towns)
    native, reference = (scan(engine, text, encoding="utf-8") for engine in addresses)
    assert native == reference


def test_no_repr_shows_a_value(pair: tuple[Engine, Engine]) -> None:
    session = pair[0].session()
    session.feed(b"<secret>\n")
    recorder = session._recorder
    assert isinstance(recorder, NativeRecorder)
    session.finish()
    assert "secret" not in repr(recorder) + repr(session)


@pytest.mark.parametrize(("start", "end"), [(10**9, 10**9 + 5), (2, 10**9), (-9, -4), (-9, 2)])
def test_a_candidate_that_is_not_in_the_text_reads_nothing_else(
    pair: tuple[Engine, Engine], start: int, end: int
) -> None:
    assert isinstance(pair[0].compiled.native, NativeLane)
    sieve = Sieve(pair[0].compiled.native.plan, True, 2, 3, 1)
    sieve.add(start, end, 0, 0, 0, 0, 0, 0, 0)
    sieve.settle(2 * 10**9, 0, True)

    sieve.record(b"\nabc", -1, 4, 20, lambda *_: ("value", "mask"), lambda *_: "line")

    counted, over_limit = sieve.counts()
    assert (counted, over_limit) == ({0: 1}, False)


@pytest.mark.parametrize(("place", "left"), [(0, [0, 12]), (1, [12]), (12, [12]), (13, [])])
def test_what_starts_in_front_of_where_python_came_to_is_decided_on(place: int, left: list[int]) -> None:
    catalogue = compiled({"pattern": "[0-9]{3}-[0-9]{2}-[0-9]{4}"})
    sieve, data = Sieve(lane_of(catalogue).plan, False, 9, 9, 1), b"\n536-22-8726 536-22-8726\n"
    sieve.resume(0, place)
    sieve.search(data, -1, 1, len(data) - 1, 0, len(data), 0, 0, len(data), array("I"))
    sieve.settle(len(data), 0, True)
    assert [start for start, *_ in Struct("5q").iter_unpack(sieve.winners())] == left


def test_a_form_that_is_none_cannot_be_resumed(pair: tuple[Engine, Engine]) -> None:
    assert isinstance(pair[0].compiled.native, NativeLane)
    sieve = Sieve(pair[0].compiled.native.plan, True, 2, 3, 1)
    with pytest.raises(ValueError, match="no such form"):
        sieve.resume(10_000, 1)
