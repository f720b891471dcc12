"""A PostgreSQL that crashes, refuses, stalls or turns read-only under work that goes on all the while."""

import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from threading import Barrier, Event, Timer
from time import sleep

import pytest
from local.postgres import DatabaseAddress

from bucketsieve.errors import TransientError
from bucketsieve.settings import DatabaseSettings
from bucketsieve.store.connect import Connector
from bucketsieve.store.database import Database, Transaction
from tests.faults.conftest import way_to
from tests.faults.durable import DurablePostgres

COUNT_UP = "INSERT INTO marks VALUES (:mark) ON CONFLICT DO NOTHING"
TERMINATE_OTHERS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


@contextmanager
def marking(database: Database) -> Iterator[list[int]]:
    """Commit mark after mark beside the block; the list has those whose COMMIT was answered."""
    database.run(lambda tx: tx.execute("CREATE TABLE IF NOT EXISTS marks (mark integer PRIMARY KEY)"))
    database.run(lambda tx: tx.execute("TRUNCATE marks"))
    stop, committed = Event(), list[int]()

    def work() -> None:
        while not stop.is_set():
            database.run(lambda tx: tx.execute(COUNT_UP, mark=len(committed)))
            committed.append(len(committed))

    with ThreadPoolExecutor(1) as worker:
        working = worker.submit(work)
        try:
            wait_for_more(committed)
            yield committed
            wait_for_more(committed)
        finally:
            stop.set()
        working.result()


def wait_for_more(committed: list[int]) -> None:
    """Return when work goes on."""
    wanted = len(committed) + 5
    for _ in range(600):
        if len(committed) >= wanted:
            return
        sleep(0.05)
    raise AssertionError("work has stopped")


def marks(database: Database) -> list[int]:
    return [row["mark"] for row in database.run(lambda tx: tx.rows("SELECT mark FROM marks ORDER BY mark"))]


def test_what_was_committed_survives_a_crash_of_the_server(
    durable: DurablePostgres, durable_database: Database
) -> None:
    with marking(durable_database) as committed:
        durable.crash()
        durable.recover()

    assert marks(durable_database) == committed


def test_work_goes_on_when_every_backend_is_terminated(database: Database, database_address: DatabaseAddress) -> None:
    with marking(database) as committed, database_address.connect() as direct:
        for _ in range(5):
            direct.run(TERMINATE_OTHERS)
            sleep(0.05)

    assert marks(database) == committed


def test_work_waits_for_a_primary_that_may_be_written_to(database: Database, database_address: DatabaseAddress) -> None:
    name = database_address.name
    with marking(database) as committed, database_address.connect() as direct:
        direct.run(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
        direct.run(TERMINATE_OTHERS)
        sleep(1)
        direct.run("SET default_transaction_read_only = off")
        direct.run(f"ALTER DATABASE {name} RESET default_transaction_read_only")

    assert marks(database) == committed


def test_work_waits_until_there_is_a_connection_to_be_had(
    database: Database, database_address: DatabaseAddress
) -> None:
    database.run(lambda tx: tx.execute("CREATE ROLE crowded LOGIN PASSWORD 'crowded' CONNECTION LIMIT 1"))
    waiting = way_to(replace(database_address, user="crowded", password="crowded"))
    first = waiting._connect()
    try:
        with pytest.raises(TransientError, match="53300"):
            Database(waiting._connect, patience=0).run(_one)
        Timer(0.5, first.close).start()

        assert waiting.run(_one) == 1
    finally:
        waiting.close()
        database.run(lambda tx: tx.execute("DROP ROLE crowded"))


def test_of_two_transactions_in_each_others_way_both_end_well(database: Database) -> None:
    database.run(lambda tx: tx.execute("CREATE TABLE counters (name text PRIMARY KEY, value integer)"))
    database.run(lambda tx: tx.execute("INSERT INTO counters VALUES ('a', 0), ('b', 0)"))
    both_hold_one = Barrier(2)
    attempts: list[str] = []

    def work(first: str, second: str) -> Callable[[Transaction], None]:
        def add(tx: Transaction) -> None:
            attempts.append(first)
            tx.execute("UPDATE counters SET value = value + 1 WHERE name = :name", name=first)
            if attempts.count(first) == 1:
                both_hold_one.wait(10)
            tx.execute("UPDATE counters SET value = value + 1 WHERE name = :name", name=second)

        return add

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(database.run, [work("a", "b"), work("b", "a")]))

    assert len(attempts) == 3
    assert database.run(lambda tx: tx.rows("SELECT value FROM counters")) == [{"value": 2}, {"value": 2}]


def test_a_password_rotated_in_the_middle_of_work_is_read_again(
    database: Database, database_address: DatabaseAddress, database_settings: DatabaseSettings
) -> None:
    secret = {"username": "rotating", "password": "before"}
    database.run(lambda tx: tx.execute("CREATE ROLE rotating LOGIN PASSWORD 'before'"))
    database.run(lambda tx: tx.execute("GRANT CREATE ON SCHEMA public TO rotating"))
    rotating = Database(Connector(database_settings, lambda _: str(secret).replace("'", '"'), application="rotating"))
    try:
        with marking(rotating) as committed, database_address.connect() as direct:
            secret["password"] = "after"
            direct.run("ALTER ROLE rotating PASSWORD 'after'")
            direct.run(TERMINATE_OTHERS)

        assert marks(database) == committed
    finally:
        rotating.close()
        database.run(lambda tx: tx.execute("DROP OWNED BY rotating"))
        database.run(lambda tx: tx.execute("DROP ROLE rotating"))


def test_a_server_that_went_silent_is_left_for_one_that_answers(database_address: DatabaseAddress) -> None:
    with socket.create_server(("127.0.0.1", 0)) as black_hole:
        silent = DatabaseSettings(
            database_host="127.0.0.1",
            database_port=black_hole.getsockname()[1],
            database_name=database_address.name,
            database_secret_arn="unused",
            database_tls="disable",
            database_socket_timeout_seconds=1,
        )
        ways = iter([silent])
        answering = way_to(database_address)

        def connect() -> object:
            settings = next(ways, None)
            if settings is None:
                return answering._connect()
            secret = '{"username": "anyone", "password": "anything"}'
            return Connector(settings, lambda _: secret, application="tests")()

        moved = Database(connect)
        assert moved.run(_one) == 1
        moved.close()


def _one(tx: Transaction) -> int:
    row = tx.row("SELECT 1 AS one")
    assert row is not None
    return int(row["one"])
