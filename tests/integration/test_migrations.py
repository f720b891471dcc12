"""The SQL files are applied once each, in order, whole or not at all, whoever else is at it."""

import os
import socket
import traceback
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from local.postgres import DatabaseAddress, PostgresServer
from pg8000.native import Connection

from bucketsieve.settings import DatabaseSettings
from bucketsieve.store.connect import Connector
from bucketsieve.store.migrations import Migration, MigrationError, Migrator, read_migrations
from tests.conftest import PROJECT

_numbers = count(1)

FIRST = Migration("0001_first.sql", "CREATE TABLE first (id integer PRIMARY KEY);\nINSERT INTO first VALUES (1);\n")
SECOND = Migration("0002_second.sql", "CREATE TABLE second (id integer PRIMARY KEY);\n")
BROKEN = Migration("0002_second.sql", "CREATE TABLE second (id integer PRIMARY KEY);\n\nSELECT nonsense;\n")


@pytest.fixture
def empty(postgres: PostgresServer) -> Iterator[DatabaseAddress]:
    """Return the direct address of a database without anything: a migration needs a session of its own."""
    address = postgres.create_database(f"empty_{next(_numbers)}")
    yield address
    postgres.drop_database(address)


def connect(address: DatabaseAddress) -> Connection:
    return Connection(
        address.user, host=address.host, port=address.port, database=address.name, password=address.password, timeout=30
    )


def migrator(address: DatabaseAddress, *files: Migration) -> Migrator:
    return Migrator(lambda: connect(address), lambda: connect(address), files, patience=0)


def query(address: DatabaseAddress, sql: str) -> list[Any]:
    with address.connect() as connection:
        return [tuple(row) for row in connection.run(sql)]


def tables(address: DatabaseAddress) -> set[str]:
    return {
        name
        for (name,) in query(address, "SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace")
    }


def test_the_files_of_the_project_are_applied_in_order_and_only_once(empty: DatabaseAddress) -> None:
    files = read_migrations(PROJECT / "sql")

    assert migrator(empty, *files).apply() == tuple(file.name for file in files)
    assert migrator(empty, *files).apply() == ()
    assert query(empty, "SELECT name, checksum FROM schema_migrations ORDER BY name") == [
        (file.name, file.checksum) for file in files
    ]


def test_two_at_once_apply_each_file_once(empty: DatabaseAddress) -> None:
    slow = Migration(FIRST.name, FIRST.sql + "SELECT pg_sleep(0.5);\n")

    with ThreadPoolExecutor(4) as pool:
        applied = list(pool.map(lambda _: migrator(empty, slow, SECOND).apply(), range(4)))

    assert sorted(applied) == [(), (), (), (slow.name, SECOND.name)]


def test_a_file_that_fails_leaves_nothing_behind_and_says_where(empty: DatabaseAddress) -> None:
    with pytest.raises(MigrationError, match=r'0002_second.sql: column "nonsense" does not exist .*42703.* at line 3'):
        migrator(empty, FIRST, BROKEN).apply()

    assert tables(empty) >= {"first"}
    assert "second" not in tables(empty)
    assert migrator(empty, FIRST, SECOND).apply() == (SECOND.name,)


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE UNIQUE INDEX ON keys (key);\n",
        "ALTER TABLE keys ALTER COLUMN key TYPE integer USING key::integer;\n",
        "DO $$ BEGIN RAISE EXCEPTION 'no %', (SELECT max(key) FROM keys); END $$;\n",
    ],
    ids=["unique", "conversion", "raised"],
)
def test_what_fails_over_the_data_quotes_none_of_it(empty: DatabaseAddress, sql: str) -> None:
    keys = Migration(FIRST.name, "CREATE TABLE keys AS SELECT 'canary' AS key FROM generate_series(1, 2);\n")

    with pytest.raises(MigrationError, match=r"0002_second.sql: .*SQLSTATE") as refused:
        migrator(empty, keys, Migration(SECOND.name, sql)).apply()

    assert "canary" not in "".join(traceback.format_exception(refused.value))


def test_a_process_that_is_killed_half_way_leaves_nothing_behind(empty: DatabaseAddress) -> None:
    held = Migration(SECOND.name, SECOND.sql + "SELECT pg_terminate_backend(pg_backend_pid());\n")

    with pytest.raises(MigrationError, match=r"0002_second\.sql"):
        migrator(empty, FIRST, held).apply()

    assert "second" not in tables(empty)
    assert migrator(empty, FIRST, SECOND).apply() == (SECOND.name,)


