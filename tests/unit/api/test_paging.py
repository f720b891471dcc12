"""Cursors are good for the query they came from, and for no other."""

import base64
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bucketsieve.api.paging import Paging
from bucketsieve.errors import InvalidRequestError
from bucketsieve.results.model import FindingPosition, JobPosition, ObjectPosition, Slice
from tests.unit.api.conftest import JOB, Call
from tests.unit.api.fakes import NOW, FakeResults, finding_report, job_report

positions = st.builds(
    FindingPosition,
    st.uuids(),
    st.integers(0, 2**31 - 1),
    st.integers(0, 2**31 - 1),
    st.text(st.characters(codec="utf-8"), max_size=30),
    st.text(st.characters(codec="utf-8"), max_size=64),
)


def _cursor(paging: Paging[FindingPosition], position: FindingPosition) -> str:
    cursor = paging.page(Slice([], position)).next_cursor
    assert cursor is not None
    return cursor


@given(positions, st.dictionaries(st.text(), st.text() | st.none()))
def test_a_cursor_leads_back_to_its_position(position: FindingPosition, filters: dict[str, str | None]) -> None:
    paging = Paging(FindingPosition, "/results", filters=filters)

    assert paging.position(_cursor(paging, position)) == position


@given(positions, st.data())
def test_an_edited_cursor_is_refused(position: FindingPosition, data: st.DataObject) -> None:
    paging = Paging(FindingPosition, "/results")
    cursor = _cursor(paging, position)
    place = data.draw(st.integers(0, len(cursor) - 1))
    letter = data.draw(st.characters(exclude_characters=cursor[place]))

    with pytest.raises(InvalidRequestError):
        paging.position(cursor[:place] + letter + cursor[place + 1 :])


@given(st.text())
def test_what_is_no_cursor_is_refused(text: str) -> None:
    with pytest.raises(InvalidRequestError):
        Paging(JobPosition, "/jobs").position(text)


def test_a_cursor_with_a_good_digest_and_no_position_is_refused() -> None:
    objects = Paging(ObjectPosition, "/jobs")
    foreign = objects.page(Slice([], ObjectPosition(1, 2))).next_cursor

    with pytest.raises(InvalidRequestError):
        Paging(JobPosition, "/jobs").position(foreign)


def test_a_cursor_is_refused_by_other_filters_and_other_calls(get: Call, results: FakeResults) -> None:
    other = uuid4()
    results.known_objects[other] = results.known_objects[JOB]
    cursor = get(f"/jobs/{JOB}/objects", limit="1").body["next_cursor"]

    assert get(f"/jobs/{JOB}/objects", limit="2", cursor=cursor).status == 200
    for path, filters in (
        (f"/jobs/{JOB}/objects", {"outcome": "skipped"}),
        (f"/jobs/{JOB}/objects", {"reason": "EMPTY_OBJECT"}),
        (f"/jobs/{other}/objects", {}),
        ("/jobs", {}),
        ("/results", {}),
        ("/results", {"job_id": str(JOB)}),
    ):
        answer = get(path, cursor=cursor, **filters)
        assert (answer.status, answer.body["type"]) == (400, "urn:bucketsieve:problem:invalid-request"), path
        assert "next_cursor" in answer.body["detail"]


def test_pages_go_on_until_there_is_no_cursor(get: Call, results: FakeResults) -> None:
    results.known_jobs = [job_report(UUID(int=number), NOW) for number in (5, 4, 3, 2, 1)]

    seen, cursor, pages = [], None, 0
    while pages == 0 or cursor:
        page = get("/jobs", limit="2", **({"cursor": cursor} if cursor else {})).body
        seen += [UUID(job["job_id"]).int for job in page["items"]]
        cursor, pages = page["next_cursor"], pages + 1

    assert seen == [5, 4, 3, 2, 1]
    assert pages == 3


def test_a_cursor_says_nothing_that_is_not_the_callers(get: Call, results: FakeResults) -> None:
    results.known_findings = [finding_report(JOB, "key-of-an-object", number) for number in range(2)]

    cursor = get("/results", limit="1").body["next_cursor"]

    assert b"key-of-an-object" not in base64.urlsafe_b64decode(cursor + "==")
