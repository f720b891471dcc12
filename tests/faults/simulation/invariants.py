"""What must be true of the record after every run, whatever happened in it."""

from typing import Any

from bucketsieve.models import ChunkMessage, ChunkState
from bucketsieve.reasons import REASONS_BY_OUTCOME, Outcome
from bucketsieve.store.chunks import claim
from bucketsieve.store.database import Database
from tests.faults.simulation.run import Run
from tests.faults.simulation.world import finding_of

#: An object is blamed when its worker died, or lost its lease, twice while it was tried alone.
DEATHS_THAT_CONVICT = 2
#: S3 is given up on an object when its chunk had to be given back so often before.
TROUBLES_THAT_CONVICT = 4


class ViolationError(AssertionError):
    """An invariant does not hold."""


def check(run: Run) -> None:
    """Check all of them.

    Raises:
        ViolationError: says which does not hold.
    """
    snapshot = _snapshot(run.database)
    [job] = snapshot["jobs"]
    objects = snapshot["job_objects"]
    _require(job["totals"] is not None, f"the job is {job['status']} and never came to its end")
    if not run.cancelled:
        _require(job["status"] == "completed", f"the job is {job['status']}")
        keys = sorted(o["key"] for o in objects)
        _require(keys == sorted(o.key for o in run.contents), f"not every key has one row: {keys}")
    for each in objects:
        _check_object(run, each, [f for f in snapshot["findings"] if _of(f, each)])
    _check_totals(job, objects)
    _redeliver(run)
    _require(_snapshot(run.database) == snapshot, "a second delivery of every message changed something")


def _check_object(run: Run, each: dict[str, Any], findings: list[dict[str, Any]]) -> None:
    key, outcome, reason = each["key"], each["outcome"], each["reason"]
    kind = key.partition("-")[0]
    _require(outcome is not None, f"{key} has no outcome")
    allowed = REASONS_BY_OUTCOME[Outcome(outcome)]
    _require(reason in allowed if allowed else reason is None, f"{key} is {outcome} for {reason}")
    expected = [finding_of(key).fingerprint] if outcome == "succeeded" and kind in {"secret", "gone"} else []
    _require([f["fingerprint"] for f in findings] == expected, f"{key}, {outcome}, has other findings than the oracle")
    _require(each["detectors"] == ({"us_ssn": 1} if expected else {}), f"{key} counts {each['detectors']}")
    if run.cancelled and reason == "CANCELLED":
        return
    cursed = run.cursed and each["chunk_no"] == 0
    fates: dict[str, set[str | None]] = {
        "plain": {None},
        "secret": {None},
        "gone": {None, "SOURCE_OBJECT_NO_LONGER_AVAILABLE"},
        "shaky": {None, "SOURCE_UNAVAILABLE"},
        "down": {"SOURCE_UNAVAILABLE"},
        "poison": {"POISON"},
        "empty": {"EMPTY_OBJECT"},
    }
    if reason == "POISON" and kind != "poison":
        blamed = run.deaths[each["chunk_no"], each["ordinal"]] >= DEATHS_THAT_CONVICT
        _require(cursed or blamed, f"{key} is blamed for deaths it was no part of")
    else:
        _require(reason in fates[kind], f"{key} is {outcome} for {reason}")
    if reason == "SOURCE_UNAVAILABLE":
        troubles = run.troubles[each["chunk_no"]]
        _require(troubles >= TROUBLES_THAT_CONVICT, f"{key} was given up after S3 had failed {troubles} times")


def _check_totals(job: dict[str, Any], objects: list[dict[str, Any]]) -> None:
    counted = dict.fromkeys(("queued", "processing", *Outcome), 0)
    reasons: dict[str, int] = {}
    detectors: dict[str, int] = {}
    for each in objects:
        counted[each["outcome"]] += 1
        if each["reason"]:
            reasons[each["reason"]] = reasons.get(each["reason"], 0) + 1
        for detector, occurrences in each["detectors"].items():
            detectors[detector] = detectors.get(detector, 0) + occurrences
    totals = job["totals"]
    _require(totals["objects"] == {"listed": len(objects), **counted}, f"totals {totals['objects']} are not {counted}")
    _require(totals["reasons"] == reasons, f"reasons {totals['reasons']} are not {reasons}")
    _require(totals["detectors"] == detectors, f"detectors {totals['detectors']} are not {detectors}")


def _redeliver(run: Run) -> None:
    for chunk in _snapshot(run.database)["job_chunks"]:
        nudge = ChunkMessage(chunk["job_id"], chunk["chunk_no"])
        answer = run.database.run(lambda tx, nudge=nudge: claim(tx, nudge.job_id, nudge.chunk_no, 60))  # type: ignore[misc]
        _require(answer is ChunkState.DONE, f"chunk {chunk['chunk_no']} could be claimed again")


def _snapshot(database: Database) -> dict[str, list[dict[str, Any]]]:
    queries = {
        "jobs": "SELECT * FROM jobs",
        "job_chunks": "SELECT * FROM job_chunks ORDER BY chunk_no",
        "job_objects": "SELECT * FROM job_objects ORDER BY chunk_no, ordinal",
        "findings": "SELECT * FROM findings ORDER BY chunk_no, ordinal, fingerprint",
    }
    with database.transaction() as tx:
        return {table: tx.rows(query) for table, query in queries.items()}


def _of(finding: dict[str, Any], each: dict[str, Any]) -> bool:
    return bool(finding["chunk_no"] == each["chunk_no"] and finding["ordinal"] == each["ordinal"])


def _require(holds: bool, otherwise: str) -> None:
    if not holds:
        raise ViolationError(otherwise)
