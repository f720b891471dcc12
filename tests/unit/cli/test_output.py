"""Lines of JSON are the same wherever they are made."""

import io
import json
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from bucketsieve.cli import output
from bucketsieve.cli.scanning import Scanned
from bucketsieve.detect.model import Confidence, Finding, Location, Severity
from bucketsieve.reasons import Outcome

TEXTS = st.text(st.characters(codec="utf-8"), max_size=40)
NUMBERS = st.integers(0, 2**63 - 1)
LOCATIONS = st.builds(Location, NUMBERS, NUMBERS, NUMBERS, NUMBERS)
FINDINGS = st.builds(
    Finding,
    st.sampled_from(["us_ssn", "own_id"]),
    st.sampled_from(Severity),
    st.sampled_from(Confidence),
    TEXTS,
    TEXTS,
    TEXTS,
    st.text("0123456789abcdef", min_size=64, max_size=64),
    NUMBERS,
    st.lists(LOCATIONS, max_size=3).map(tuple),
)


def written(path: str, findings: Sequence[Finding]) -> str:
    out = io.StringIO()
    output.JsonLines(out).write(Scanned(path, 1, Outcome.SUCCEEDED, findings=findings))
    return out.getvalue()


@given(TEXTS, st.lists(FINDINGS, max_size=4).map(tuple))
def test_lines_hold_what_was_found(path: str, findings: tuple[Finding, ...]) -> None:
    scanned = Scanned(path, 1, Outcome.SUCCEEDED, findings=findings)
    expected = list(output.occurrences(scanned))
    text = written(path, findings)
    assert [json.loads(line) for line in text.split("\n")[:-1]] == expected
    assert text == "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in expected)


def test_a_path_that_is_no_text_is_written_nevertheless() -> None:
    place = Location(1, 2, 3, 4)
    finding = Finding("us_ssn", Severity.HIGH, Confidence.WEAK, "", "*", "a *", "00", 1, (place, place))
    lines = written("a\udc80b", (finding,)).splitlines()
    assert [json.loads(line)["path"] for line in lines] == ["a\udc80b"] * 2
