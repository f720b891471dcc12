"""What tests of faults share: databases for many runs, each of which empties it first, and a cloud with a plan."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from local.postgres import DatabaseAddress, PostgresServer

from bucketsieve.settings import DatabaseSettings
from bucketsieve.store.connect import Connector
from bucketsieve.store.database import Database
from tests.conftest import PROJECT
from tests.faults.cloud import Cloud, cloud
from tests.faults.durable import DurablePostgres

if TYPE_CHECKING:
    from tests.faults.plant import Plant


@pytest.fixture(scope="module")
def shared_database(postgres: PostgresServer, migrated_template: str) -> Iterator[Database]:
    """Return the store's way into a migrated database that all tests of a module share."""
    address = postgres.create_database("shared", template=migrated_template)
    database = way_to(address)
    yield database
    database.close()
    postgres.drop_database(address)


@pytest.fixture(scope="session")
def durable() -> Iterator[DurablePostgres]:
    """Start a server that can be killed."""
    server = DurablePostgres.start()
    with server.server.address.connect() as connection:
        for path in sorted(PROJECT.glob("sql/*.sql")):
            connection.run(path.read_text())
    yield server
    server.stop()


@pytest.fixture
def durable_database(durable: DurablePostgres) -> Iterator[Database]:
    """Return the store's way into the empty database of the server that can be killed."""
    database = way_to(durable.server.address)
    database.run(lambda tx: tx.execute("TRUNCATE jobs CASCADE"))
    yield database
    database.close()


@pytest.fixture(scope="session")
def served_cloud() -> Iterator[Cloud]:
    """Serve a cloud for the whole session."""
    with cloud().serving() as served:
        yield served


@pytest.fixture
def aws(served_cloud: Cloud) -> Iterator[Cloud]:
    """Return the cloud without a plan."""
    served_cloud.plan, served_cloud.page_keys = {}, 1_000
    served_cloud.calls.clear()
    yield served_cloud
    served_cloud.plan = {}


@pytest.fixture
def plant(durable_database: Database, durable: DurablePostgres, aws: Cloud, tmp_path: Path) -> Iterator["Plant"]:
    """Return a place for a job of real processes."""
    # Imported late: building the engine takes seconds, which most tests can do without.
    from tests.faults.plant import Plant  # noqa: PLC0415

    with Plant(durable_database, durable.server.address, aws, tmp_path / "log").closing() as plant:
        yield plant


def way_to(address: DatabaseAddress) -> Database:
    """Return the store's way into a database."""
    settings = DatabaseSettings(
        database_host=address.host,
        database_port=address.port,
        database_name=address.name,
        database_secret_arn="unused",
        database_tls="disable",
    )
    credentials = json.dumps({"username": address.user, "password": address.password})
    return Database(Connector(settings, lambda _: credentials, application="tests"))
