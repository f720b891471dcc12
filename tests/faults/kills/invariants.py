"""What must be true of a job of real processes, however many of them were killed."""

from collections import Counter
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from bucketsieve.reasons import Outcome
from tests.faults.engine import make_engine
from tests.faults.plant import Plant, wait_until

_ENGINE: Final = make_engine()

type Found = Counter[tuple[str, str]]  # occurrences by detector and fingerprint


@dataclass(frozen=True, slots=True)
class Contents:
    """What the bucket holds, and the values in it that may not be seen anywhere else."""

    objects: dict[str, bytes]
    canaries: tuple[str, ...]

    def oracle(self) -> dict[str, Found]:
        """Return what is in each object, by an engine that nobody disturbs."""
        return {key: _findings(body) for key, body in self.objects.items()}


def check(plant: Plant, job_id: UUID, contents: Contents) -> None:
    """Check all of them; the scanner that is still running is given every message once more."""
    snapshot = plant.snapshot()
    [job] = snapshot["jobs"]
    ledger = snapshot["job_objects"]
    assert job["status"] == "completed"
    assert sorted(each["key"] for each in ledger) == sorted(contents.objects)
    assert {each["key"]: each["outcome"] for each in ledger} == {
        key: "succeeded" if body else "skipped" for key, body in contents.objects.items()
    }
    assert {each["reason"] for each in ledger} <= {None, "EMPTY_OBJECT"}
    assert all(chunk["state"] == "done" for chunk in snapshot["job_chunks"])
    oracle = contents.oracle()
    for each in ledger:
        assert _recorded(snapshot["findings"], each) == oracle[each["key"]], each["key"]
    _check_totals(job, ledger, oracle)
    _deliver_again(plant, job_id, snapshot)
    written = f"{snapshot}{plant.logs.read_text()}"
    assert [canary for canary in contents.canaries if canary in written] == []


def _check_totals(job: dict[str, Any], ledger: list[dict[str, Any]], oracle: dict[str, Found]) -> None:
    outcomes = Counter(each["outcome"] for each in ledger)
    detectors: Counter[str] = Counter()
    for found in oracle.values():
        for (detector, _fingerprint), occurrences in found.items():
            detectors[detector] += occurrences
    assert job["totals"]["objects"] == {
        "listed": len(ledger),
        "queued": 0,
        "processing": 0,
        **{str(outcome): outcomes[outcome] for outcome in Outcome},
    }
    assert job["totals"]["detectors"] == dict(detectors)


def _deliver_again(plant: Plant, job_id: UUID, before: dict[str, list[dict[str, Any]]]) -> None:
    plant.announce_all(job_id)
    plant.let_time_pass()
    wait_until(plant.queue.is_idle, "a scanner has dropped every message")
    after = plant.snapshot()
    for table in ("job_objects", "findings"):
        assert after[table] == before[table], f"a second delivery changed {table}"
    assert after["jobs"][0]["totals"] == before["jobs"][0]["totals"]
    attempts = [[chunk["attempt"] for chunk in each["job_chunks"]] for each in (before, after)]
    assert attempts[0] == attempts[1]


def _findings(body: bytes) -> Found:
    session = _ENGINE.session()
    session.feed(body)
    report = session.finish()
    return Counter({(f.detector, f.fingerprint): f.count for f in report.findings})


def _recorded(findings: list[dict[str, Any]], each: dict[str, Any]) -> Found:
    return Counter({
        (f["detector"], f["fingerprint"]): f["occurrences"]
        for f in findings
        if (f["chunk_no"], f["ordinal"]) == (each["chunk_no"], each["ordinal"])
    })  # fmt: skip
