"""The demo without its stack: the scanner's own path from bytes to findings, over every object of the bucket."""

from collections.abc import Iterator, Mapping
from threading import Event

import pytest
from local.demo.corpus import build_manifest
from local.demo.findings_check import check_findings
from local.demo.manifest import DemoObject, Manifest

from bucketsieve.detect.catalogue import load_catalogue
from bucketsieve.detect.engine import Engine
from bucketsieve.models import ClaimedObject, ObjectResult
from bucketsieve.reasons import Outcome, Reason
from bucketsieve.results.model import FindingReport, FoundLocation
from bucketsieve.scanning.examine import LocalExaminer
from bucketsieve.scanning.objects import ObjectScanner

from .evidence import JOB, NOW

PIECE_BYTES = 300_000


class BucketInMemory:
    """Gives out the objects of a manifest in pieces that cut lines and values."""

    def __init__(self, manifest: Manifest) -> None:
        self._bodies = {item.key: item.body for item in manifest.objects}

    def read(self, bucket: str, key: str, *, etag: str) -> Iterator[bytes]:
        body = self._bodies[key]
        for start in range(0, len(body), PIECE_BYTES):
            yield body[start : start + PIECE_BYTES]


@pytest.fixture(scope="module")
def manifest() -> Manifest:
    return build_manifest()


@pytest.fixture(scope="module")
def results(manifest: Manifest) -> Mapping[str, ObjectResult]:
    catalogue = load_catalogue()
    scanner = ObjectScanner(
        BucketInMemory(manifest),
        LocalExaminer(Engine(catalogue, fingerprint_key=b"a key for tests, of 32 bytes len")),
        {detector.id: detector.severity for detector in catalogue.detectors},
        time_limit_seconds=600,
    )
    return {item.key: scanner.scan("demo", claimed(item), Event()) for item in manifest.objects if is_read(item)}


def is_read(item: DemoObject) -> bool:
    return item.outcome is Outcome.SUCCEEDED or item.reason is Reason.UNSUPPORTED_FILE_TYPE


def claimed(item: DemoObject) -> ClaimedObject:
    return ClaimedObject(ordinal=0, key=item.key, size=len(item.body), etag='"0"', attempts=0)


def reports(key: str, result: ObjectResult) -> Iterator[FindingReport]:
    for found in result.findings:
        yield FindingReport(
            job_id=JOB,
            bucket="demo",
            key=key,
            version=None,
            detector=found.detector,
            severity=found.severity,
            confidence=found.confidence,
            confidence_reason=found.confidence_reason,
            masked=found.masked,
            context=found.context,
            fingerprint=found.fingerprint,
            count=found.count,
            locations=[FoundLocation(start=p.start, end=p.end, line=p.line, column=p.column) for p in found.locations],
            found_at=NOW,
        )


def test_the_whole_catalogue_finds_what_was_planted_and_nothing_else(
    manifest: Manifest, results: Mapping[str, ObjectResult]
) -> None:
    check = check_findings(manifest, [report for key, result in results.items() for report in reports(key, result)])

    assert check.problems == ()
    assert all(tally.right for tally in check.tallies.values())


def test_every_object_that_is_read_ends_as_the_manifest_says(
    manifest: Manifest, results: Mapping[str, ObjectResult]
) -> None:
    expected = {item.key: (item.outcome, item.reason) for item in manifest.objects if is_read(item)}

    assert {key: (each.verdict.outcome, each.verdict.reason) for key, each in results.items()} == expected


def test_no_finding_shows_a_planted_value(manifest: Manifest, results: Mapping[str, ObjectResult]) -> None:
    values = manifest.raw_values()
    shown = "\n".join(found.masked + found.context for result in results.values() for found in result.findings)

    assert shown
    assert not [value for value in values if value in shown]
