"""Each component may run its own statements, and has no right that none of them needs."""

import importlib
import pkgutil
import re
from collections.abc import Iterator
from typing import Final, get_args
from uuid import UUID

import pytest
from local.postgres import DatabaseAddress
from pg8000.exceptions import DatabaseError
from pg8000.native import Connection

from bucketsieve import store
from bucketsieve.settings import ComponentRole
from bucketsieve.store.database import sqlstate
from tests.conftest import PROJECT

API, LISTER, SCANNER, UPKEEP = ROLES = get_args(ComponentRole.__value__)

STORE: Final = PROJECT / "src" / "bucketsieve" / "store"

INSUFFICIENT_PRIVILEGE: Final = "42501"

#: Who runs which statement of ``bucketsieve.store``, in a deployment with a state machine.
USERS: Final[dict[str, set[str]]] = {
    "chunks.CLAIM": {SCANNER},
    "chunks.SELECT_STATE": {SCANNER},
    "chunks.FORGET_MESSAGE": {SCANNER},
    "chunks.SELECT_CLAIMED": {SCANNER},
    "chunks.SELECT_JOB_OF_CHUNK": {SCANNER},
    "chunks.EXTEND_LEASE": {SCANNER},
    "chunks.RELEASE": {SCANNER},
    "chunks.LOCK_FENCED": {SCANNER},
    "chunks.SELECT_SETTLED_BY": {SCANNER},
    "chunks.SET_ATTEMPTS": {SCANNER},
    "chunks.SETTLE_OBJECTS": {SCANNER},
    "chunks.INSERT_FINDINGS": {SCANNER},
    "chunks.SET_TOTALS": {API, SCANNER, UPKEEP},
    "control.LOCK_JOB": {API},
    "control.CANCEL_JOB": {API},
    "control.PAUSE_JOB": {API},
    "control.RESUME_JOB": {API},
    "control.SELECT_UNFINISHED": {API, UPKEEP},
    "control.SELECT_TO_RETRY": {API},
    "control.FORGET_FINDINGS": {API},
    "control.FORGET_OUTCOMES": {API},
    "control.QUEUE_AGAIN": {API},
    "control.REOPEN_JOB": {API},
    "dead_letters.LOCK_CHUNK": {UPKEEP},
    "ending.END_ATTEMPT": {API, UPKEEP},
    "ending.SETTLE_REST": {API, UPKEEP},
    "findings_search.SELECT_FINDINGS": {API},
    "findings_search.SELECT_FINDINGS_OF_KEY": {API},
    "health.SELECT_HEALTH": {UPKEEP},
    "job_reads.SELECT_JOB_WITH_PROGRESS": {API},
    "job_reads.SELECT_LIVE_TOTALS": {API},
    "job_reads.SELECT_JOBS_WITH_PROGRESS": {API},
    "job_reads.JOB_EXISTS": {API},
    "jobs.INSERT_JOB": {API},
    "jobs.SELECT_JOB": {API, LISTER, UPKEEP},
    "jobs.SELECT_JOB_BY_IDEMPOTENCY_KEY": {API},
    "jobs.SET_EXECUTION": {API, LISTER, UPKEEP},
    "jobs.FAIL_JOB": {LISTER, UPKEEP},
    "jobs.LOCK_JOB": {API, LISTER, SCANNER, UPKEEP},
    "jobs.CLOSE_JOB": {API, LISTER, SCANNER, UPKEEP},
    "listing.ADVANCE_POSITION": {LISTER},
    "listing.INSERT_CHUNKS": {LISTER},
    "listing.INSERT_OBJECTS": {LISTER},
    "listing.SELECT_UNSENT": {API, LISTER},
    "listing.MARK_ENQUEUED": {API, LISTER, UPKEEP},
    "objects.SELECT_OBJECTS": {API},
    "objects.SELECT_OBJECTS_BY_OUTCOME": {API},
    "objects.SELECT_OBJECTS_BY_CHUNK_STATE": {API},
    "objects.SELECT_OBJECTS_BY_REASON": {API},
    "progress.TRY_REFRESH_LOCK": {UPKEEP},
    "progress.REFRESH": {UPKEEP},
    "sweep.SELECT_UNSENT": {UPKEEP},
    "sweep.SELECT_ABANDONED": {UPKEEP},
    "sweep.SELECT_NEAR_RETENTION": {UPKEEP},
    "sweep.SELECT_WAITING_FOR_NOTHING": {UPKEEP},
    "sweep.SELECT_STALLED_LISTINGS": {UPKEEP},
    "sweep.SELECT_READY_TO_CLOSE": {UPKEEP},
    "sweep.SELECT_CANCELLED": {UPKEEP},
}
#: The migrations are the owner's.
OF_THE_OWNER: Final = {"migrations", "logins"}

