"""What a transaction pooler does to its clients: whoever leaves transactions out gets other clients' answers."""

import contextlib
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any, Final

import pytest
from local.postgres import DatabaseAddress, PostgresServer
from pg8000.exceptions import DatabaseError, InterfaceError
from pg8000.native import Connection

from bucketsieve.store.database import Database
from tests.faults.pgbouncer.server import POOL_SIZE, PgBouncer, pgbouncer_program

CLIENTS: Final = 3 * POOL_SIZE
CALLS: Final = 40

pytestmark = pytest.mark.skipif(pgbouncer_program() is None, reason="needs the Debian package pgbouncer")

#: Runs a statement whose parameter is ``call``, and returns its row.
type Ask = Callable[[str, int], dict[str, Any] | None]


@pytest.fixture(scope="module")
def pooled(postgres: PostgresServer) -> Iterator[DatabaseAddress]:
    """Return the way to a database that all clients of the module share."""
    program = pgbouncer_program()
    assert program
    pooler = PgBouncer.start(program, postgres.address)
    yield pooler.way_to(postgres.address)
    pooler.stop()


@pytest.fixture
def connections() -> Iterator[list[Connection]]:
    """Close at the end whatever was opened, broken or not."""
    opened: list[Connection] = []
    yield opened
    for connection in opened:
        with contextlib.suppress(DatabaseError, InterfaceError, OSError):
            connection.close()


def test_statements_outside_transactions_would_be_seen_to_fail(
    pooled: DatabaseAddress, connections: list[Connection]
) -> None:
    def open_client() -> Ask:
        connection = _connect(pooled)
        connections.append(connection)
        return lambda sql, call: dict(
            zip(("client", "call", "backend"), connection.run(sql, call=call)[0], strict=True)
        )

    verdicts, _ = _ask_at_once(open_client)

    assert verdicts["wrong"] > 0, "the tests through the pooler could not see it either"


def test_the_store_shares_backends_and_gets_its_own_answers(pooled: DatabaseAddress) -> None:
    database = Database(lambda: _connect(pooled))

    verdicts, backends = _ask_at_once(lambda: lambda sql, call: database.run(lambda tx: tx.row(sql, call=call)))

    database.close()
    assert verdicts == {"right": CLIENTS * CALLS}
    assert 0 < backends <= POOL_SIZE


def _connect(address: DatabaseAddress) -> Connection:
    return Connection(
        address.user, host=address.host, port=address.port, database=address.name, password=address.password, timeout=30
    )


def _ask_at_once(open_client: Callable[[], Ask]) -> tuple[Counter[str], int]:
    """Let clients ask at once, each a statement of its own; count their answers by kind, and the backends they met."""
    start = Barrier(CLIENTS)

    def run(client: int) -> list[tuple[str, int | None]]:
        sql = f"SELECT {client} AS client, CAST(:call AS integer) AS call, pg_backend_pid() AS backend"
        answers: list[tuple[str, int | None]] = []
        ask = open_client()
        start.wait(timeout=30)
        for call in range(CALLS):
            try:
                row = ask(sql, call)
            except (DatabaseError, InterfaceError, OSError, LookupError):
                answers.append(("error", None))
                ask = open_client()
            else:
                assert row is not None
                right = (row["client"], row["call"]) == (client, call)
                answers.append(("right" if right else "wrong", row["backend"]))
        return answers

    with ThreadPoolExecutor(CLIENTS) as pool:
        answers = [answer for of_client in pool.map(run, range(CLIENTS)) for answer in of_client]
    return Counter(verdict for verdict, _ in answers), len({backend for _, backend in answers if backend})
