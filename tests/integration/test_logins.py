"""Components log in with the password of a secret, on a server whose owner is no superuser, as on RDS."""

import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from typing import Final, get_args

import pytest
from local.postgres import DatabaseAddress, PostgresServer
from pg8000.exceptions import DatabaseError
from pg8000.native import Connection

from bucketsieve.settings import ComponentRole
from bucketsieve.store.logins import Login, read_logins
from bucketsieve.store.migrations import MigrationError, Migrator, read_migrations
from tests.conftest import PROJECT

ROLES: Final = get_args(ComponentRole.__value__)
SECRETS: Final = {f"arn:{role}": json.dumps({"username": f"{role}_login", "password": f"{role}'s"}) for role in ROLES}
LOGINS: Final = read_logins({role: f"arn:{role}" for role in ROLES}, SECRETS.__getitem__)

_numbers: Final = count(1)


@pytest.fixture(scope="module")
def fresh() -> Iterator[PostgresServer]:
    """Start a server that has never seen a role of ours."""
    server = PostgresServer.start()
    with server.address.connect() as connection:
        connection.run("CREATE ROLE keeper LOGIN CREATEROLE PASSWORD 'kept'")
        connection.run("CREATE ROLE stranger LOGIN PASSWORD 'strange'")
    yield server
    server.stop()


@pytest.fixture
def owned(fresh: PostgresServer) -> DatabaseAddress:
    """Return a new database as its owner logs into it."""
    name = f"owned_{next(_numbers)}"
    with fresh.address.connect() as connection:
        connection.run(f"CREATE DATABASE {name} OWNER keeper")
    return replace(fresh.address, name=name, user="keeper", password="kept")


def connect(address: DatabaseAddress) -> Connection:
    return Connection(
        address.user, host=address.host, port=address.port, database=address.name, password=address.password, timeout=30
    )


def migrate(address: DatabaseAddress, *logins: Login) -> None:
    files = read_migrations(PROJECT / "sql")
    Migrator(lambda: connect(address), lambda: connect(address), files, logins=logins, patience=0).apply()


def as_login(address: DatabaseAddress, login: Login) -> DatabaseAddress:
    return replace(address, user=login.username, password=login.password)


def test_each_component_gets_in_with_the_rights_of_its_role_alone(owned: DatabaseAddress) -> None:
    migrate(owned, *LOGINS)

    for login in LOGINS:
        with as_login(owned, login).connect() as connection:
            memberships = connection.run("SELECT rolname FROM pg_roles WHERE pg_has_role(oid, 'MEMBER') ORDER BY 1")
            assert memberships == [[login.role], [login.username]]
            assert connection.run("SELECT count(id) FROM jobs") == [[0]]


def test_a_new_password_replaces_the_old_one(owned: DatabaseAddress) -> None:
    migrate(owned, *LOGINS)
    renewed = replace(LOGINS[0], password="new")

    migrate(owned, renewed)

    with as_login(owned, renewed).connect():
        pass
    with pytest.raises(DatabaseError, match="password authentication failed"):
        connect(as_login(owned, LOGINS[0]))


def test_no_password_reaches_the_server(owned: DatabaseAddress, fresh: PostgresServer) -> None:
    with fresh.address.connect() as connection:
        connection.run("ALTER ROLE keeper SET log_statement = 'all'")
    migrate(owned, replace(LOGINS[0], password="in-plain-sight"))

    log = (fresh.directory / "log").read_text()
    assert "ALTER ROLE" in log
    assert "SCRAM-SHA-256$4096:" in log
    assert "in-plain-sight" not in log
    assert "in-plain-sight" not in repr(replace(LOGINS[0], password="in-plain-sight"))


def test_a_login_of_one_database_does_not_get_into_another(owned: DatabaseAddress, fresh: PostgresServer) -> None:
    migrate(owned, *LOGINS)
    other = replace(owned, name=f"owned_{next(_numbers)}")
    with fresh.address.connect() as connection:
        connection.run(f"CREATE DATABASE {other.name} OWNER keeper")
    migrate(other, replace(LOGINS[0], username="other_api"))

    for address in (as_login(other, LOGINS[0]), replace(other, user="stranger", password="strange")):
        with pytest.raises(DatabaseError, match="permission denied for database"):
            connect(address)


def test_an_owner_who_may_not_make_roles_is_told_so(owned: DatabaseAddress, fresh: PostgresServer) -> None:
    migrate(owned)  # so that the roles of the schema are there
    plain = replace(owned, name=f"owned_{next(_numbers)}", user="stranger", password="strange")
    with fresh.address.connect() as connection:
        connection.run(f"CREATE DATABASE {plain.name} OWNER stranger")

    with pytest.raises(MigrationError, match="logins could not be made: permission denied to create role"):
        migrate(plain, replace(LOGINS[0], username="unheard_of"))
