"""What must hold for every text: cuts, blocks, lanes and encodings change nothing; nothing raw gets out."""

import codecs

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bucketsieve.detect.catalogue import Catalogue
from bucketsieve.detect.context import CONTEXT_BYTES
from bucketsieve.detect.engine import Engine
from bucketsieve.detect.lanes.reference import ReferenceLane

from .conftest import KEY, kept_lane, scan
from .strategies import COUNTER_EXAMPLES, EXAMPLES, cut, cuts, texts

relaxed = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=60)
WIDE = {"utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE, "utf-32-le": codecs.BOM_UTF32_LE}


@pytest.fixture(scope="module")
def tiny_blocks(catalogue: Catalogue) -> Engine:
    return Engine(catalogue, fingerprint_key=KEY, block=96, native=kept_lane)


@pytest.fixture(scope="module")
def on_reference(catalogue: Catalogue) -> Engine:
    return Engine(catalogue, fingerprint_key=KEY, lane=ReferenceLane, native=kept_lane)


@relaxed
@given(text=texts, places=cuts, encoding=st.sampled_from(["utf-8", *WIDE]))
def test_cuts_change_nothing(engine: Engine, text: str, places: list[int], encoding: str) -> None:
    data = text.encode(encoding, "replace")
    whole = scan(engine, data, encoding=encoding)
    assert scan(engine, *cut(data, places), encoding=encoding) == whole


@relaxed
@given(data=st.binary(max_size=300) | texts.map(lambda text: text.encode("utf-8", "replace")), places=cuts)
def test_cuts_change_nothing_for_any_bytes(engine: Engine, data: bytes, places: list[int]) -> None:
    assert scan(engine, *cut(data, places)) == scan(engine, data)


@relaxed
@given(text=texts)
def test_blocks_change_nothing(engine: Engine, tiny_blocks: Engine, text: str) -> None:
    data = text.encode("utf-8", "replace")
    assert scan(tiny_blocks, data) == scan(engine, data)


@settings(relaxed, max_examples=25)
@given(text=texts)
def test_lanes_lead_to_the_same_findings(engine: Engine, on_reference: Engine, text: str) -> None:
    data = text.encode("utf-8", "replace")
    assert scan(on_reference, data) == scan(engine, data)


def test_lanes_lead_to_the_same_findings_on_all_examples(engine: Engine, on_reference: Engine) -> None:
    data = "\n".join([*EXAMPLES, *COUNTER_EXAMPLES]).encode()
    assert scan(on_reference, data) == scan(engine, data)


@relaxed
@given(text=texts, encoding=st.sampled_from(sorted(WIDE)), marked=st.booleans())
def test_wide_encodings_find_the_same_at_their_own_offsets(
    engine: Engine, text: str, encoding: str, marked: bool
) -> None:
    text = text.encode("utf-8", "replace").decode()  # no lone surrogates
    mark = WIDE[encoding] if marked else b""
    plain = scan(engine, text.encode(), encoding="utf-8")
    wide = scan(engine, mark + text.encode(encoding), encoding=encoding)
    assert [(each.detector, each.fingerprint, each.count) for each in wide.findings] == [
        (each.detector, each.fingerprint, each.count) for each in plain.findings
    ]
    for narrow_finding, wide_finding in zip(plain.findings, wide.findings, strict=True):
        for narrow, there in zip(narrow_finding.locations, wide_finding.locations, strict=True):
            value = text.encode()[narrow.start : narrow.end]
            assert (mark + text.encode(encoding))[there.start : there.end].decode(encoding) == value.decode()
            assert (there.line, there.column) == (narrow.line, narrow.column)


@relaxed
@given(text=texts)
def test_lines_and_columns_are_those_of_an_editor(engine: Engine, text: str) -> None:
    data = text.encode("utf-8", "replace")
    for finding in scan(engine, data, encoding="utf-8").findings:
        for location in finding.locations:
            before = data[: location.start]
            assert location.line == before.count(b"\n") + 1
            assert location.column == len(before[before.rfind(b"\n") + 1 :].decode()) + 1


# Two detectors find the second one, and one of them with a letter more.
TWICE = "ACR_PASSWORD=7yglG53li10bWgHdejeM6eY1EYbi7YDTEc40IyPRWK+ACRgiosQl" * 2


@relaxed
@given(text=texts)
@example(text=TWICE)
@example(text=f"{TWICE}é")
def test_no_value_shows_in_any_mask_or_context(engine: Engine, text: str) -> None:
    data = text.encode("utf-8", "replace")
    report = scan(engine, data, encoding="utf-8")
    for finding in report.findings:
        first = finding.locations[0]
        for other in report.findings:
            for place in other.locations:
                value = data[place.start : place.end].decode()
                assert value not in finding.masked
                # What is a value farther off may stand here as a part of something longer, which is none.
                near = max(place.start - first.end, first.start - place.end) <= CONTEXT_BYTES
                if place.line == first.line and near and len(value) > 8:
                    assert value not in finding.context


@relaxed
@given(text=texts)
def test_counts_are_exact_and_findings_unique(engine: Engine, text: str) -> None:
    report = scan(engine, text.encode("utf-8", "replace"))
    assert len({(each.detector, each.fingerprint) for each in report.findings}) == len(report.findings)
    totals: dict[str, int] = {}
    for finding in report.findings:
        totals[finding.detector] = totals.get(finding.detector, 0) + finding.count
        assert len(finding.locations) == min(finding.count, 20)
    assert totals == dict(report.counts)
