"""Answers what became of jobs, of their objects, and what was found in them."""

import json
from collections.abc import Callable, Collection
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from pydantic import BaseModel

from bucketsieve.errors import InvalidRequestError, NotFoundError
from bucketsieve.reasons import REASONS_BY_OUTCOME, Reason
from bucketsieve.results.model import (
    Failure,
    FindingFilter,
    FindingPosition,
    FindingReport,
    JobPosition,
    JobReport,
    ObjectPosition,
    ObjectReport,
    ObjectState,
    Slice,
    Totals,
)
from bucketsieve.store.database import Database, Transaction
from bucketsieve.store.findings_search import read_findings
from bucketsieve.store.job_reads import job_exists, read_job, read_jobs, read_live_totals
from bucketsieve.store.keys import decode_key
from bucketsieve.store.objects import (
    read_objects,
    read_objects_by_chunk_state,
    read_objects_by_outcome,
    read_objects_by_reason,
)

#: The view is refreshed every minute. Behind this, refreshing has stopped, and a running job is counted instead.
STALE_AFTER: Final = timedelta(minutes=3)

#: Lambda hands back 6 MB. Keys of a thousand quotes or control characters would outgrow it on a long page.
PAGE_BYTES: Final = 5_000_000


class Results:
    """Reads the record. ``detectors`` are the ids a search may name."""

    def __init__(self, database: Database, *, detectors: Collection[str]) -> None:
        self._database = database
        self._detectors = frozenset(detectors)

    def job(self, job_id: UUID, *, real_time: bool = False) -> JobReport:
        """Return a job with its totals, counted for this answer if asked to, or where the last count is missing or old.

        Raises:
            NotFoundError: there is no such job.
            TransientError: the database did not answer.
        """

        def read(tx: Transaction) -> JobReport:
            row = read_job(tx, job_id)
            if row is None:
                raise _no_such_job()
            stale = row["as_of"] is None or row["asked_at"] - row["as_of"] > STALE_AFTER
            if not row["frozen"] and (real_time or stale):
                row |= {"totals": read_live_totals(tx, job_id), "as_of": None}
            return _job(row)

        return self._database.run(read)

    def jobs(self, *, after: JobPosition | None, limit: int) -> Slice[JobReport, JobPosition]:
        """Return jobs, newest first, with the totals of the last refresh."""
        rows = self._database.run(lambda tx: read_jobs(tx, before=after, limit=limit + 1))
        return _slice(rows, limit, _job, lambda row: JobPosition(row["created_at"], row["id"]))

    def objects(
        self,
        job_id: UUID,
        *,
        outcome: ObjectState | None,
        reason: Reason | None,
        after: ObjectPosition | None,
        limit: int,
    ) -> Slice[ObjectReport, ObjectPosition]:
        """Return the ledger of a job, in the order of the listing.

        Raises:
            NotFoundError: there is no such job.
        """

        def read(tx: Transaction) -> list[dict[str, Any]]:
            if not job_exists(tx, job_id):
                raise _no_such_job()
            if reason is not None:
                outcomes = [known for known, reasons in REASONS_BY_OUTCOME.items() if reason in reasons]
                wanted = [known for known in outcomes if outcome is None or outcome.value == known.value]
                return read_objects_by_reason(tx, job_id, wanted, reason, after=after, limit=limit + 1)
            if outcome is None:
                return read_objects(tx, job_id, after=after, limit=limit + 1)
            if outcome.settled:
                return read_objects_by_outcome(tx, job_id, outcome, after=after, limit=limit + 1)
            return read_objects_by_chunk_state(tx, job_id, outcome, after=after, limit=limit + 1)

        rows = self._database.run(read)
        return _slice(rows, limit, _object, lambda row: ObjectPosition(row["chunk_no"], row["ordinal"]))

    def findings(
        self, wanted: FindingFilter, *, after: FindingPosition | None, limit: int
    ) -> Slice[FindingReport, FindingPosition]:
        """Return the findings that pass the filter.

        Raises:
            InvalidRequestError: there is no such detector.
            NotFoundError: there is no such job.
        """
        if wanted.detector is not None and wanted.detector not in self._detectors:
            raise InvalidRequestError("detector: there is none of this id; ids look like aws_access_key_id.")

        def read(tx: Transaction) -> list[dict[str, Any]]:
            if wanted.job_id is not None and not job_exists(tx, wanted.job_id):
                raise _no_such_job()
            return read_findings(
                tx,
                job_id=wanted.job_id,
                bucket=wanted.bucket,
                key=wanted.key,
                detector=wanted.detector,
                severity=wanted.severity,
                after=after,
                limit=limit + 1,
            )

        rows = self._database.run(read)
        return _slice(
            rows, limit, _finding, lambda row: FindingPosition(*(row[name] for name in FindingPosition._fields))
        )


def _no_such_job() -> NotFoundError:
    return NotFoundError("There is no job of this id. GET /jobs lists the jobs there are.")


def _slice[Item: BaseModel, Position](
    rows: list[dict[str, Any]],
    limit: int,
    report: Callable[[dict[str, Any]], Item],
    position: Callable[[dict[str, Any]], Position],
) -> Slice[Item, Position]:
    items: list[Item] = []
    size = 0
    for row in rows[:limit]:
        item = report(row)
        size += _answer_bytes(item)
        if items and size > PAGE_BYTES:
            break
        items.append(item)
    # One row more than the page tells whether another page follows.
    return Slice(items, position(rows[len(items) - 1]) if len(rows) > len(items) else None)


def _answer_bytes(item: BaseModel) -> int:
    """Return the size of the item in Lambda's answer, which is JSON within JSON: what is escaped is so twice."""
    return len(json.dumps(item.model_dump_json(), ensure_ascii=False).encode())


def _job(row: dict[str, Any]) -> JobReport:
    totals = Totals.model_validate(row["totals"])
    counted_now = row["frozen"] or row["as_of"] is None
    failure = row["failure_reason"] and Failure(reason=row["failure_reason"], detail=row["failure_detail"])
    return JobReport(
        job_id=row["id"],
        bucket=row["bucket"],
        prefix=decode_key(row["prefix"]),
        status=row["status"],
        created_at=row["created_at"],
        ended_at=row["ended_at"],
        execution_arn=row["execution_arn"],
        ruleset_version=row["ruleset_version"],
        failure=failure,
        percent=_percent(totals, complete=row["frozen"]),
        totals=totals,
        as_of=row["asked_at"] if counted_now else row["as_of"],
        real_time=counted_now,
    )


def _percent(totals: Totals, *, complete: bool) -> float:
    """Return the settled share, rounded down, so that 100 never comes early."""
    objects = totals.objects
    if complete:
        return 100.0
    if objects.listed == 0:
        return 0.0
    settled = objects.listed - objects.queued - objects.processing
    return min(settled * 1000 // objects.listed, 999) / 10


def _object(row: dict[str, Any]) -> ObjectReport:
    fields = {name: row[name] for name in ObjectReport.model_fields if name != "outcome"}
    return ObjectReport(
        **fields | {"key": decode_key(row["key"]), "version": row["version"] or None}, outcome=row["state"]
    )


def _finding(row: dict[str, Any]) -> FindingReport:
    fields = {name: row[name] for name in FindingReport.model_fields if name != "count"}
    return FindingReport(
        **fields | {"key": decode_key(row["key"]), "version": row["version"] or None}, count=row["occurrences"]
    )
