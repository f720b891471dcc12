import hashlib
import hmac
from concurrent.futures import ThreadPoolExecutor

import pytest

from bucketsieve.detect.allow import AllowList
from bucketsieve.detect.catalogue import Catalogue
from bucketsieve.detect.engine import Engine
from bucketsieve.detect.model import MAX_LOCATIONS, Confidence, Severity
from bucketsieve.detect.text import UnsupportedEncodingError

from .conftest import KEY, kept_lane, scan, spans


def ssn(number: int) -> str:
    return f"{100 + number // 9000:03}-{10 + number % 90:02}-{1000 + number % 9000:04}"


def test_a_finding_says_what_where_and_how_sure(engine: Engine) -> None:
    report = scan(engine, "naïve\r\nJane, SSN 536-22-8726, card 4539 1488 0343 6467\r\n".encode())
    by_id = {finding.detector: finding for finding in report.findings}
    assert set(by_id) == {"us_ssn", "credit_card"}
    finding = by_id["us_ssn"]
    assert finding.masked == "***-**-8726"
    assert finding.context == "Jane, SSN ***-**-8726, card **** **** **** 6467"
    assert (finding.locations[0].line, finding.locations[0].column) == (2, 11)
    assert finding.locations[0].start == 18
    assert finding.severity is Severity.HIGH
    assert by_id["credit_card"].confidence is Confidence.VALIDATED
    expected = hmac.new(KEY, b"us_ssn\x00536228726", hashlib.sha256).hexdigest()
    assert finding.fingerprint == expected


def test_the_same_value_written_differently_is_one_finding(engine: Engine) -> None:
    report = scan(engine, b"4539 1488 0343 6467 and 4539-1488-0343-6467 and 4539148803436467")
    (finding,) = report.findings
    assert finding.count == 3
    assert report.counts == {"credit_card": 3}


def test_two_values_on_a_line_are_two_findings(engine: Engine) -> None:
    report = scan(engine, b"536-22-8726;219-09-8726")
    assert [finding.masked for finding in report.findings] == ["***-**-8726", "***-**-8726"]
    assert len({finding.fingerprint for finding in report.findings}) == 2


def test_over_the_cap_counts_stay_exact(catalogue: Catalogue) -> None:
    engine = Engine(catalogue, fingerprint_key=KEY, max_values=5, native=kept_lane)
    report = scan(engine, "\n".join([ssn(number) for number in range(40)] * 2).encode())
    assert len(report.findings) == 5
    assert report.counts == {"us_ssn": 80}
    assert {finding.count for finding in report.findings} == {2}
    assert report.over_limit


def test_locations_are_capped_and_counts_are_not(engine: Engine) -> None:
    report = scan(engine, b"536-22-8726\n" * 50)
    (finding,) = report.findings
    assert finding.count == 50
    assert [place.line for place in finding.locations] == list(range(1, MAX_LOCATIONS + 1))
    assert not report.over_limit


def test_test_values_are_marked_or_dropped(engine: Engine, catalogue: Catalogue) -> None:
    (finding,) = scan(engine, b"4111111111111111").findings
    assert finding.confidence is Confidence.WEAK
    assert finding.severity is Severity.LOW
    assert finding.confidence_reason.startswith("test_value: ")
    dropping = Engine(catalogue, fingerprint_key=KEY, report_test_values=False, native=kept_lane)
    assert scan(dropping, b"4111111111111111").findings == ()


def test_a_column_name_is_context_for_its_cells_only(engine: Engine) -> None:
    table = b"id,Customer SSN,amount\n" + b"".join(b"219098725,53622%04d,536228726\n" % row for row in range(1, 400))
    report = scan(engine, table)
    assert report.counts == {"us_ssn": 399}
    first = table.index(b"536220001")
    assert (first, first + 9) in spans(report, "us_ssn")


def test_a_json_key_is_context_for_its_value_only(engine: Engine) -> None:
    assert scan(engine, b'{"taxpayerSsn": "536228726", "order": "219098725"}').counts == {"us_ssn": 1}
    assert scan(engine, b'{"ssn": null, "order": "219098725"}').counts == {}


def test_a_word_speaks_of_the_next_line_only_if_it_ends_its_own(engine: Engine) -> None:
    assert scan(engine, b"SSN:\n  536228726\n").counts == {"us_ssn": 1}
    assert scan(engine, b"SSN: none\n536228726\n").counts == {}


def test_a_word_inside_another_word_is_no_context(engine: Engine) -> None:
    assert scan(engine, b"className 536228726, classname=536228726").counts == {}


def test_threads_share_an_engine(engine: Engine) -> None:
    texts = [f"{ssn(number)} jane{number}@initech.com ".encode() * 50 for number in range(200)]
    with ThreadPoolExecutor(20) as pool:
        reports = list(pool.map(lambda text: scan(engine, text), texts))
    assert reports == [scan(engine, text) for text in texts]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"])
def test_wide_encodings_are_told_by_their_bytes(engine: Engine, encoding: str) -> None:
    data = "one line of text\nSSN 536-22-8726 is here".encode(encoding)
    ((start, end),) = spans(scan(engine, data), "us_ssn")
    assert data[start:end].decode(encoding if encoding[-1] == "e" else f"{encoding}-le") == "536-22-8726"


def test_latin_1_columns_count_bytes(engine: Engine) -> None:
    report = scan(engine, "ÄÖ¶ 536-22-8726".encode("latin-1"), encoding="latin-1")
    assert report.findings[0].locations[0].column == 5


@pytest.mark.parametrize("encoding", ["cp037", "utf-7", "no-such"])
def test_encodings_that_cannot_be_searched_are_refused(engine: Engine, encoding: str) -> None:
    with pytest.raises(UnsupportedEncodingError, match=r"utf-7|cp037|no-such"):
        engine.session(encoding=encoding)


def test_a_short_key_is_refused(catalogue: Catalogue) -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        Engine(catalogue, fingerprint_key=b"short")


@pytest.mark.parametrize("allow", [AllowList(), AllowList(patterns=("x",))])
def test_no_repr_shows_a_value_or_the_key(catalogue: Catalogue, allow: AllowList) -> None:
    engine = Engine(catalogue.only(["us_ssn"]), fingerprint_key=KEY, allow=allow)
    session = engine.session()
    session.feed(b"SSN 536-22-8726\n" * 50_000)
    recorder = session._recorder
    for part in (engine, session, session._decoder, recorder, *vars(recorder).values()):
        assert "8726" not in repr(part)
        assert KEY.decode() not in repr(part)


def test_findings_are_immutable(engine: Engine) -> None:
    (finding,) = scan(engine, b"536-22-8726").findings
    with pytest.raises(AttributeError):
        finding.masked = "536-22-8726"  # type: ignore[misc]
