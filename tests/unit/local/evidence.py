"""A small bucket, and what a perfect scan of it says."""

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from local.demo.document import Document, Sample
from local.demo.judgement import Evidence
from local.demo.manifest import DemoObject, Manifest, PlantedValue
from local.traces import read_traces

from bucketsieve.detect.model import MAX_LOCATIONS, Confidence, Severity
from bucketsieve.models import JobStatus
from bucketsieve.reasons import Outcome, Reason
from bucketsieve.results.model import (
    ByteTotals,
    FindingReport,
    FoundLocation,
    JobReport,
    ObjectReport,
    ObjectState,
    ObjectTotals,
    Totals,
)

JOB = UUID("0d6a3f52-5a3c-4c0e-9c41-3df1f5f1f001")
NOW = datetime(2026, 11, 22, tzinfo=UTC)

EMAIL = Sample("email", "ada.abel@example.org", "email")
SSN = Sample("ssn", "536-22-8726", "us_ssn")
TOO_LONG = Sample("sequence", "11536-22-87261", kind="too long for an SSN")


def small_manifest() -> Manifest:
    text = Document().write("To ").put(EMAIL).write("\nssn ").put(SSN).write(" sequence ").put(TOO_LONG)
    repeated = Document()
    for _ in range(MAX_LOCATIONS + 5):
        repeated.put(SSN).write("\n")
    return Manifest(
        (
            DemoObject("a.txt", text.body, tuple(text.planted), tuple(text.near_misses)),
            DemoObject("b.txt", repeated.body, tuple(repeated.planted)),
            DemoObject("empty", b"", outcome=Outcome.SKIPPED, reason=Reason.EMPTY_OBJECT),
        )
    )


def perfect_findings(manifest: Manifest) -> list[FindingReport]:
    groups: dict[tuple[str, str, str], list[PlantedValue]] = {}
    for item, planted in manifest.reportable():
        groups.setdefault((item.key, planted.detector, planted.value), []).append(planted)
    return [
        finding(key, detector, members, fingerprint=f"{detector}-{key}")
        for (key, detector, _), members in groups.items()
    ]


def finding(key: str, detector: str, members: list[PlantedValue], *, fingerprint: str) -> FindingReport:
    spans = [planted.span for planted in members][:MAX_LOCATIONS]
    return FindingReport(
        job_id=JOB,
        bucket="demo",
        key=key,
        version=None,
        detector=detector,
        severity=Severity.HIGH,
        confidence=Confidence.STRUCTURED,
        confidence_reason="distinctive shape",
        masked="***",
        context="***",
        fingerprint=fingerprint,
        count=len(members),
        locations=[FoundLocation(start=s.start, end=s.end, line=s.line, column=s.column) for s in spans],
        found_at=NOW,
    )


def perfect_ledger(manifest: Manifest) -> list[ObjectReport]:
    return [
        ObjectReport(
            key=item.key,
            version=None,
            size=len(item.body),
            etag='"0"',
            storage_class=item.storage_class,
            last_modified=NOW,
            outcome=ObjectState(item.outcome.value),
            reason=item.reason,
            detail=None,
            bytes_scanned=len(item.body),
            settled_at=NOW,
        )
        for item in manifest.objects
    ]


def perfect_job(manifest: Manifest) -> JobReport:
    outcomes = Counter(item.outcome.value for item in manifest.objects)
    states = {state.value: outcomes[state.value] for state in ObjectState}
    return JobReport(
        job_id=JOB,
        bucket="demo",
        prefix="",
        status=JobStatus.COMPLETED,
        created_at=NOW,
        ended_at=NOW,
        execution_arn=None,
        ruleset_version="test",
        failure=None,
        percent=100.0,
        totals=Totals(
            objects=ObjectTotals(listed=len(manifest.objects), **states),
            bytes=ByteTotals(listed=manifest.byte_count, scanned=manifest.byte_count),
            reasons=Counter(item.reason.value for item in manifest.objects if item.reason),
            detectors=manifest.occurrences(),
            severities={},
        ),
        as_of=NOW,
        real_time=True,
    )


def perfect_trace() -> list[str]:
    root = {"trace_id": "1-1-1", "start_time": 1.0, "end_time": 2.0}
    named = {"job_id": str(JOB), "bucket": "demo"}
    steps = (
        {"id": "a", "name": "handler", "type": "subsegment", "annotations": {"Service": "api"} | named},
        {
            "id": "b",
            "parent_id": "a",
            "name": "ProcessBatch",
            "annotations": named,
            "type": "subsegment",
        },
        {"id": "c", "parent_id": "b", "name": "scan chunk", "annotations": named},
    )
    return [json.dumps(root | step) for step in steps]


def perfect_evidence(logs: Path) -> Evidence:
    manifest = small_manifest()
    (logs / "worker.log").write_text('{"message": "a value of us_ssn at ***-**-8726"}')
    return Evidence(
        manifest=manifest,
        job=perfect_job(manifest),
        ledger=perfect_ledger(manifest),
        findings=perfect_findings(manifest),
        traces=read_traces(perfect_trace()),
        texts={"API answers": [b'{"items": []}']},
        files=[logs],
        exit_statuses=[0, 0],
    )
