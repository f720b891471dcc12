"""Brings a database to the schema of the SQL files: forward only, each file once, and whole or not at all.

Afterwards it lets the components in: a password is a secret, and so no part of a file.

This is the one place that uses session state (``SET``, an advisory lock): it needs the database itself, not a pooler.
"""

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pg8000.native
from pg8000.exceptions import DatabaseError, InterfaceError
from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_exponential_jitter

from bucketsieve.errors import PermanentError
from bucketsieve.store.logins import Login, make_logins

_FILE_NAME: Final = re.compile(r"(?P<number>\d{4})_[a-z0-9_]+\.sql")

#: Any number that no other program locks in this database.
_LOCK_KEY: Final = 0x6275636B

#: A server may be starting or failing over; longer waits are better reported.
_CONNECT_SECONDS: Final = 30

#: What every later session starts with, since behind a pooler no session may ``SET`` anything. The server gives up
#: before a client does (``DATABASE_SOCKET_TIMEOUT_SECONDS``), and nobody's forgotten transaction holds locks for long.
DATABASE_DEFAULTS: Final = {
    "statement_timeout": "20s",
    "lock_timeout": "10s",
    "idle_in_transaction_session_timeout": "60s",
}

#: SQLSTATE classes whose very message has values: data exceptions, and what SQL functions raise by themselves.
_QUOTES_ROWS: Final = ("22", "P0")

_PREPARE_SESSION: Final = (
    "SET statement_timeout = 0",  # an index on a large table takes its time
    "SET lock_timeout = '30s'",  # while a migration waits for a lock, everyone behind it waits too
)

_CREATE_HISTORY: Final = """
CREATE TABLE IF NOT EXISTS schema_migrations (
    name       text        PRIMARY KEY,
    checksum   text        NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
)
"""

_SELECT_HISTORY: Final = "SELECT name, checksum FROM schema_migrations ORDER BY name"

_INSERT_HISTORY: Final = "INSERT INTO schema_migrations (name, checksum) VALUES (:name, :checksum)"


class MigrationError(PermanentError):
    """The schema cannot be brought up to date; the text says which file, why, and what to do."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One SQL file. Its name orders it; its checksum (SHA-256, hexadecimal) holds it to what was applied."""

    name: str
    sql: str

    @property
    def checksum(self) -> str:
        """Return the SHA-256 of the text."""
        return hashlib.sha256(self.sql.encode()).hexdigest()


def read_migrations(directory: Path) -> tuple[Migration, ...]:
    """Return the files ``NNNN_name.sql`` of a folder in their order.

    Raises:
        MigrationError: there is none, a name is no such name, or two have the same number.
    """
    paths = sorted(directory.glob("*.sql"))
    if not paths:
        raise MigrationError(f"no SQL file in {directory}")
    numbers: dict[str, str] = {}
    for path in paths:
        match = _FILE_NAME.fullmatch(path.name)
        if match is None:
            raise MigrationError(f"{path.name}: name it NNNN_what_it_does.sql")
        other = numbers.setdefault(match["number"], path.name)
        if other != path.name:
            raise MigrationError(f"{other} and {path.name} have the same number")
    return tuple(Migration(path.name, path.read_text()) for path in paths)


