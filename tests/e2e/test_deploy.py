"""A deployment changes what changed, and nothing else."""

import re
from pathlib import Path
from typing import Any

import pytest
from local.processes import StartError
from local.stack import LocalStack


def changed(said: str) -> set[str]:
    """Return the resources of the change set that SAM printed, layers without (what its table shows of) their hash."""
    return set(re.findall(r"^[+*-] (?:Add|Modify|Delete) +(\w+?)(?:[0-9a-f]{7,10})? ", said, re.MULTILINE))


def applied(stack: LocalStack) -> list[Any]:
    with stack.database.connect() as connection:
        return [name for (name,) in connection.run("SELECT name FROM schema_migrations ORDER BY name")]


def test_a_second_deployment_changes_nothing(stack: LocalStack) -> None:
    stack.build()

    assert "No changes to deploy" in stack.deploy()


def test_a_new_sql_file_changes_the_migration_and_what_depends_on_it(stack: LocalStack, project: Path) -> None:
    (project / "sql" / "9001_added.sql").write_text("CREATE TABLE added (id integer PRIMARY KEY);\n")

    stack.build()
    said = stack.deploy()

    assert changed(said) == {"MigrationsLayer", "MigrateFunction", "DatabaseSchema"}, said
    assert applied(stack)[-1] == "9001_added.sql"


def test_a_sql_file_that_fails_stops_the_deployment_and_is_named_as_the_cause(stack: LocalStack, project: Path) -> None:
    before = applied(stack)
    broken = project / "sql" / "9002_broken.sql"
    broken.write_text("CREATE TABLE broken (id integer PRIMARY KEY);\nSELECT nonsense;\n")
    try:
        stack.build()
        with pytest.raises(StartError) as failure:
            stack.deploy()
    finally:
        broken.unlink()

    assert '9002_broken.sql: column "nonsense" does not exist' in " ".join(str(failure.value).split())
    assert applied(stack) == before
    stack.build()
    stack.deploy()
    assert applied(stack) == before
