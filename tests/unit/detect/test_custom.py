import tracemalloc
from itertools import islice, product

import pytest

from bucketsieve.detect.allow import AllowList
from bucketsieve.detect.catalogue import Catalogue
from bucketsieve.detect.creation import check_identifier
from bucketsieve.detect.custom import CustomIdentifier, InvalidIdentifierError
from bucketsieve.detect.engine import Engine
from bucketsieve.detect.model import Severity

from .conftest import KEY, scan, spans

EMPLOYEE = CustomIdentifier("employee_no", "Employee number", r"\bE-\d{6}\b", ignore_words=("000000",))


def engine_with(catalogue: Catalogue, *identifiers: CustomIdentifier, allow: AllowList | None = None) -> Engine:
    return Engine(catalogue.only(["email"]), fingerprint_key=KEY, custom=identifiers, allow=allow)


def test_a_pattern_of_ones_own_is_found(catalogue: Catalogue) -> None:
    report = scan(engine_with(catalogue, EMPLOYEE), "Zoë is E-123456, E-000000 is nobody, XE-123456 no".encode())
    assert spans(report, "employee_no") == [(8, 16)]
    assert report.findings[0].masked == "*-******"


def test_words_must_stand_near(catalogue: Catalogue) -> None:
    identifier = CustomIdentifier("badge", "Badge", r"[0-9]{5}", keywords=("badge no",), distance=20)
    report = scan(engine_with(catalogue, identifier), b"badgeNo=12345 " + b"." * 40 + b" 54321")
    assert spans(report, "badge") == [(8, 13)]


def test_severity_grows_with_the_count(catalogue: Catalogue) -> None:
    levels = ((1, Severity.LOW), (3, Severity.HIGH))
    engine = engine_with(catalogue, CustomIdentifier("ticket", "Ticket", r"T\d{4}", severities=levels))
    assert {each.severity for each in scan(engine, b"T1111 T2222").findings} == {Severity.LOW}
    assert {each.severity for each in scan(engine, b"T1111 T2222 T3333").findings} == {Severity.HIGH}


def test_a_match_of_an_unbounded_pattern_has_at_most_512_bytes(catalogue: Catalogue) -> None:
    engine = engine_with(catalogue, CustomIdentifier("run", "Run", r"x[0-9]+"))
    text = b"x" + b"1" * 511 + b" x" + b"1" * 512 + b" x12"
    assert spans(scan(engine, text), "run") == [(0, 512), (1027, 1030)]
    assert scan(engine, *[text[place : place + 1] for place in range(len(text))]) == scan(engine, text)


@pytest.mark.parametrize(
    ("pattern", "position", "reason"),
    [
        ("ab(cd", 0, r"missing \)"),
        ("ab[z-a]", 3, "invalid character class range"),
        ("abc**", 3, "bad repetition operator"),
        (r"a(?=b)", 1, "invalid perl operator"),
        ("a*", 0, "empty text"),
        ("x" * 600, 512, "longer than"),
    ],
)
def test_a_bad_pattern_is_refused_with_place_and_reason(pattern: str, position: int, reason: str) -> None:
    with pytest.raises(InvalidIdentifierError, match=reason) as caught:
        check_identifier(CustomIdentifier("bad", "Bad", pattern))
    assert caught.value.field == "pattern"
    assert caught.value.position == position


@pytest.mark.parametrize(
    ("field", "identifier"),
    [
        ("id", CustomIdentifier("Not an id", "x", "abc")),
        ("mask", CustomIdentifier("abc", "x", "abc", mask="none")),
        ("severities", CustomIdentifier("abc", "x", "abc", severities=((5, Severity.LOW), (1, Severity.HIGH)))),
        ("distance", CustomIdentifier("abc", "x", "abc", distance=0)),
        ("keywords", CustomIdentifier("abc", "x", "abc", keywords=("k" * 90,))),
        ("keywords", CustomIdentifier("abc", "x", "abc", keywords=("kk",) * 51)),
        ("ignore_words", CustomIdentifier("abc", "x", "abc", ignore_words=("word",) * 11)),
        ("examples", CustomIdentifier("abc", "x", "abc", examples=("abd",))),
        ("counter_examples", CustomIdentifier("abc", "x", "abc", counter_examples=("xabcx",))),
    ],
)
def test_other_mistakes_are_named(field: str, identifier: CustomIdentifier) -> None:
    with pytest.raises(InvalidIdentifierError) as caught:
        check_identifier(identifier)
    assert caught.value.field == field


def test_an_identifier_is_read_from_a_table() -> None:
    raw = {"id": "abc", "name": "A", "pattern": "a+b", "severities": [[1, "low"], [9, "high"]], "keywords": ["k1"]}
    identifier = CustomIdentifier.from_mapping(raw)
    assert identifier.severity_for(10) is Severity.HIGH
    with pytest.raises(InvalidIdentifierError, match="colour"):
        CustomIdentifier.from_mapping({**raw, "colour": "red"})


def test_an_id_of_the_catalogue_is_taken(catalogue: Catalogue) -> None:
    with pytest.raises(InvalidIdentifierError, match="email"):
        engine_with(catalogue, CustomIdentifier("email", "x", "abc"))


def test_identifiers_change_the_version(catalogue: Catalogue) -> None:
    plain, one = engine_with(catalogue), engine_with(catalogue, EMPLOYEE)
    assert plain.version != one.version
    assert one.version.startswith(plain.version)


def test_allowed_values_are_neither_reported_nor_counted(catalogue: Catalogue) -> None:
    allow = AllowList(AllowList.of_values(["sales@initech.com"], KEY), (r"noreply@.*",))
    engine = engine_with(catalogue, allow=allow)
    report = scan(engine, b"sales@initech.com noreply@initech.com jane@initech.com")
    assert report.counts == {"email": 1}
    assert "sales" not in repr(allow)
    assert "sales" not in report.findings[0].context


def test_spellings_of_a_value_take_no_memory_once_its_places_are_kept(catalogue: Catalogue) -> None:
    session = engine_with(catalogue, allow=AllowList(patterns=("no match",))).session()
    spellings = product(*zip("ana.alvarez.marin", "ANA.ALVAREZ.MARIN", strict=True))
    first, second = ("".join("".join(each) + "@initech.com\n" for each in islice(spellings, 30_000)) for _ in range(2))
    session.feed(first.encode())
    tracemalloc.start()
    session.feed(second.encode())
    grown, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert session.finish().counts == {"email": 60_000}
    assert grown < 700_000
