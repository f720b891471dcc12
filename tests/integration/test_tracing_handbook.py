"""The statements that docs/tracing.md shows run on the schema as it is."""

import re
from typing import Final

import pytest

from bucketsieve.store.database import Database
from tests.conftest import PROJECT
from tests.fakes import FakeLister, FakeQueue, listed
from tests.integration.scans import list_all, listing, new_job, rows

STATEMENTS: Final = re.findall(r"```sql\n(.*?);\n```", (PROJECT / "docs" / "tracing.md").read_text(), re.DOTALL)


@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda statement: statement.partition("\n")[0])
def test_a_statement_tells_of_a_job(database: Database, statement: str) -> None:
    job_id = new_job(database)
    lister = FakeLister({"data": [listed("a"), listed("b", size=0)]})
    list_all(listing(database, lister, FakeQueue()), job_id)

    for chunk_no in (0, 1):
        parameters = {"job_id": job_id, "chunk_no": chunk_no}
        named = {name: value for name, value in parameters.items() if f":{name}" in statement}
        found = rows(database, statement, **named)
        assert found, statement
