"""Findings in C are as good as those in Python: a sequence, its equal, its lines of JSON, and sent elsewhere."""

import copy
import io
import pickle
from collections.abc import Sequence
from itertools import accumulate
from struct import Struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bucketsieve.cli.output import JsonLines
from bucketsieve.cli.scanning import Scanned
from bucketsieve.detect.model import Confidence, Finding, Location, Severity
from bucketsieve.reasons import Outcome

from ...cli.test_output import FINDINGS, TEXTS

core = pytest.importorskip("bucketsieve.detect.native._core")
#: As `src/native/kept.h` has them.
KEPT = Struct("=3Q4I64s")
SPOT = Struct("=4q")
TUPLES = st.lists(FINDINGS, max_size=4).map(tuple)


def kept(findings: Sequence[Finding]) -> Any:
    """The same in C."""
    texts = [(each.masked.encode(), each.context.encode()) for each in findings]
    text_at = accumulate((len(mask) + len(line) for mask, line in texts), initial=0)
    place_at = accumulate((len(each.locations) for each in findings), initial=0)
    items = [
        KEPT.pack(each.count, text, place, *map(len, shown), len(each.locations), number, each.fingerprint.encode())
        for number, (each, shown, text, place) in enumerate(zip(findings, texts, text_at, place_at, strict=False))
    ]
    spots = [SPOT.pack(*place) for each in findings for place in each.locations]
    beginnings = tuple(each[:4] for each in findings)
    return core.Findings(Finding, Location, beginnings, b"".join(items), b"".join(spots), b"".join(sum(texts, ())))


def lines(path: str, findings: Sequence[Finding]) -> str:
    out = io.StringIO()
    JsonLines(out).write(Scanned(path, 1, Outcome.SUCCEEDED, findings=findings))
    return out.getvalue()


@given(TUPLES)
def test_they_are_a_sequence_and_equal_to_a_tuple_of_the_same(findings: tuple[Finding, ...]) -> None:
    found = kept(findings)
    assert tuple(found) == findings
    assert len(found) == len(findings)
    assert bool(found) == bool(findings)
    assert [found[number] for number in range(-len(findings), len(findings))] == [*findings, *findings]
    assert found == findings == found == kept(findings)
    assert found != (*findings, None)
    assert found != list(findings)
    assert all(type(each) is Finding and all(type(place) is Location for place in each.locations) for each in found)
    for number in (len(findings), -len(findings) - 1):
        with pytest.raises(IndexError):
            found[number]


@given(TEXTS, TUPLES)
def test_their_lines_are_those_that_python_makes(path: str, findings: tuple[Finding, ...]) -> None:
    assert lines(path, kept(findings)) == lines(path, findings)


def test_many_lines_are_few_texts_and_those_beyond_ascii_are_texts_of_their_own() -> None:
    place = Location(1, 2, 3, 4)
    one = Finding("us_ssn", Severity.HIGH, Confidence.WEAK, "", "*", "a *", "0" * 64, 1, (place,) * 20)
    wide = one._replace(context="\xe9 *", locations=(place, place))
    findings = (*(one,) * 20, wide, *(one,) * 20)
    texts = kept(findings).json_lines("{", 0, len(findings))
    assert "".join(texts) == "".join(
        kept((each,)).json_lines("{", 0, 1)[0] * (2 if each is wide else 1) for each in findings
    )
    assert [text.count("\n") for text in texts if not text.isascii()] == [1, 1]
    assert 4 < len(texts) < 10


def test_lines_are_of_those_that_are_asked_for() -> None:
    place = Location(1, 2, 3, 4)
    findings = tuple(
        Finding(name, Severity.HIGH, Confidence.WEAK, "", "*", "a *", "0" * 64, 1, (place,)) for name in "abcd"
    )
    found = kept(findings)
    assert [line[1] for text in found.json_lines("{", 1, 3) for line in text.splitlines()] == ["b", "c"]


@given(TUPLES)
def test_they_are_the_same_elsewhere(findings: tuple[Finding, ...]) -> None:
    found = kept(findings)
    assert pickle.loads(pickle.dumps(found)) == found  # noqa: S301  (it is our own)
    assert copy.deepcopy(found) == found
    assert repr(found) == f"Findings({len(findings)})"


def test_parts_that_do_not_fit_are_refused() -> None:
    beginning = ("us_ssn", Severity.HIGH, Confidence.WEAK, "")
    good = (1, 0, 0, 1, 2, 1, 0, b"0" * 64)

    def made(
        fields: tuple[Any, ...] = good, spots: bytes = SPOT.pack(1, 2, 3, 4), texts: bytes = b"abc", *, cut: int = 0
    ) -> Sequence[Finding]:
        found: Sequence[Finding] = core.Findings(
            Finding, Location, (beginning,), KEPT.pack(*fields)[cut:], spots, texts
        )
        return found

    assert len(made()) == 1
    for field, value in ((1, 1), (1, 2**64 - 1), (2, 1), (2, 2**64 - 1), (3, 2), (4, 2**32 - 1), (5, 2), (6, 1)):
        with pytest.raises(ValueError, match="no parts"):
            made((*good[:field], value, *good[field + 1 :]))
    with pytest.raises(ValueError, match="no parts"):
        made(spots=SPOT.pack(1, 2, 3, 4) + b"1")
    with pytest.raises(ValueError, match="no parts"):
        made(texts=b"ab")
    with pytest.raises(ValueError, match="no parts"):
        made(cut=1)


@pytest.mark.parametrize("beginnings", [("x",), (("us_ssn", Severity.HIGH, Confidence.WEAK),)])
def test_what_findings_begin_with_has_four_fields(beginnings: Any) -> None:
    with pytest.raises(ValueError, match="no parts"):
        core.Findings(Finding, Location, beginnings, b"", b"", b"")


@pytest.mark.parametrize("types", [(list, Location), (Finding, int)])
def test_findings_and_locations_are_tuples(types: Any) -> None:
    with pytest.raises(TypeError, match="are tuples"):
        core.Findings(*types, (), b"", b"", b"")
