import json
import socket
from collections.abc import Iterator

import pytest
from local.postgres import DatabaseAddress

from bucketsieve.errors import PermanentError, RecordError, TransientError
from bucketsieve.settings import DatabaseSettings
from bucketsieve.store.connect import Connector
from bucketsieve.store.database import Database, Transaction

ME = "SELECT pg_backend_pid() AS pid"
TERMINATE = "SELECT pg_terminate_backend(:pid)"


@pytest.fixture
def impatient(database_address: DatabaseAddress, database_settings: DatabaseSettings) -> Iterator[Database]:
    """Return a way into the database that gives up at once."""
    secret = json.dumps({"username": database_address.user, "password": database_address.password})
    database = Database(Connector(database_settings, lambda _: secret, application="tests"), patience=0)
    yield database
    database.close()


def pid(tx: Transaction) -> int:
    row = tx.row(ME)
    assert row is not None
    return int(row["pid"])


def test_work_whose_connection_was_cut_is_done_again_on_another(database: Database, impatient: Database) -> None:
    attempts: list[int] = []

    def work(tx: Transaction) -> None:
        attempts.append(pid(tx))
        if len(attempts) == 1:
            impatient.run(lambda other: other.rows(TERMINATE, pid=attempts[0]))
        tx.execute("CREATE TABLE marks AS SELECT 1 AS mark")

    database.run(work)

    assert len(set(attempts)) == 2
    assert database.run(lambda tx: tx.rows("SELECT mark FROM marks")) == [{"mark": 1}]


def test_an_idle_connection_that_the_server_closed_is_replaced(
    database: Database, database_address: DatabaseAddress
) -> None:
    idle = database.run(pid)
    with database_address.connect() as direct:
        direct.run(TERMINATE, pid=idle)

    assert database.run(pid) != idle


def test_an_error_takes_the_whole_transaction_back(database: Database) -> None:
    def work(tx: Transaction) -> None:
        tx.execute("CREATE TABLE marks (mark integer)")
        raise PermanentError("no")

    with pytest.raises(PermanentError):
        database.run(work)

    assert database.run(lambda tx: tx.row("SELECT to_regclass('marks') AS found")) == {"found": None}


def test_a_wrong_statement_is_not_tried_again(database: Database) -> None:
    attempts: list[int] = []

    def work(tx: Transaction) -> None:
        attempts.append(1)
        tx.execute("SELEC 1")

    with pytest.raises(RecordError) as refused:
        database.run(work)
    assert len(attempts) == 1
    assert str(refused.value) == "the database refused a statement: SQLSTATE 42601"


def test_a_read_only_server_is_left(impatient: Database) -> None:
    def work(tx: Transaction) -> None:
        tx.execute("SET TRANSACTION READ ONLY")
        tx.execute("DELETE FROM jobs")

    with pytest.raises(TransientError, match="25006"):
        impatient.run(work)


def test_a_server_that_never_answers_is_given_up(database_settings: DatabaseSettings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as black_hole:
        settings = database_settings.model_copy(
            update={"database_port": black_hole.getsockname()[1], "database_socket_timeout_seconds": 1}
        )
        secret = json.dumps({"username": "anyone", "password": "anything"})
        database = Database(Connector(settings, lambda _: secret, application="tests"), patience=0)

        with pytest.raises(TransientError):
            database.run(pid)


def test_a_rotated_password_is_read_again(
    database: Database, database_address: DatabaseAddress, database_settings: DatabaseSettings
) -> None:
    database.run(lambda tx: tx.execute("CREATE ROLE rotated LOGIN PASSWORD 'before'"))
    passwords = iter(["before", "after"])
    connect = Connector(
        database_settings,
        lambda _: json.dumps({"username": "rotated", "password": next(passwords)}),
        application="tests",
    )
    try:
        connect().close()
        database.run(lambda tx: tx.execute("ALTER ROLE rotated PASSWORD 'after'"))

        connect().close()

        assert next(passwords, None) is None
    finally:
        database.run(lambda tx: tx.execute("DROP ROLE rotated"))
