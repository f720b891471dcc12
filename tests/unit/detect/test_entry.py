from pathlib import Path

import pytest

from bucketsieve.detect.catalogue import Catalogue, CatalogueError, load_family
from bucketsieve.detect.catalogue.regex_facts import lead_of, regex_facts
from bucketsieve.detect.engine import Engine

from .conftest import KEY, scan, spans

ENTRY = """
[[detector]]
id = "acme_number"
name = "Acme number"
category = "personal"
severity = "low"
description = "A number."
source = "https://initech.com"
examples = ["x"]
counter_examples = ["y"]
"""


def family(tmp_path: Path, text: str) -> Catalogue:
    file = tmp_path / "acme.toml"
    file.write_text(ENTRY + text)
    return Catalogue(load_family(file), "test")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("pattern = 'a('", "at position 1"),
        ("pattern = 'a*'", "1 to 4096 bytes"),
        ("pattern = 'a+'", "1 to 4096 bytes"),
        ("pattern = 'a'\ncolour = 'red'", "unknown colour"),
        ("pattern = 'a'\nkeywords = ['word']", "do nothing"),
        ("pattern = 'a'\ncontext = 'required'", "needs keywords"),
        ("pattern = 'a'\ncontext = 'required'\nkeywords = ['Word']", "lower case"),
        ("pattern = 'a'\nboundary = 'wall'", "boundary 'wall'"),
        ("pattern = '(?=a)b'", "needs an anchor"),
        ("pattern = 'a'\nmask = 'none'", "mask"),
        ("name = 'x'", "Cannot overwrite"),
        ("", "pattern"),
    ],
)
def test_a_wrong_entry_is_refused_with_file_detector_and_field(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(CatalogueError, match=reason) as caught:
        family(tmp_path, text)
    assert "acme.toml" in str(caught.value)


def test_a_column_word_counts_as_a_name_only(tmp_path: Path) -> None:
    catalogue = family(tmp_path, "pattern = '\\d{6}'\ncontext = 'required'\ncolumns = ['ein']")
    engine = Engine(catalogue, fingerprint_key=KEY)
    assert spans(scan(engine, b'{"employer_ein": "123456"}'), "acme_number") == [(18, 24)]
    assert spans(scan(engine, b"ein = 123456"), "acme_number") == [(6, 12)]
    assert spans(scan(engine, b"id,ein\n111111,123456\n"), "acme_number") == [(14, 20)]
    assert not spans(scan(engine, b"Das ist ein 123456 oder 123456 (ein)"), "acme_number")


@pytest.mark.parametrize(
    ("pattern", "least", "most", "digit"),
    [
        (r"[A-Z]{2}\d{3,5}", 5, 7, True),
        (r"(?:a|b[0-9])", 1, 2, False),
        (r"(?:1|b[0-9])", 1, 2, True),
        (r"[0-9a-f]{8}", 8, 8, False),
        (r"x\d?", 1, 2, False),
    ],
)
def test_a_pattern_says_how_wide_it_is_and_whether_it_needs_a_digit(
    pattern: str, least: int, most: int, digit: bool
) -> None:
    facts = regex_facts(pattern)
    assert (facts.least, facts.most, facts.has_digit) == (least, most, digit)


@pytest.mark.parametrize(
    ("pattern", "anchor", "lead"),
    [
        ("ghp_[A-Za-z0-9]{36}", "ghp_[A-Za-z0-9]{8}", 12),
        (r"\d{3}-\d{2}-\d{4}", r"[^0-9]\d{3}-\d{2}-\d{4}", 12),
        (r"eyJ[a-z]{5,50}\.eyJ[a-z]{5,50}", r"\.eyJ", 107),
        ("ab[0-9]{2}", "ab[0-9]{3}", 4),
    ],
)
def test_an_anchor_at_the_start_bounds_where_matches_begin(pattern: str, anchor: str, lead: int) -> None:
    assert lead_of(pattern, anchor) == lead
