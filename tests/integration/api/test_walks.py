"""A walk over pages shows what was there when it began exactly once, whatever is added meanwhile."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from functools import partial
from itertools import count
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bucketsieve.api.paging import Paging
from bucketsieve.results.model import FindingFilter, FindingPosition, JobPosition, ObjectPosition, ObjectState
from bucketsieve.results.service import Results
from tests.integration.api.conftest import DETECTORS
from tests.integration.api.record import Record, Seen, succeeded

#: Each example has jobs of its own or an emptied table, so that it may share the database of its test.
walk = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

limits = st.integers(1, 4)
#: Chunk, ordinal, detector, and the number of the value.
type Place = tuple[int, int, str, int]
places = st.tuples(st.integers(0, 1), st.integers(0, 2), st.sampled_from(DETECTORS), st.integers(0, 3))

# As a chunk's counts will be once all of its findings are in.
COUNTS_NAME_EVERY_DETECTOR = """
UPDATE job_chunks
SET detectors = '{"aws_access_key_id": 1, "email_address": 1, "us_ssn": 1}'
WHERE job_id = :job_id
"""


def _walk[Item](
    page: Callable[[str | None], tuple[list[Item], str | None]], between: Iterable[Callable[[], object]]
) -> list[Item]:
    """Follow the cursors to the end, with one step of ``between`` after each page."""
    steps = iter(between)
    seen: list[Item] = []
    cursor = None
    while True:
        items, cursor = page(cursor)
        seen += items
        if cursor is None:
            return seen
        next(steps, lambda: None)()


def _check[Item](seen: list[Item], before: set[Item], after: set[Item]) -> None:
    assert len(seen) == len(set(seen)), "shown twice"
    assert before <= set(seen), "left out"
    assert set(seen) <= after, "never there"


@walk
@given(st.lists(st.integers(0, 5), max_size=8), st.lists(st.integers(0, 5), max_size=8), limits)
def test_jobs(record: Record, results: Results, ages: list[int], added: list[int], limit: int) -> None:
    record.run("TRUNCATE jobs CASCADE")
    known: set[UUID] = set()

    def add(age: int) -> None:
        known.add(record.job(age=timedelta(hours=age)))

    for age in ages:
        add(age)
    before = set(known)
    paging = Paging(JobPosition, "/jobs")

    def page(cursor: str | None) -> tuple[list[UUID], str | None]:
        found = paging.page(results.jobs(after=paging.position(cursor), limit=limit))
        return [job.job_id for job in found.items], found.next_cursor

    seen = _walk(page, [partial(add, age) for age in added])

    _check(seen, before, known)


@walk
@given(
    st.lists(st.integers(1, 4), min_size=1, max_size=4),
    st.lists(st.integers(1, 4), max_size=4),
    st.sampled_from([None, ObjectState.SUCCEEDED, ObjectState.QUEUED]),
    limits,
)
def test_objects(
    record: Record, results: Results, sizes: list[int], added: list[int], outcome: ObjectState | None, limit: int
) -> None:
    job_id = record.job()
    numbers = count()
    passing: list[str] = []

    def add(size: int) -> None:
        # Chunks of an even number of objects are still to be read.
        state = ObjectState.QUEUED if size % 2 == 0 else ObjectState.SUCCEEDED
        chunk_no = next(numbers)
        keys = [f"{chunk_no}/{number}" for number in range(size)]
        if state is ObjectState.QUEUED:
            record.chunk(job_id, chunk_no, [Seen(key) for key in keys], state="queued")
        else:
            record.chunk(job_id, chunk_no, succeeded(keys))
        if outcome in (None, state):
            passing.extend(keys)

    for size in sizes:
        add(size)
    before = set(passing)
    paging = Paging(ObjectPosition, "/jobs/objects", job_id=job_id)

    def page(cursor: str | None) -> tuple[list[str], str | None]:
        after = paging.position(cursor)
        found = paging.page(results.objects(job_id, outcome=outcome, reason=None, after=after, limit=limit))
        return [item.key for item in found.items], found.next_cursor

    seen = _walk(page, [partial(add, size) for size in added])

    _check(seen, before, set(passing))
    assert seen == passing[: len(seen)]


@walk
@given(st.lists(places, unique=True, max_size=16), st.integers(0, 8), st.sampled_from([None, "us_ssn"]), limits)
def test_findings(
    record: Record, results: Results, found: list[Place], later: int, detector: str | None, limit: int
) -> None:
    job_id = record.job()
    for chunk_no in range(2):
        record.chunk(job_id, chunk_no, succeeded(f"{chunk_no}/{ordinal}" for ordinal in range(3)))
    record.run(COUNTS_NAME_EVERY_DETECTOR, job_id=job_id)
    passing: set[tuple[str, str, str]] = set()

    def add(place: Place) -> None:
        chunk_no, ordinal, name, number = place
        record.finding(job_id, chunk_no, ordinal, name, "high", f"{number:064x}")
        if detector in (None, name):
            passing.add((f"{chunk_no}/{ordinal}", name, f"{number:064x}"))

    for place in found[later:]:
        add(place)
    before = set(passing)
    wanted = FindingFilter(job_id=job_id, detector=detector)
    paging = Paging(FindingPosition, "/results")

    def page(cursor: str | None) -> tuple[list[tuple[str, str, str]], str | None]:
        shown = paging.page(results.findings(wanted, after=paging.position(cursor), limit=limit))
        return [(item.key, item.detector, item.fingerprint) for item in shown.items], shown.next_cursor

    seen = _walk(page, [partial(add, place) for place in found[:later]])

    _check(seen, before, passing)
    assert seen == sorted(seen)
