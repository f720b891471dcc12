"""What tests of faults share: one migrated database for many runs, each of which empties it first."""

import json
from collections.abc import Iterator

import pytest
from local.postgres import PostgresServer

from bucketsieve.settings import DatabaseSettings
from bucketsieve.store.connect import Connector
from bucketsieve.store.database import Database


@pytest.fixture(scope="module")
def shared_database(postgres: PostgresServer, migrated_template: str) -> Iterator[Database]:
    """Return the store's way into a migrated database that all tests of a module share."""
    address = postgres.create_database("shared", template=migrated_template)
    settings = DatabaseSettings(
        database_host=address.host,
        database_port=address.port,
        database_name=address.name,
        database_secret_arn="unused",
        database_tls="disable",
    )
    credentials = json.dumps({"username": address.user, "password": address.password})
    database = Database(Connector(settings, lambda _: credentials, application="simulation"))
    yield database
    database.close()
    postgres.drop_database(address)
