"""What tests of every kind share: a real, migrated PostgreSQL database for each test that asks for one."""

import json
import os
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Final

import pytest
from hypothesis import settings
from local.postgres import DatabaseAddress, PostgresServer

from bucketsieve.settings import DatabaseSettings
from bucketsieve.store.connect import Connector
from bucketsieve.store.database import Database
from tests.faults.pgbouncer.server import PgBouncer, pgbouncer_program

PROJECT: Final = Path(__file__).parent.parent
#: Compiled once for all tests, and for the next run of them.
CACHE: Final = PROJECT / ".local" / "cache"

# What every function has in its environment; read when its module is imported.
os.environ |= {"POWERTOOLS_SERVICE_NAME": "tests", "POWERTOOLS_METRICS_NAMESPACE": "BucketSieve"}
os.environ |= {"AWS_DEFAULT_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}

# A busy machine makes any example slow.
settings.register_profile("without deadline", deadline=None)
settings.load_profile("without deadline")

_SHARED_MEMORY: Final = Path("/dev/shm")  # noqa: S108 (each server makes a folder of its own there)
#: A log may grow to 1 GiB, there are some databases beside it, and other servers.
_SERVER_BYTES: Final = 4 * 1024**3

#: The fixtures through which tests meet a PgBouncer.
_POOLERS: Final = {"pooler", "pooled"}

_TEMPLATE: Final = "migrated"
_numbers: Final = count(1)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the way through a transaction pooler, which the database fixtures take."""
    parser.addoption("--pgbouncer", action="store_true", help="reach PostgreSQL through PgBouncer in transaction mode")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out of a run through the pooler what does not reach it."""
    if not config.getoption("--pgbouncer"):
        return
    pooled = [item for item in items if isinstance(item, pytest.Function) and _POOLERS & set(item.fixturenames)]
    config.hook.pytest_deselected(items=[item for item in items if item not in pooled])
    items[:] = pooled


def _memory() -> Path | None:
    """Return a folder in memory with room for a server: on a disk, a database for each test takes most of the time."""
    if not _SHARED_MEMORY.is_dir():
        return None
    there = os.statvfs(_SHARED_MEMORY)
    fit = there.f_bavail * there.f_frsize >= _SERVER_BYTES and not there.f_flag & os.ST_NOEXEC
    return _SHARED_MEMORY if fit else None


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """Start a server for the whole session."""
    server = PostgresServer.start(parent=_memory())
    yield server
    server.stop()


@pytest.fixture(scope="session")
def migrated_template(postgres: PostgresServer) -> str:
    """Return the name of a database with the schema and no rows, to copy."""
    with postgres.create_database(_TEMPLATE).connect() as connection:
        for path in sorted(PROJECT.glob("sql/*.sql")):
            connection.run(path.read_text())
    return _TEMPLATE


@pytest.fixture(scope="session")
def pooler(postgres: PostgresServer, request: pytest.FixtureRequest) -> Iterator[PgBouncer | None]:
    """Start a PgBouncer before the server, if the tests are to go through one."""
    if not request.config.getoption("--pgbouncer"):
        yield None
        return
    program = pgbouncer_program()
    assert program, "--pgbouncer needs the Debian package pgbouncer"
    pooler = PgBouncer.start(program, postgres.address)
    yield pooler
    pooler.stop()


@pytest.fixture
def database_address(postgres: PostgresServer, migrated_template: str) -> Iterator[DatabaseAddress]:
    """Return the direct address of a fresh migrated database, for arranging and asserting."""
    address = postgres.create_database(f"test_{next(_numbers)}", template=migrated_template)
    yield address
    postgres.drop_database(address)


@pytest.fixture
def process_address(database_address: DatabaseAddress, pooler: PgBouncer | None) -> DatabaseAddress:
    """Return where processes reach the fresh database: through the pooler, if there is one."""
    return pooler.way_to(database_address) if pooler else database_address


@pytest.fixture
def database_settings(process_address: DatabaseAddress) -> DatabaseSettings:
    """Return what a process that uses the fresh database would read from its environment."""
    return DatabaseSettings(
        database_host=process_address.host,
        database_port=process_address.port,
        database_name=process_address.name,
        database_secret_arn="arn:aws:secretsmanager:us-east-1:123456789012:secret:database",
        database_tls="disable",
    )


@pytest.fixture
def database(database_address: DatabaseAddress, database_settings: DatabaseSettings) -> Iterator[Database]:
    """Return the store's way into a fresh migrated database."""
    credentials = json.dumps({"username": database_address.user, "password": database_address.password})
    database = Database(Connector(database_settings, lambda _: credentials, application="tests"))
    yield database
    database.close()