class Migrator:
    """Applies migrations through connections to the database itself.

    Those of ``connect`` bear with statements that take minutes. So that a server that never answers is noticed sooner,
    one of ``probe``, with the usual time limits, comes first.
    """

    def __init__(
        self,
        probe: Callable[[], pg8000.native.Connection],
        connect: Callable[[], pg8000.native.Connection],
        migrations: Sequence[Migration],
        *,
        logins: tuple[Login, ...] = (),
        patience: float = _CONNECT_SECONDS,
    ) -> None:
        self._probe = probe
        self._connect = connect
        self._migrations = migrations
        self._logins = logins
        self._patience = patience

    def apply(self) -> tuple[str, ...]:
        """Apply what the database has not seen yet, make the logins as they are now, and return the files' names.

        Any number of processes may do so at once: one works, the others find nothing left to do.

        Raises:
            MigrationError: the database cannot be reached or is being migrated by another process, an applied file was
                edited, a new file does not come last, a file failed (those before it stay applied), or the logins
                cannot be made.
        """
        connection = self._open()
        try:
            with _blaming("the session could not be prepared"):
                for statement in _PREPARE_SESSION:
                    connection.run(statement)
            with _blaming("another migration of this database is still running"):
                connection.run("SELECT pg_advisory_lock(:key)", key=_LOCK_KEY)
            with _blaming("the database could not be prepared"):
                _set_database_defaults(connection)
                connection.run(_CREATE_HISTORY)
                history: dict[str, str] = dict(connection.run(_SELECT_HISTORY))
            pending = _pending(self._migrations, history)
            for migration in pending:
                _apply(connection, migration)
            if self._logins:
                with _blaming("the components' logins could not be made"):
                    make_logins(connection, self._logins)
            return tuple(migration.name for migration in pending)
        finally:
            connection.close()

    def _open(self) -> pg8000.native.Connection:
        try:
            Retrying(
                retry=retry_if_exception_type((OSError, InterfaceError)),
                wait=wait_exponential_jitter(multiplier=0.5, max=5),
                stop=stop_after_delay(self._patience),
                reraise=True,
            )(self._probe).close()
            return self._connect()
        except DatabaseError as error:
            raise MigrationError(f"the database refused the connection: {_describe(error)}") from error
        except (OSError, InterfaceError) as error:
            raise MigrationError(f"the database cannot be reached: {type(error).__name__}: {error}") from error


def _set_database_defaults(connection: pg8000.native.Connection) -> None:
    [[database]] = connection.run("SELECT quote_ident(current_database())")
    for name, value in DATABASE_DEFAULTS.items():
        connection.run(f"ALTER DATABASE {database} SET {name} = '{value}'")


def _pending(migrations: Sequence[Migration], history: dict[str, str]) -> list[Migration]:
    """Return what is to be applied. More history than files is no error: older code runs on a newer schema."""
    for migration in migrations:
        if history.get(migration.name, migration.checksum) != migration.checksum:
            raise MigrationError(
                f"{migration.name} was edited after it was applied: put it back as it was and add a new file"
            )
    pending = [migration for migration in migrations if migration.name not in history]
    latest = max(history, default="")
    for migration in pending:
        if migration.name < latest:
            raise MigrationError(f"{migration.name} comes before {latest}, which is applied: give it a higher number")
    return pending


def _apply(connection: pg8000.native.Connection, migration: Migration) -> None:
    with _blaming(migration.name, migration.sql):
        connection.run("START TRANSACTION")
        connection.run(migration.sql)
        connection.run(_INSERT_HISTORY, name=migration.name, checksum=migration.checksum)
        connection.run("COMMIT")


@contextmanager
def _blaming(subject: str, sql: str = "") -> Iterator[None]:
    """Turn what goes wrong into a ``MigrationError`` about ``subject``; closing the connection rolls back."""
    try:
        yield
    except DatabaseError as error:
        raise MigrationError(f"{subject}: {_describe(error, sql)}") from error
    except (OSError, InterfaceError) as error:
        raise MigrationError(f"{subject}: the connection broke: {type(error).__name__}: {error}") from error


def _describe(error: DatabaseError, sql: str = "") -> str:
    """Return the server's message with its SQLSTATE, and the line of ``sql`` it points at.

    What else the server says may quote rows. The error itself, which is shown with the new one, then says no more.
    """
    fields: dict[str, Any] = error.args[0] if error.args and isinstance(error.args[0], dict) else {}
    state = str(fields.get("C", "unknown"))
    said = "the data stand against it" if state.startswith(_QUOTES_ROWS) else fields.get("M", error)
    message = f"{said} (SQLSTATE {state})"
    position = fields.get("P")
    if sql and position:
        message += f" at line {sql.count('\n', 0, int(position) - 1) + 1}"
    error.args = (message,)
    return message
