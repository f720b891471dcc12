"""Transactions on PostgreSQL that are safe behind a transaction pooler such as RDS Proxy or PgBouncer.

A pooler may hand every statement outside a transaction to another backend, and pg8000 needs three round trips for one
statement; so each statement runs inside an explicit transaction, without exception.
"""

import contextlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import pg8000.native
from pg8000.exceptions import DatabaseError, InterfaceError
from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_exponential_jitter

from bucketsieve.errors import RecordError, TransientError

#: SQLSTATE classes and codes (PostgreSQL, appendix A) that another try, perhaps on another server, can cure.
_TRANSIENT_CLASSES: Final = ("08", "53")  # connection, resources
_TRANSIENT_CODES: Final = frozenset({
    "28000", "28P01",  # the password is being rotated, and the secret is a moment behind
    "25006",  # read_only_sql_transaction: the old primary after a failover
    "40001",  # serialization_failure
    "40P01",  # deadlock_detected
    "55P03",  # lock_not_available
    "57014",  # query_canceled: statement_timeout
    "57P01", "57P02", "57P03", "57P05",  # the server shuts down, crashed, starts, or closed an idle session
})  # fmt: skip

#: A failover of RDS takes about half a minute, of a Multi-AZ cluster less.
FAILOVER_SECONDS: Final = 45.0


class Transaction:
    """One open transaction. SQL has ``:name`` parameters; its text is constant and shorter than 16 KB."""

    def __init__(self, connection: pg8000.native.Connection) -> None:
        self._connection = connection

    def rows(self, sql: str, **parameters: object) -> list[dict[str, Any]]:
        """Run a statement and return its rows, each a dictionary by column name."""
        rows = self._connection.run(sql, **parameters) or []
        names = [column["name"] for column in self._connection.columns or ()]
        return [dict(zip(names, row, strict=True)) for row in rows]

    def row(self, sql: str, **parameters: object) -> dict[str, Any] | None:
        """Run a statement and return its first row, or ``None`` where it has none."""
        rows = self.rows(sql, **parameters)
        return rows[0] if rows else None

    def execute(self, sql: str, **parameters: object) -> int:
        """Run a statement and return how many rows it touched."""
        self._connection.run(sql, **parameters)
        return int(self._connection.row_count)


class Database:
    """A small pool of connections, made by ``connect`` as they are needed; safe to share between threads.

    ``patience`` is for how many seconds ``run`` starts new attempts.
    """

    def __init__(self, connect: Callable[[], pg8000.native.Connection], *, patience: float = FAILOVER_SECONDS) -> None:
        self._connect = connect
        self._patience = patience
        self._idle: list[pg8000.native.Connection] = []
        self._lock = threading.Lock()

    def run[T](self, work: Callable[[Transaction], T]) -> T:
        """Run ``work`` in a transaction, and again in a new one after an error that can pass.

        ``work`` must bear being run again after its COMMIT was carried out but the answer was lost.

        Raises:
            TransientError: the database stayed away, or busy, over all attempts.
            RecordError: it refused a statement.
        """
        for attempt in Retrying(
            retry=retry_if_exception_type(TransientError),
            wait=wait_exponential_jitter(multiplier=0.1, max=5),
            stop=stop_after_delay(self._patience),
            reraise=True,
        ):
            with attempt, self.transaction() as transaction:
                result = work(transaction)
        return result

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Yield a transaction that commits at the end of the block and rolls back on any error.

        Raises:
            TransientError: the connection broke or the server asked to try again; nothing is known of a COMMIT.
            RecordError: the server refused a statement.
        """
        connection = None
        try:
            connection = self._take()
            connection.run("START TRANSACTION")
            yield Transaction(connection)
            connection.run("COMMIT")
        except (InterfaceError, OSError) as error:
            _discard(connection)
            raise TransientError(f"the database connection failed: {type(error).__name__}") from error
        except DatabaseError as error:
            _discard(connection)
            raise _without_its_words(error) from None
        except BaseException:
            self._give_back_rolled_back(connection)
            raise
        else:
            self._give_back(connection)

    def close(self) -> None:
        """Close the idle connections."""
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            _discard(connection)

    def _take(self) -> pg8000.native.Connection:
        with self._lock:
            if self._idle:
                return self._idle.pop()
        return self._connect()

    def _give_back(self, connection: pg8000.native.Connection) -> None:
        with self._lock:
            self._idle.append(connection)

    def _give_back_rolled_back(self, connection: pg8000.native.Connection | None) -> None:
        if connection is None:
            return
        try:
            connection.run("ROLLBACK")
        except (InterfaceError, DatabaseError, OSError):
            _discard(connection)
        else:
            self._give_back(connection)


def _without_its_words(error: DatabaseError) -> TransientError | RecordError:
    """Return what may be told of an error, and take the rest out of the error itself, which led to the new one.

    The server quotes rows in its messages, details and hints; logs and traces show errors with all that led to them.
    """
    state, constraint = sqlstate(error), _field(error, "n") or None
    error.args = ({"C": state},)
    if state in _TRANSIENT_CODES or state.startswith(_TRANSIENT_CLASSES):
        return TransientError(f"the database asks to try again: SQLSTATE {state}")
    return RecordError(state, constraint)


def sqlstate(error: DatabaseError) -> str:
    """Return the five-character SQLSTATE of an error the server reported, or an empty string."""
    return _field(error, "C")


def _field(error: DatabaseError, name: str) -> str:
    """Return a field of PostgreSQL's error message (appendix "Error and Notice Message Fields"), or an empty string."""
    fields = error.args[0] if error.args else None
    return str(fields.get(name, "")) if isinstance(fields, dict) else ""


def _discard(connection: pg8000.native.Connection | None) -> None:
    if connection is not None:
        with contextlib.suppress(InterfaceError, DatabaseError, OSError):
            connection.close()
