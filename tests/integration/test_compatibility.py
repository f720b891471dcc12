"""For the time of a deployment, code from before it runs on the schema after it, with messages of either."""

import ast
import re
import subprocess
from pathlib import Path
from typing import Final
from uuid import UUID

import pytest
from local.postgres import DatabaseAddress

from bucketsieve.models import ChunkMessage
from tests.conftest import PROJECT
from tests.integration.test_roles import OF_THE_OWNER, USERS, refused

JOB: Final = UUID("01939b2e-7c4f-7e0a-9d55-0f3a6f2c1b11")

#: What a message of each version looked like. Some may still be in a queue.
MESSAGES: Final = {1: f'{{"version": 1, "job_id": "{JOB}", "chunk_no": 7}}'}

#: What takes something away from code that still runs, unless a comment says that the version before did not use it.
TAKES_AWAY: Final = re.compile(
    r"\bDROP\b|\bRENAME\b|\bTRUNCATE\b|\bSET NOT NULL\b|\bTYPE\b|\bREVOKE\b.*\bFROM bucketsieve_", re.IGNORECASE
)
UNUSED: Final = re.compile(r"-- Unused since \d{4}\.")


def git(*arguments: str) -> str:
    command = ["git", "-C", str(PROJECT), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout


def before_the_newest_migration() -> str | None:
    """Return the commit before the newest SQL file came, or ``None`` where the history does not say."""
    newest = max((PROJECT / "sql").glob("*.sql")).name
    try:
        came = git("log", "--format=%H", "--diff-filter=A", "--", f"sql/{newest}").split()
        return git("rev-parse", f"{came[-1]}^").strip()
    except (subprocess.CalledProcessError, FileNotFoundError, IndexError):
        return None


def files(commit: str, folder: str) -> list[str]:
    return git("ls-tree", "-r", "--name-only", commit, folder).split()


def statements(commit: str) -> dict[str, str]:
    """Return the statements of the store as a commit had them, by their names."""
    return {
        f"{Path(file).stem}.{name}": text
        for file in files(commit, "src/bucketsieve/store")
        if file.endswith(".py") and Path(file).stem not in OF_THE_OWNER
        for name, text in constants(git("show", f"{commit}:{file}")).items()
    }


def constants(source: str) -> dict[str, str]:
    """Return the texts that a module gives names in capitals."""
    return {
        node.target.id: node.value.value
        for node in ast.parse(source).body
        if isinstance(node, ast.AnnAssign)
        and isinstance(node.target, ast.Name)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
        and not node.target.id.startswith("_")
    }


BEFORE: Final = before_the_newest_migration()


@pytest.mark.parametrize("version", range(1, ChunkMessage.VERSION + 1))
def test_messages_of_every_version_are_understood(version: int) -> None:
    assert ChunkMessage.from_json(MESSAGES[version]) == ChunkMessage(JOB, 7)


def test_messages_are_sent_in_a_form_that_is_on_record() -> None:
    assert ChunkMessage(JOB, 7).to_json() == MESSAGES[ChunkMessage.VERSION]


@pytest.mark.parametrize("path", sorted((PROJECT / "sql").glob("*.sql")), ids=lambda path: path.stem)
def test_a_migration_takes_nothing_away_that_may_be_in_use(path: Path) -> None:
    for statement in path.read_text().split(";"):
        if TAKES_AWAY.search(re.sub(r"--.*", "", statement)):
            assert UNUSED.search(statement), statement


@pytest.mark.skipif(BEFORE is None, reason="the project's history is not here")
def test_statements_from_before_the_newest_migration_still_run(database_address: DatabaseAddress) -> None:
    assert BEFORE is not None
    owner = {database_address.user}
    had_roles = "sql/0004_roles.sql" in files(BEFORE, "sql")  # until then, everybody was the owner
    old = statements(BEFORE)

    with database_address.connect() as connection:
        connection.run("START TRANSACTION")
        refusals = [
            (name, role)
            for name, sql in old.items()
            for role in (USERS.get(name, owner) if had_roles else owner)
            if refused(connection, role, sql)
        ]

    assert len(old) > 40
    assert refusals == []
