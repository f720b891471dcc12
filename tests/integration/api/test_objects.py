"""GET /jobs/{job_id}/objects: the ledger, whole and by outcome and reason."""

from uuid import UUID, uuid4

import pytest

from bucketsieve.errors import NotFoundError
from bucketsieve.reasons import Reason
from bucketsieve.results.model import ObjectPosition, ObjectState
from bucketsieve.results.service import Results
from tests.integration.api.record import Record, Seen

CHUNKS: list[tuple[str, list[Seen]]] = [
    ("done", [Seen("a", "succeeded"), Seen("b", "skipped", "EMPTY_OBJECT"), Seen("c", "partial", "MALFORMED_FILE")]),
    ("processing", [Seen("d", "succeeded"), Seen("e"), Seen("f")]),
    ("queued", [Seen("g"), Seen("h")]),
    ("done", [Seen("i", "failed", "POISON"), Seen("j", "skipped", "MALFORMED_FILE"), Seen("k", "succeeded")]),
]


@pytest.fixture
def job_id(record: Record) -> UUID:
    job_id = record.job(status="scanning")
    other = record.job(status="scanning")
    for chunk_no, (state, objects) in enumerate(CHUNKS):
        record.chunk(job_id, chunk_no, objects, state=state)
        record.chunk(other, chunk_no, objects, state=state)
    return job_id


def _keys(
    results: Results, job_id: UUID, outcome: ObjectState | None = None, reason: Reason | None = None, limit: int = 2
) -> str:
    """Return the keys of all pages; the pages are small, so that every walk has several."""
    keys: list[str] = []
    after: ObjectPosition | None = None
    while True:
        found = results.objects(job_id, outcome=outcome, reason=reason, after=after, limit=limit)
        assert len(found.items) <= limit
        keys += [item.key for item in found.items]
        after = found.last
        if after is None:
            return "".join(keys)


@pytest.mark.parametrize(
    ("outcome", "reason", "keys"),
    [
        (None, None, "abcdefghijk"),
        (ObjectState.SUCCEEDED, None, "adk"),
        (ObjectState.PARTIAL, None, "c"),
        (ObjectState.SKIPPED, None, "bj"),
        (ObjectState.FAILED, None, "i"),
        (ObjectState.QUEUED, None, "gh"),
        (ObjectState.PROCESSING, None, "ef"),
        (None, Reason.MALFORMED_FILE, "cj"),
        (ObjectState.SKIPPED, Reason.MALFORMED_FILE, "j"),
        (ObjectState.SUCCEEDED, Reason.MALFORMED_FILE, ""),
        (ObjectState.QUEUED, Reason.MALFORMED_FILE, ""),
        (None, Reason.NO_SUCH_BUCKET_AVAILABLE, ""),
    ],
)
def test_a_filter_keeps_what_it_names(
    results: Results, job_id: UUID, outcome: ObjectState | None, reason: Reason | None, keys: str
) -> None:
    assert _keys(results, job_id, outcome, reason) == keys
    assert _keys(results, job_id, outcome, reason, limit=100) == keys


def test_the_states_together_are_the_whole_ledger(results: Results, job_id: UUID) -> None:
    assert sorted("".join(_keys(results, job_id, state) for state in ObjectState)) == sorted("abcdefghijk")


def test_an_object_without_an_outcome_stands_as_its_chunk_does(results: Results, job_id: UUID) -> None:
    shown = results.objects(job_id, outcome=None, reason=None, after=None, limit=100).items

    assert {item.key: item.outcome for item in shown} == {
        seen.key: seen.outcome or state for state, objects in CHUNKS for seen in objects
    }


@pytest.mark.parametrize("key", ["a\0b", "back\\slash", "\\0", "日本語/ü.csv", "null", " "])
def test_keys_come_back_as_s3_has_them(record: Record, results: Results, key: str) -> None:
    job_id = record.job()
    record.chunk(job_id, 0, [Seen(key, "succeeded")])

    assert _keys(results, job_id) == key


def test_the_ledger_of_an_unknown_job_is_not_found(results: Results) -> None:
    with pytest.raises(NotFoundError):
        results.objects(uuid4(), outcome=None, reason=None, after=None, limit=1)
