"""Every way to ask walks along an index, no further than its page: none reads a table from end to end."""

import json
from collections.abc import Iterator
from typing import Any, Final
from uuid import UUID

import pytest
from local.postgres import PostgresServer

from bucketsieve.store import findings_search, objects
from tests.integration.api.record import Record

INSERT_CHUNKS: Final = """
INSERT INTO job_chunks (job_id, chunk_no, state, object_count, byte_count, succeeded, skipped, detectors, severities)
SELECT CAST(:job_id AS uuid), n, CASE WHEN n % 100 = 99 THEN 'queued' ELSE 'done' END, 25, 1, 24, 1,
       '{"us_ssn": 25}', '{"high": 25}'
FROM generate_series(0, :chunks - 1) n
"""

INSERT_OBJECTS: Final = """
INSERT INTO job_objects (job_id, chunk_no, ordinal, key, size, etag, storage_class, last_modified, outcome, reason)
SELECT job_id, chunk_no, n, chunk_no || '/' || n, 1, 'e', 'STANDARD', now(),
       CASE WHEN state = 'queued' THEN NULL WHEN n = 7 THEN 'skipped' ELSE 'succeeded' END,
       CASE WHEN state <> 'queued' AND n = 7 THEN 'EMPTY_OBJECT' END
FROM job_chunks, generate_series(0, :objects - 1) n
WHERE job_id = :job_id
"""

INSERT_FINDINGS: Final = """
INSERT INTO findings (job_id, chunk_no, ordinal, detector, fingerprint, severity, confidence, confidence_reason, masked,
                      context, occurrences, locations)
SELECT job_id, chunk_no, ordinal, 'us_ssn', '1', 'high', 'validated', '', '', '', 1, '[]'
FROM job_objects
"""

LIMIT: Final = 20
CHUNKS: Final = 400
OBJECTS: Final = 25
JOB: Final = UUID(int=2)
MIDDLE: Final = {"after_chunk_no": CHUNKS // 2, "after_ordinal": 7}
LEDGER: Final = {"job_id": JOB, "limit": LIMIT} | MIDDLE
FINDINGS: Final = MIDDLE | {
    "first_job_id": JOB,
    "last_job_id": UUID(int=2**128 - 1),
    "after_job_id": JOB,
    "after_detector": "us_ssn",
    "after_fingerprint": "0",
    "bucket": None,
    "detector": None,
    "severity": None,
    "limit": LIMIT,
}
#: Rows of a page, and of the chunks it begins and ends in, over the few levels of a plan.
MOST: Final = 10 * LIMIT


@pytest.fixture(scope="module")
def large(postgres: PostgresServer, migrated_template: str) -> Iterator[Record]:
    """Three jobs of 10,000 objects with a finding each; one in 25 was skipped, one chunk in 100 is queued."""
    address = postgres.create_database("large", template=migrated_template)
    with address.connect() as connection:
        yield _filled(Record(connection))
    postgres.drop_database(address)


def _filled(record: Record) -> Record:
    for number in (1, 2, 3):
        job_id = record.job(id=UUID(int=number), status="scanning")
        record.run(
            INSERT_CHUNKS,
            job_id=job_id,
            chunks=CHUNKS,
        )
        record.run(
            INSERT_OBJECTS,
            job_id=job_id,
            objects=OBJECTS,
        )
    record.run(INSERT_FINDINGS)
    record.run("ANALYZE")
    return record


@pytest.mark.parametrize(
    ("statement", "parameters"),
    [
        (objects.SELECT_OBJECTS, LEDGER),
        (objects.SELECT_OBJECTS_BY_OUTCOME, LEDGER | {"outcome": "succeeded"}),
        (objects.SELECT_OBJECTS_BY_OUTCOME, LEDGER | {"outcome": "failed"}),
        (objects.SELECT_OBJECTS_BY_CHUNK_STATE, LEDGER | {"state": "queued"}),
        (objects.SELECT_OBJECTS_BY_REASON, LEDGER | {"outcomes": ["skipped", "partial"], "reason": "EMPTY_OBJECT"}),
        (findings_search.SELECT_FINDINGS, FINDINGS),
        (findings_search.SELECT_FINDINGS, FINDINGS | {"last_job_id": JOB, "detector": "us_ssn", "severity": "high"}),
        (findings_search.SELECT_FINDINGS, FINDINGS | {"last_job_id": JOB, "detector": "email_address"}),
        (findings_search.SELECT_FINDINGS, FINDINGS | {"severity": "low"}),
        (findings_search.SELECT_FINDINGS_OF_KEY, FINDINGS | {"key": "300/3"}),
    ],
)
def test_a_page_reads_about_as_many_rows_as_it_shows(large: Record, statement: str, parameters: dict[str, Any]) -> None:
    ((plan,),) = large.run(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", **parameters)
    root = (plan if isinstance(plan, list) else json.loads(plan))[0]["Plan"]

    scans = [node for node in _nodes(root) if node.get("Relation Name") in ("job_objects", "findings")]

    assert scans
    assert {node["Node Type"] for node in scans} <= {"Index Scan", "Index Only Scan"}
    for node in scans:
        read = node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
        assert read * node["Actual Loops"] <= MOST, node


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for child in node.get("Plans", ()):
        yield from _nodes(child)