def test_an_applied_file_that_was_edited_is_refused(empty: DatabaseAddress) -> None:
    migrator(empty, FIRST).apply()
    edited = Migration(FIRST.name, FIRST.sql.replace("integer", "bigint"))

    with pytest.raises(MigrationError, match=r"0001_first.sql was edited .* add a new file"):
        migrator(empty, edited, SECOND).apply()

    assert "second" not in tables(empty)


def test_a_new_file_has_to_come_last(empty: DatabaseAddress) -> None:
    migrator(empty, FIRST, SECOND).apply()
    late = Migration("0001_late.sql", "SELECT 1;\n")

    with pytest.raises(MigrationError, match=r"0001_late.sql comes before 0002_second.sql.* higher number"):
        migrator(empty, FIRST, late, SECOND).apply()


def test_older_code_accepts_a_newer_schema(empty: DatabaseAddress) -> None:
    migrator(empty, FIRST, SECOND).apply()

    assert migrator(empty, FIRST).apply() == ()


def test_a_schema_built_step_by_step_equals_a_fresh_one(
    empty: DatabaseAddress, database_address: DatabaseAddress
) -> None:
    files = read_migrations(PROJECT / "sql")

    for last in range(1, len(files) + 1):
        assert migrator(empty, *files[:last]).apply() == (files[last - 1].name,)

    assert schema(empty) == schema(database_address)


def schema(address: DatabaseAddress) -> list[Any]:
    """Everything the files made: relations with their columns, constraints, indexes and the views' definitions."""
    return query(
        address,
        """
        SELECT 'column', attrelid::regclass::text, attname::text, format_type(atttypid, atttypmod), attnotnull::text
          FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
         WHERE relnamespace = 'public'::regnamespace AND attnum > 0 AND relname NOT LIKE 'schema_migrations%'
         UNION ALL
        SELECT 'constraint', conrelid::regclass::text, conname::text, pg_get_constraintdef(oid), ''
          FROM pg_constraint
         WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text <> 'schema_migrations'
         UNION ALL
        SELECT 'index', tablename::text, indexname::text, indexdef, ''
          FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'schema_migrations'
         UNION ALL
        SELECT 'view', oid::regclass::text, '', pg_get_viewdef(oid), ''
          FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('v', 'm')
         ORDER BY 1, 2, 3, 4
        """,
    )


def test_later_sessions_have_time_limits_without_setting_any(empty: DatabaseAddress) -> None:
    migrator(empty, FIRST).apply()

    assert query(empty, "SHOW statement_timeout") == [("20s",)]
    assert query(empty, "SHOW lock_timeout") == [("10s",)]
    assert query(empty, "SHOW idle_in_transaction_session_timeout") == [("1min",)]


def test_a_database_that_is_away_is_named_as_the_cause() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        nowhere = DatabaseAddress("127.0.0.1", unused.getsockname()[1], "nowhere")

    with pytest.raises(MigrationError, match="cannot be reached"):
        migrator(nowhere, FIRST).apply()


def test_a_server_that_never_answers_is_noticed_by_the_probe(database_settings: DatabaseSettings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        settings = database_settings.model_copy(update={"database_port": port, "database_socket_timeout_seconds": 1})
        probe = Connector(settings, lambda _: '{"username": "u", "password": "p"}', application="tests")

        with pytest.raises(MigrationError, match="cannot be reached"):
            Migrator(probe, probe, [FIRST], patience=0).apply()


def test_a_wrong_password_is_named_as_the_cause(postgres: PostgresServer) -> None:
    address = postgres.address
    stranger = DatabaseAddress(address.host, address.port, address.name, password=os.urandom(8).hex())

    with pytest.raises(MigrationError, match="refused the connection: password authentication failed"):
        migrator(stranger, FIRST).apply()


@pytest.mark.parametrize(
    ("names", "complaint"),
    [
        ([], "no SQL file"),
        (["0001_a.sql", "0001_b.sql"], "same number"),
        (["first.sql"], "name it NNNN_"),
    ],
)
def test_a_folder_of_other_files_is_refused(names: list[str], complaint: str, tmp_path: Path) -> None:
    for name in names:
        (tmp_path / name).write_text("SELECT 1;")

    with pytest.raises(MigrationError, match=complaint):
        read_migrations(tmp_path)
