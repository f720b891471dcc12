"""The engine reports the same with the native lane and without it."""

from array import array
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import batched, zip_longest

import pytest

from bucketsieve.detect.allow import AllowList
from bucketsieve.detect.catalogue import Catalogue, Detector
from bucketsieve.detect.catalogue.entry import marked_value
from bucketsieve.detect.custom import CustomIdentifier
from bucketsieve.detect.engine import Engine
from bucketsieve.detect.native import native_lane

from ..conftest import KEY, kept_lane, scan

pytest.importorskip("bucketsieve.detect.native._core", reason="the C extension is not built")

from bucketsieve.detect.native.lane import NativeLane


@pytest.fixture(scope="module")
def reference(catalogue: Catalogue) -> Engine:
    return Engine(catalogue, fingerprint_key=KEY, native=None)


def examples(catalogue: Catalogue) -> Iterator[tuple[Detector, bytes, bytes]]:
    for detector in catalogue.detectors:
        for example in detector.examples:
            text, value = marked_value(example)
            yield detector, text.encode(), value.encode()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"", b""),
        (b"\n" * 63, b" and so on\n"),
        (b"x" * 61 + b" ", b","),
        (b"1,", b",2\n"),
        (b'17,"', b'",,\n'),
        (b'{"key": "', b'", "other": 1}'),
        (b"Name: ", b"\r\n"),
        (b"a=", b"&b=1"),
        (b"\xc3\xa9", b"\xc3\xa9"),
        (b"9", b"9"),
    ],
)
def test_every_example_in_these_surroundings(
    engine: Engine, reference: Engine, catalogue: Catalogue, before: bytes, after: bytes
) -> None:
    for detector, text, _ in examples(catalogue):
        data = before + text + after
        assert scan(engine, data) == scan(reference, data), f"{detector.id}: {data!r}"


def test_every_example_in_a_table(engine: Engine, reference: Engine, catalogue: Catalogue) -> None:
    """The columns' names speak of the values in them."""
    waiting = [detector for detector in catalogue.detectors if detector.forms[0].keywords]
    found = 0
    for some in batched(waiting, 12, strict=False):
        names = ",".join(detector.forms[0].keywords[-1].title() for detector in some)
        values = [[marked_value(example)[1] for example in detector.examples] for detector in some]
        rows = "\n".join(",".join(f'"{cell}"' for cell in row) for row in zip_longest(*values, fillvalue=""))
        data = f"{names}\n{rows}\n".encode()
        report = scan(engine, data)
        assert report == scan(reference, data), data
        found += sum(each.confidence_reason.count("beside the word") for each in report.findings)
    assert found > len(waiting) / 2


def test_a_value_that_is_the_whole_text_is_found(engine: Engine, catalogue: Catalogue) -> None:
    whole = [(detector, text) for detector, text, value in examples(catalogue) if text == value]
    assert len(whole) > len(catalogue.detectors) / 3
    for detector, text in whole:
        assert detector.id in scan(engine, text, encoding="utf-8").counts, text


