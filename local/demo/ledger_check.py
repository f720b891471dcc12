"""Holds the ledger of a scan against the manifest: every object once, with its outcome and its reason."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bucketsieve.models import JobStatus
from bucketsieve.reasons import Outcome
from bucketsieve.results.model import JobReport, ObjectReport, ObjectState
from local.demo.manifest import Manifest
from local.demo.problems import Problem, Promise

#: An outcome with its reason, as a ledger's row shows it; no reason is the empty text.
Entry = tuple[str, str]


@dataclass(frozen=True, slots=True)
class LedgerCheck:
    """Objects by outcome and reason, as they are and as they should be, and what is wrong, in words."""

    actual: Mapping[Entry, int]
    expected: Mapping[Entry, int]
    problems: tuple[Problem, ...]


def check_ledger(manifest: Manifest, job: JobReport, ledger: Sequence[ObjectReport]) -> LedgerCheck:
    """Compare the rows of the ledger with the manifest, and the job's totals with the rows."""
    expected = {item.key: (item.outcome.value, item.reason or "") for item in manifest.objects}
    actual = Counter((row.outcome.value, row.reason or "") for row in ledger)
    wrong = [*_objects(expected, ledger), *_totals(manifest, job, ledger)]
    return LedgerCheck(actual, Counter(expected.values()), tuple(Problem(Promise.LEDGER, text) for text in wrong))


def _objects(expected: Mapping[str, Entry], ledger: Sequence[ObjectReport]) -> list[str]:
    wrong = [
        f"{key!r} is in the ledger {count} times"
        for key, count in Counter(row.key for row in ledger).items()
        if count > 1
    ]
    for row in ledger:
        entry = (row.outcome.value, row.reason or "")
        if row.key not in expected:
            wrong.append(f"{row.key!r} is in the ledger, but not in the bucket")
        elif entry != expected[row.key]:
            wrong.append(
                f"{row.key!r} is {_words(entry)}, not {_words(expected[row.key])}: {row.detail or 'no detail'}"
            )
    lost = expected.keys() - {row.key for row in ledger}
    return wrong + [f"{key!r} is in the bucket, but not in the ledger" for key in sorted(lost)]


def _totals(manifest: Manifest, job: JobReport, ledger: Sequence[ObjectReport]) -> list[str]:
    counted, totals = Counter(row.outcome for row in ledger), job.totals
    objects = totals.objects.model_dump()
    checks: list[tuple[str, object, object]] = [
        ("the job's status", job.status, JobStatus.COMPLETED),
        ("objects listed", objects["listed"], len(manifest.objects)),
        ("the sum of all states", sum(objects[state] for state in ObjectState), objects["listed"]),
        *((f"objects {state}", objects[state], counted[state]) for state in ObjectState),
        ("reasons", totals.reasons, Counter(row.reason for row in ledger if row.reason)),
        ("bytes listed", totals.bytes.listed, manifest.byte_count),
        ("bytes scanned", totals.bytes.scanned, _readable_bytes(manifest)),
        ("occurrences by detector", totals.detectors, manifest.occurrences()),
    ]
    return [f"{name}: the job says {actual}, not {expected}" for name, actual, expected in checks if actual != expected]


def _readable_bytes(manifest: Manifest) -> int:
    return sum(len(item.body) for item in manifest.objects if item.outcome is Outcome.SUCCEEDED)


def _words(entry: Entry) -> str:
    outcome, reason = entry
    return f"{outcome} ({reason})" if reason else outcome
