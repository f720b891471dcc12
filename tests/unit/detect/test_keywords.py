"""What may hold a context word is told without compiling a pattern, and never wrongly denied."""

import pytest

from bucketsieve.detect.catalogue import Catalogue
from bucketsieve.detect.engine import Engine
from bucketsieve.detect.keywords import letters_of, may_hold, spellings, word_regex
from bucketsieve.detect.structure import _perhaps_in

from .conftest import scan, spans


def keywords(catalogue: Catalogue) -> set[str]:
    return {
        keyword
        for detector in catalogue.detectors
        for form in detector.forms
        for keyword in (*form.keywords, *form.columns)
    }


@pytest.mark.parametrize("separator", [b" ", b"_", b".", b"-"])
def test_a_text_with_the_word_may_hold_it_however_it_is_written(catalogue: Catalogue, separator: bytes) -> None:
    for keyword in keywords(catalogue):
        for choose in (min, max):
            text = b"".join(choose(step).replace(b"-", separator) for step in spellings(keyword))
            for written in (text, text.upper(), b"my " + text + b"_id"):
                assert word_regex(keyword).search(written)
                assert may_hold(letters_of(written), keyword), (keyword, written)


@pytest.mark.parametrize("keyword", ["card", "passport no", "паспорт", "número", "straße"])
def test_a_text_with_other_letters_does_not(keyword: str) -> None:
    assert not may_hold(letters_of(b"id,first_name,street"), keyword)


def test_a_capital_may_be_of_ascii_where_the_letter_is_not() -> None:
    assert may_hold(letters_of(b"STRASSE"), "straße")


def test_a_header_compiles_the_words_that_may_stand_in_it_and_no_others(engine: Engine) -> None:
    word_regex.cache_clear()

    assert spans(scan(engine, b"id,name,ssn\n1,Jane,536228726\n"), "us_ssn") == [(19, 28)]
    assert word_regex.cache_info().currsize < 20


@pytest.mark.parametrize(
    "line",
    [
        "a,b",
        "name;SSN;passport no.;e-mail",
        "Passport-Number\tÄrztenummer\tGROẞE",
        "身份证号码,имя,IBAN",
        "," * 40,
        "\udcff,ssn",
    ],
)
def test_words_that_may_stand_in_a_line_are_found_by_their_letters(engine: Engine, line: str) -> None:
    data = line.encode("utf-8", "surrogateescape")
    letters = letters_of(data)
    expected = [
        (number, keyword)
        for number, compiled in enumerate(engine.compiled.forms)
        for keyword in (*compiled.form.keywords, *compiled.form.columns)
        if may_hold(letters, keyword)
    ]
    assert _perhaps_in(data, engine.compiled) == expected
