from collections.abc import Iterator

import pytest
from local.postgres import DatabaseAddress

from bucketsieve.results.service import Results
from bucketsieve.store.database import Database
from tests.integration.api.record import Record

DETECTORS = ("aws_access_key_id", "email_address", "us_ssn")


@pytest.fixture
def record(database_address: DatabaseAddress) -> Iterator[Record]:
    with database_address.connect() as connection:
        yield Record(connection)


@pytest.fixture
def results(database: Database) -> Results:
    return Results(database, detectors=DETECTORS)
