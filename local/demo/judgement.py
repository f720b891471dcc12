"""Holds everything that a scan said and left behind against the manifest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bucketsieve.results.model import FindingReport, JobReport, ObjectReport
from local.demo.findings_check import FindingsCheck, check_findings
from local.demo.ledger_check import LedgerCheck, check_ledger
from local.demo.leftovers import byte_count, check_leaks
from local.demo.manifest import Manifest
from local.demo.problems import Problem, Promise
from local.demo.report import size
from local.demo.trace_check import TraceCheck, check_trace
from local.traces import Trace


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of a scan when it is over.

    ``texts`` (by their source) and ``files`` are what it left behind; ``exit_statuses`` are those of its scanners.
    """

    manifest: Manifest
    job: JobReport
    ledger: Sequence[ObjectReport]
    findings: Sequence[FindingReport]
    traces: Mapping[str, Trace]
    texts: Mapping[str, Sequence[bytes]]
    files: Sequence[Path]
    exit_statuses: Sequence[int]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the checks say; ``kept`` says for each promise what shows that it was kept, if it was."""

    findings: FindingsCheck
    ledger: LedgerCheck
    trace: TraceCheck
    problems: Sequence[Problem]
    kept: Mapping[Promise, str]

    @property
    def exit_status(self) -> int:
        """Return 0 if every promise was kept, else 1."""
        return 1 if self.problems else 0


def judge(evidence: Evidence) -> Judgement:
    """Check every promise."""
    manifest = evidence.manifest
    findings = check_findings(manifest, evidence.findings)
    ledger = check_ledger(manifest, evidence.job, evidence.ledger)
    trace = check_trace(evidence.traces, evidence.job.job_id)
    values = manifest.raw_values()
    leaks = check_leaks(values, evidence.texts, evidence.files)
    bad_ends = [
        Problem(Promise.SHUTDOWN, f"a worker ended with status {status}") for status in evidence.exit_statuses if status
    ]
    occurrences = sum(manifest.occurrences().values())
    left = size(byte_count(evidence.texts, evidence.files))
    kept = {
        Promise.FINDINGS: f"{occurrences:,} planted values in their exact places, and none of "
        f"{manifest.near_miss_count:,} near-misses",
        Promise.LEDGER: f"{len(evidence.ledger):,} objects, each once, with the outcome and reason it must have",
        Promise.TRACE: f"{len(trace.trace.steps) if trace.trace else 0} steps, no link broken",
        Promise.LEAKS: f"{len(values):,} values, plain or disguised, are nowhere in {left} of logs, traces, database, "
        "messages and answers",
        Promise.SHUTDOWN: f"all {len(evidence.exit_statuses)} workers ended with status 0",
    }
    problems = (*findings.problems, *ledger.problems, *trace.problems, *leaks, *bad_ends)
    return Judgement(findings, ledger, trace, problems, kept)
