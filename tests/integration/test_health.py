"""What the alarms on jobs see: which run, for how long, which are stuck, and how old their progress is."""

from uuid import UUID

import pytest

from bucketsieve.store.database import Database
from bucketsieve.store.health import Health, measure
from bucketsieve.store.progress import refresh_progress
from tests.fakes import FakeLister, FakeQueue, listed
from tests.integration.scans import claimed, list_all, listing, new_job, rows

LISTER = FakeLister({"data": [listed(key) for key in "abcd"], "other": [listed("a")]})


def health(database: Database) -> Health:
    return database.run(measure)


def scanning_job(database: Database, bucket: str = "data") -> UUID:
    """Return a job of which nothing was heard for an hour."""
    job_id = new_job(database, bucket)
    list_all(listing(database, LISTER, FakeQueue()), job_id)
    database.run(
        lambda tx: tx.execute(
            "UPDATE jobs SET created_at = now() - interval '2 hours', progressed_at = now() - interval '1 hour'"
            " WHERE id = :id",
            id=job_id,
        )
    )
    return job_id


def test_where_nothing_runs_nothing_is_wrong(database: Database) -> None:
    assert health(database) == Health(0, 0, 0.0, 0.0)


def test_a_job_that_nobody_works_on_is_stuck(database: Database) -> None:
    scanning_job(database)

    measured = health(database)

    assert (measured.running_jobs, measured.stuck_jobs) == (1, 1)
    assert measured.oldest_job_seconds == pytest.approx(7_200, abs=60)


def test_a_job_that_was_just_listed_is_not(database: Database) -> None:
    new_job(database)

    assert health(database).stuck_jobs == 0


def test_a_chunk_in_work_keeps_its_job_from_being_stuck_until_its_lease_is_over(database: Database) -> None:
    job_id = scanning_job(database)
    claimed(database, job_id, 0)
    assert health(database).stuck_jobs == 0

    database.run(lambda tx: tx.execute("UPDATE job_chunks SET lease_until = now() - interval '1 second'"
                                       " WHERE state = 'processing'"))  # fmt: skip

    assert health(database).stuck_jobs == 1


def test_a_job_that_waits_its_turn_is_not_stuck(database: Database) -> None:
    first, _second = scanning_job(database), scanning_job(database)
    scanning_job(database, "other")
    claimed(database, first, 0)

    assert health(database).stuck_jobs == 1, "the one of the other bucket alone"


@pytest.mark.parametrize("end", ["status = 'paused'", "status = 'completed', totals = '{}', ended_at = now()"])
def test_a_job_that_rests_is_not_measured(database: Database, end: str) -> None:
    scanning_job(database)

    database.run(lambda tx: tx.execute(f"UPDATE jobs SET {end}"))  # noqa: S608 (one of two constants)

    assert health(database) == Health(0, 0, 0.0, 0.0)


def test_progress_ages_until_it_is_refreshed(database: Database) -> None:
    scanning_job(database)
    assert health(database).progress_age_seconds == pytest.approx(7_200, abs=60), "it was never shown"

    database.run(refresh_progress)

    assert health(database).progress_age_seconds < 60
    assert len(rows(database, "SELECT FROM job_progress")) == 1
