"""One run of the demo on a running stack: upload, scan through the API, and gather what came of it."""

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol
from uuid import UUID

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from bucketsieve.models import JobStatus
from bucketsieve.results.model import FindingReport, JobReport, ObjectReport
from local.demo.judgement import Evidence
from local.demo.leftovers import dump_database, function_logs, peek
from local.demo.manifest import DemoObject, Manifest
from local.demo.report import size
from local.demo.scan_api import ScanApi
from local.demo.trace_check import scanner_segments
from local.postgres import DatabaseAddress
from local.traces import Trace, read_traces

BUCKET: Final = "bucketsieve-demo"

_UPLOAD_THREADS: Final = 16
_WORKERS: Final = 2
_POLL_SECONDS: Final = 0.25
_LISTING_SECONDS: Final = 60
_SCANNING_SECONDS: Final = 90
_ENDED: Final = (JobStatus.COMPLETED, JobStatus.FAILED, JobStatus.CANCELLED)


class DemoTimeoutError(Exception):
    """The scan did not get on."""


class Stack(Protocol):
    """What the demo needs of the local stack; workers are started by the demo."""

    api_url: str
    database: DatabaseAddress
    outputs: dict[str, str]
    logs: Path
    traces: Path

    def client(self, service: str) -> Any:  # noqa: ANN401 (a boto3 client)
        """Return a boto3 client of the stack's AWS."""
        ...

    def start_workers(self, count: int) -> None:
        """Start so many scanners."""
        ...

    def stop_workers(self) -> list[int]:
        """Stop all scanners and return their exit statuses."""
        ...


@dataclass(frozen=True, slots=True)
class Scanned:
    """What came of a scan, as the API tells it; times in seconds."""

    job: JobReport
    ledger: Sequence[ObjectReport]
    findings: Sequence[FindingReport]
    messages: Sequence[bytes]
    answers: Sequence[bytes]
    listing_seconds: float
    scanning_seconds: float


def upload(stack: Stack, manifest: Manifest) -> None:
    """Create the bucket and put every object into it."""
    s3 = stack.client("s3")
    s3.create_bucket(Bucket=BUCKET)

    def put(item: DemoObject) -> None:
        s3.put_object(Bucket=BUCKET, Key=item.key, Body=item.body, StorageClass=item.storage_class)

    with ThreadPoolExecutor(_UPLOAD_THREADS) as threads:
        list(threads.map(put, manifest.objects))


def scan(stack: Stack, console: Console) -> Scanned:
    """Post the scan and follow it to its end.

    The scanners start when the listing is done, so that the messages can be looked at before they are received.

    Raises:
        DemoTimeoutError: it did not end in time.
        ApiError: the API refused a call.
    """
    api = ScanApi(stack.api_url)
    begun = time.monotonic()
    job_id = api.start_scan(BUCKET)
    console.print(f"POST /scan: job [bold]{job_id}[/]")
    with _progress(console) as progress:
        _follow(api, job_id, progress, "listing", JobStatus.SCANNING, seconds=_LISTING_SECONDS)
        listed = time.monotonic()
        messages = peek(stack.client("sqs"), stack.outputs["ScanQueueUrl"])
        stack.start_workers(_WORKERS)
        job = _follow(api, job_id, progress, "scanning", *_ENDED, seconds=_SCANNING_SECONDS)
        ended = time.monotonic()
    return Scanned(
        job=job,
        ledger=list(api.ledger(job_id)),
        findings=list(api.findings(job_id)),
        messages=messages,
        answers=api.answers,
        listing_seconds=listed - begun,
        scanning_seconds=ended - listed,
    )


def collect(stack: Stack, manifest: Manifest, scanned: Scanned) -> Evidence:
    """Stop the scanners, and gather what the scan said and left behind."""
    statuses = stack.stop_workers()
    dead_letters = peek(stack.client("sqs"), stack.outputs["ScanDeadLetterQueueUrl"])
    return Evidence(
        manifest=manifest,
        job=scanned.job,
        ledger=scanned.ledger,
        findings=scanned.findings,
        traces=read_traces(stack.traces.read_text().splitlines()),
        texts={
            "API answers": scanned.answers,
            "queue messages": [*scanned.messages, *dead_letters],
            "logs of functions": function_logs(stack.client("logs")),
            "database dump": [dump_database(stack.database)],
        },
        files=[stack.logs, stack.traces],
        exit_statuses=statuses,
    )


def throughput(scanned: Scanned, trace: Trace | None) -> str:
    """Return how long it took, and how fast the scanners were while they had work, in a sentence."""
    totals, segments = scanned.job.totals, scanner_segments(trace) if trace else []
    text = (
        f"Listed {totals.objects.listed:,} objects in {scanned.listing_seconds:.1f} s, scanned them in "
        f"{scanned.scanning_seconds:.1f} s, the start of {_WORKERS} workers included"
    )
    if not segments:
        return f"{text}."
    busy = max(step.end or step.start for step in segments) - min(step.start for step in segments)
    return (
        f"{text}; from the first chunk claimed to the last one settled: {size(totals.bytes.scanned)} in {busy:.1f} s, "
        f"{size(totals.bytes.scanned / busy)}/s, {totals.objects.listed / busy:,.0f} objects/s."
    )


def _follow(api: ScanApi, job_id: UUID, progress: Progress, name: str, *until: JobStatus, seconds: float) -> JobReport:
    task = progress.add_task(name, total=None, note="")
    deadline = time.monotonic() + seconds
    while True:
        job = api.job(job_id)
        _show(progress, task, job, listing=name == "listing")
        if job.status in (*until, *_ENDED):
            return job
        if time.monotonic() > deadline:
            raise DemoTimeoutError(f"the job is still {job.status} after {seconds:.0f} s: {job.totals.objects}")
        time.sleep(_POLL_SECONDS)


def _show(progress: Progress, task: TaskID, job: JobReport, *, listing: bool) -> None:
    objects = job.totals.objects
    settled = objects.listed - objects.queued - objects.processing
    found = sum(job.totals.detectors.values())
    progress.update(
        task,
        completed=objects.listed if listing else settled,
        total=objects.listed or None,
        note=size(job.totals.bytes.listed if listing else job.totals.bytes.scanned)
        + ("" if listing else f", {found:,} values found"),
    )


def _progress(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description:>8}"),
        BarColumn(bar_width=40),
        MofNCompleteColumn(),
        TextColumn("objects, {task.fields[note]}"),
        TimeElapsedColumn(),
        console=console,
    )