def test_every_example_across_the_border_of_a_block(
    engine: Engine, reference: Engine, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number, (detector, text, _) in enumerate(examples(catalogue)):
        data = b"x\n" * (number % 40) + text + b"\n"
        expected = scan(reference, data)
        for inside in {1, len(text) // 2, len(text) - 1, len(text)}:
            monkeypatch.setattr(engine, "block", 2 * (number % 40) + max(1, inside))
            assert scan(engine, data) == expected, f"{detector.id}: {data!r}, block {engine.block}"


def test_all_examples_in_one_text(
    engine: Engine, reference: Engine, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = b"\n".join(text for _, text, _ in examples(catalogue))
    expected = scan(reference, data)
    for block in (100, 5000, 1 << 20):
        monkeypatch.setattr(engine, "block", block)
        assert scan(engine, data) == expected, block
        assert scan(engine, *(data[place : place + 777] for place in range(0, len(data), 777))) == expected, block


@pytest.mark.parametrize(
    "text",
    [
        # Short words in the plural, and in mixed case behind a small letter.
        b"TELs: 01648 / SSNs 536228726",
        b"myTel=01648 userDni 12345678Z xDl-No F482-937-51-046-0 sCPf 978137690824",
        # Searches that are made one after the other find the anchors of one detector, in any order.
        b'9 Acacia Road, Leeds, LS1 4AP\t2330 "siheme=dark"\t"039-16-9544"\t048 293 750\t'
        b"pk_856854_0BCMFPGP4D4W1ZKYXQDNI134IU7BNUXB\r\n29104232110275\t"
        b'"ghu_MpTHDfQTDJmzHyeHmMuKzG9q0HBs1h3uWQCZ"\t1.032.487.915\t"110105198507144820"\r\n"ojgrcn.210@hooli.com9"\t'
        b'1985-07-14\t1-850714-4825\t"F5CA38F748A1D6EAF726B8A42FB575C3C71F1864A8143301782DE13DA2D9202B"\r\n'
        b'"28507140104829"\t"7B Rose Lane, Stratford, London E5 2GW',
        # A full stop or a hyphen before a number is no part of it.
        b"card no.5425433230109903, call -912-993-4637",
    ],
)
def test_what_the_lanes_have_disagreed_on(engine: Engine, reference: Engine, text: bytes) -> None:
    report = scan(engine, text)
    assert report.findings
    assert scan(reference, text) == report


@pytest.mark.parametrize(
    "value", [b"HvPZnOhvA96OFw", b"hunter2hunter2", b"changeme", b"${SECRET_OF_OURS}", b"aaaaaaaaaaaa"]
)
@pytest.mark.parametrize(
    "text", [b"SNOWFLAKE_PASSWORD=%s\n", b"snowflake_password = '%s'\n", b"snowflake: '%s', password: '%s'"]
)
def test_a_value_that_two_detectors_find_is_judged_as_each_of_them_has_it(
    engine: Engine, reference: Engine, text: bytes, value: bytes
) -> None:
    data = b"".join(text.replace(b"%s", each) for each in (value, b"AZoOl2FSjf06sl", value))
    assert scan(engine, data) == scan(reference, data)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (b"sin 111 130 692 544 130\n", b"130 692 544"),
        (b"name,sin\na,111 130 692 544 130\nb,111 130 111 130 692 544\n", b"130 692 544"),
        (b"sin 111 130 692 544 130 692 544 111 130 692 544\n", b"130 692 544"),
        (b"cards 4111 1111 4111 1111 1111 1111\n", b"4111 1111 1111 1111"),
    ],
)
@pytest.mark.parametrize("block", [64, 1 << 18])
def test_values_inside_of_refused_matches_are_found(
    catalogue: Catalogue, text: bytes, value: bytes, block: int
) -> None:
    """What begins inside of a match is not looked at before that one is refused."""
    native = Engine(catalogue, fingerprint_key=KEY, block=block, native=kept_lane)
    report = scan(native, text)
    assert report == scan(Engine(catalogue, fingerprint_key=KEY, block=block, native=None), text)
    places = {text[place.start : place.end] for each in report.findings for place in each.locations}
    assert value in places, report


@pytest.mark.parametrize("header", [b"name,ssn", b"ssn,name", b"name,dob\r", b"dob;name"])
def test_a_short_word_at_the_end_of_a_header_names_its_own_column(
    engine: Engine, reference: Engine, header: bytes
) -> None:
    delimiter = b";" if b";" in header else b","
    rows = [b"219099998", b"abc"], [b"abc", b"219099998"], [b"1980-03-04", b"abc"], [b"abc", b"1980-03-04"]
    for row in rows:
        data = header + b"\n" + delimiter.join(row) + b"\n"
        assert scan(engine, data) == scan(reference, data), data
    named = scan(engine, b"name,ssn\nabc,219099998\n").counts
    assert named == {"us_ssn": 1}
    assert not scan(engine, b"name,ssn\n219099998,abc\n").counts


CUSTOM = (
    CustomIdentifier(id="wide", name="Wide", pattern="[0-9a-z]{4,10}", keywords=("zmember no",)),
    CustomIdentifier(id="dense", name="Dense", pattern="[a-z0-9]{7}", keywords=("qq",)),
    CustomIdentifier(id="part", name="Part", pattern=r"zident (?P<value>\d+)", keywords=("zident",)),
)


@pytest.mark.parametrize(
    "text",
    [
        b"helloqqzzmember noxab cd efaqqzmembernozmember noxzz9ab cd efzz91234567hellohelloabc123zMemberNo1234567zz9aqq"
        b"aaaaaaaaaaaaaaaaaaaaaaqqzz9helloab cd ef",
        b"zident 12345 foo, zident: zident 6",
        b"qq abcdefg " * 4000,
        b"qq " * 9000,
    ],
)
@pytest.mark.parametrize("block", [64, 1 << 18])
def test_custom_identifiers_with_words_are_found_alike(catalogue: Catalogue, text: bytes, block: int) -> None:
    first, second = (
        scan(Engine(catalogue.only(["email"]), fingerprint_key=KEY, custom=CUSTOM, native=lane, block=size), text)
        for lane, size in ((native_lane, block), (None, 1 << 18))
    )
    assert first.counts == second.counts
    if block == 1 << 18:
        assert first == second


def test_dense_words_and_values_are_handed_over_once(catalogue: Catalogue) -> None:
    """One word may stand near a thousand places; told of it for each, Python would have no memory left."""
    engine = Engine(catalogue.only(["email"]), fingerprint_key=KEY, custom=CUSTOM)
    assert isinstance(engine.compiled.native, NativeLane)
    text = b"qq " * 80_000
    asked, words = engine.compiled.native.sieve(drop_tests=False, max_values=1).search(
        text, 0, (0, len(text)), (0, len(text)), 0, array("I")
    )
    assert not asked
    assert len(words) == 4 * 80_000


@pytest.mark.parametrize("unit", [b"jdbc:h2:", b"jdbc:h2:x:curl -s=-'", b"otpauth://hotp/jdbc:sap:"])
@pytest.mark.parametrize("between", [0, 1, 60, 200, 290, 300, 340, 400])
def test_beginnings_that_overlap_far_in_front_of_what_they_need(
    engine: Engine, reference: Engine, unit: bytes, between: int
) -> None:
    """What was read of one of them is not read again for the next ones, and yet the same ones match."""
    text = b" ".join(
        unit * count + b"/" * between + end
        for count in (1, 2, 9, 40)
        for end in (b"?password=Zr8mWp2Yd7", b"?secret=JBSWY3DPEHPK3PXQ", b" -u svc:Zr8mWp2Yd7", b"?pwd=x")
    )
    assert scan(engine, text) == scan(reference, text)


@pytest.mark.parametrize("unit", [b"jdbc:postgresql:", b"otpauth://hotp/a", b"curl -"])
def test_what_only_begins_like_a_value_is_left_to_nobody(engine: Engine, unit: bytes) -> None:
    assert isinstance(engine.compiled.native, NativeLane)
    text = unit * 1000
    asked, words = engine.compiled.native.sieve(drop_tests=False, max_values=1).search(
        text, 0, (0, len(text)), (0, len(text)), 0, array("I")
    )
    assert (len(asked), len(words)) == (0, 0)


@pytest.mark.parametrize("block", [97, 4096, 1 << 20])
@pytest.mark.parametrize("cap", [2, 40, 1000])
def test_what_is_only_counted_is_counted_alike(
    engine: Engine, reference: Engine, monkeypatch: pytest.MonkeyPatch, block: int, cap: int
) -> None:
    """Values that come back more often than places are kept, in many spellings, and more values than are kept."""
    rows = [
        f'{name}{number % 70}@initech.com,"(212) 736-{number % 90:04}",212.736.{number % 45:04},078-05-1120,'
        f"536 22 {number:04}"
        for number in range(1, 1200)
        for name in ("ana", "ANA")[: 1 + number % 2]
    ]
    data = "\n".join(["e-mail,telephone,number,id,ssn", *rows, "ssn: 536-22-0001", ""]).encode()
    monkeypatch.setattr(engine, "block", block)
    for each in (engine, reference):
        monkeypatch.setattr(each, "max_values", cap)
    report = scan(engine, *(data[place : place + 7777] for place in range(0, len(data), 7777)))
    assert report == scan(reference, data)
    assert report.counts["phone"] > 2 * 1199
    assert report.over_limit


@pytest.mark.parametrize("kept", [True, False])
def test_published_test_values_are_dropped_alike(catalogue: Catalogue, kept: bool) -> None:
    data = b"078-05-1120,4111 1111 1111 1111,536-22-8726\n" * 60
    first, second = (
        scan(Engine(catalogue, fingerprint_key=KEY, report_test_values=kept, max_values=1, native=lane), data)
        for lane in (kept_lane, None)
    )
    assert first == second
    assert ("credit_card" in first.counts) == kept


def test_allowed_values_are_neither_found_nor_counted(catalogue: Catalogue) -> None:
    allow = AllowList(AllowList.of_values(["536-22-8726"], KEY), (r"ana@.*",))
    data = b"536-22-8726,ana@initech.com,eve@initech.com,536-22-8727\n" * 60
    first, second = (
        scan(Engine(catalogue, fingerprint_key=KEY, allow=allow, max_values=1, native=lane), data)
        for lane in (kept_lane, None)
    )
    assert first == second
    assert first.counts == {"email": 60, "us_ssn": 60}


def test_threads_share_a_lane(engine: Engine, catalogue: Catalogue) -> None:
    every = [text for _, text, _ in examples(catalogue)]
    texts = [b"\n".join(every[place::29]) for place in range(29)]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda text: scan(engine, text), texts * 4))
    assert found == [scan(engine, text) for text in texts] * 4


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        (b"phone,name\n+1 112 303-257-9989,a\n1 555 512-751-3366,b\n(199) 303-257-9989 512,c\n", {"phone": 3}),
        (b"tel: 000 303-257-9989, 1 (303) 257-9989 and +1 1 303-257-9989", {"phone": 3}),
        (b"card 0000 4539 1488 0343 6467, 9999 4539 1488 0343 6467 and 4539 1488 0343 6467 6467", {"credit_card": 3}),
        (b"ssn\n000-00-512-75-3366\n666-12-3456-078-05-1120\n", {}),
        (b"a@b.c@hooli.com, x@y.test@initech.co.uk <a.@b.co> ..a@b.co.@c.de", {}),
        # In front of where a match of the form ended: inside of one that is refused, and found after one behind it.
        (b"6206 4855 7227 5713 4124", {"credit_card": 1}),
        (b"404-792-5468(303) 402-7214", {"phone": 2}),
    ],
)
def test_a_value_inside_of_what_is_refused(
    engine: Engine, reference: Engine, text: bytes, counts: dict[str, int]
) -> None:
    report = scan(engine, text)
    assert report.counts == counts
    assert scan(reference, text) == report