#: What no component may do, whatever its code.
FORBIDDEN: Final = {
    "write a finding": ({API, LISTER, UPKEEP}, "INSERT INTO findings (job_id) VALUES (NULL)"),
    "change a finding": (set(ROLES), "UPDATE findings SET masked = ''"),
    "delete a finding": (set(ROLES), "DELETE FROM findings"),
    "read a finding": ({LISTER, SCANNER, UPKEEP}, "SELECT masked FROM findings"),
    "count findings": ({LISTER, SCANNER, UPKEEP}, "SELECT FROM findings"),
    "rename an object": (set(ROLES), "UPDATE job_objects SET key = ''"),
    "delete an object": (set(ROLES), "DELETE FROM job_objects"),
    "add an object": ({API, SCANNER, UPKEEP}, "INSERT INTO job_objects (key) VALUES ('')"),
    "see what was asked for": ({SCANNER}, "SELECT prefix, options FROM jobs"),
    "record a job": ({LISTER, SCANNER, UPKEEP}, "INSERT INTO jobs (bucket) VALUES ('')"),
    "point a job to another bucket": (set(ROLES), "UPDATE jobs SET bucket = ''"),
    "delete a job": (set(ROLES), "DELETE FROM jobs"),
    "empty a table": (set(ROLES), "TRUNCATE jobs CASCADE"),
    "read the history of migrations": (set(ROLES), "SELECT FROM schema_migrations"),
    "make a table": (set(ROLES), "CREATE TABLE extra (id integer)"),
    "refresh the view itself": (set(ROLES), "REFRESH MATERIALIZED VIEW job_progress"),
    "make a role": (set(ROLES), "CREATE ROLE extra"),
}

#: Every right of a role: relations, columns of relations, functions. Those of the public are not looked at.
RIGHTS: Final = """
SELECT format('%s ON %I', privilege_type, relname)
  FROM pg_class, aclexplode(relacl)
 WHERE grantee = CAST(:role AS regrole)
 UNION ALL
SELECT format('%s (%I) ON %I', privilege_type, attname, relname)
  FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid, aclexplode(attacl)
 WHERE grantee = CAST(:role AS regrole)
 UNION ALL
SELECT format('%s ON FUNCTION %s', privilege_type, CAST(pg_proc.oid AS regprocedure))
  FROM pg_proc, aclexplode(proacl)
 WHERE grantee = CAST(:role AS regrole)
 ORDER BY 1
"""


def statements() -> dict[str, str]:
    """Return every statement of the store by its name."""
    modules = {info.name for info in pkgutil.iter_modules(store.__path__)} - OF_THE_OWNER
    return {
        f"{name}.{constant}": text
        for name in sorted(modules)
        for constant, text in vars(importlib.import_module(f"bucketsieve.store.{name}")).items()
        if isinstance(text, str) and f"\n{constant}: Final = " in (STORE / f"{name}.py").read_text()
    }


STATEMENTS: Final = statements()
OF_ROLE: Final = {role: [STATEMENTS[name] for name, users in USERS.items() if role in users] for role in ROLES}


@pytest.fixture
def connection(database_address: DatabaseAddress) -> Iterator[Connection]:
    with database_address.connect() as connection:
        connection.run("CREATE TABLE IF NOT EXISTS schema_migrations (name text)")
        yield connection


def refused(connection: Connection, role: str, sql: str) -> bool:
    """Whether the server refuses a statement to a role. Nothing is carried out: rights are checked before."""
    explain = "" if re.match(r"\s*(TRUNCATE|CREATE|REFRESH)", sql) else "EXPLAIN "
    connection.run("SAVEPOINT before")
    connection.run(f"SET LOCAL ROLE {role}")
    try:
        connection.run(explain + sql, **{name: sample(name) for name in re.findall(r"(?<!:):(\w+)", sql)})
    except DatabaseError as error:
        if sqlstate(error) != INSUFFICIENT_PRIVILEGE:
            raise
        return True
    else:
        return False
    finally:
        connection.run("ROLLBACK TO SAVEPOINT before")


def sample(parameter: str) -> str:
    """Return a value of the parameter's type. With NULL, the planner would drop parts of a statement unseen."""
    if parameter.endswith("id"):
        return str(UUID(int=0))
    return {"outcomes": "{}", "before_created_at": "infinity"}.get(parameter, "0")


def test_every_statement_of_the_store_has_its_users() -> None:
    assert STATEMENTS.keys() == USERS.keys()


@pytest.mark.parametrize("role", ROLES)
def test_a_component_may_run_what_it_runs(connection: Connection, role: str) -> None:
    connection.run("START TRANSACTION")

    assert [sql for sql in OF_ROLE[role] if refused(connection, role, sql)] == []


@pytest.mark.parametrize("role", ROLES)
def test_a_component_has_no_right_that_it_does_not_need(connection: Connection, role: str) -> None:
    connection.run("START TRANSACTION")
    rights = [right for (right,) in connection.run(RIGHTS, role=role)]
    idle = []
    for right in rights:
        connection.run("SAVEPOINT whole")
        connection.run(f"REVOKE {right} FROM {role}")
        if not any(refused(connection, role, sql) for sql in OF_ROLE[role]):
            idle.append(right)
        connection.run("ROLLBACK TO SAVEPOINT whole")

    assert len(rights) > 10
    assert idle == []


@pytest.mark.parametrize("deed", FORBIDDEN)
def test_nobody_does_what_is_not_theirs(connection: Connection, deed: str) -> None:
    others, sql = FORBIDDEN[deed]
    connection.run("START TRANSACTION")

    assert {role for role in ROLES if refused(connection, role, sql)} == others
