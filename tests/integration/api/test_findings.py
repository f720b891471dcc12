"""GET /results: findings by job, bucket, key, detector and severity, in any combination."""

from dataclasses import replace
from itertools import product
from uuid import UUID, uuid4

import pytest

from bucketsieve.detect.model import Severity
from bucketsieve.errors import InvalidRequestError, NotFoundError
from bucketsieve.results.model import FindingFilter, FindingPosition, FindingReport, FoundLocation
from bucketsieve.results.service import Results
from tests.integration.api.record import Record, Seen

SSN = ("us_ssn", "high")
EMAIL = ("email_address", "low")
KEY = ("aws_access_key_id", "critical")
JOBS = [UUID(int=number) for number in (1, 2, 3)]
BUCKETS = ["acme-exports", "acme-logs", "acme-exports"]


@pytest.fixture
def everything(record: Record, results: Results) -> list[FindingReport]:
    """Three jobs in two buckets; all findings, in one page."""
    for job_id, bucket in zip(JOBS, BUCKETS, strict=True):
        record.job(id=job_id, bucket=bucket, status="scanning")
        record.chunk(job_id, 0, [Seen("a", "succeeded", found=(SSN, EMAIL, SSN)), Seen("b", "succeeded")])
        record.chunk(job_id, 1, [Seen("c")], state="queued")
        record.chunk(
            job_id, 2, [Seen("d", "partial", "MALFORMED_FILE", found=(KEY,)), Seen("null", found=(SSN, EMAIL))]
        )
    record.freeze(JOBS[0])
    return results.findings(FindingFilter(), after=None, limit=1000).items


def _walk(results: Results, wanted: FindingFilter, limit: int) -> list[FindingReport]:
    items: list[FindingReport] = []
    after: FindingPosition | None = None
    while True:
        found = results.findings(wanted, after=after, limit=limit)
        assert len(found.items) <= limit
        items += found.items
        after = found.last
        if after is None:
            return items


def test_every_finding_is_there_once(everything: list[FindingReport]) -> None:
    assert len(everything) == 18
    assert len({(item.job_id, item.key, item.detector, item.fingerprint) for item in everything}) == 18
    assert [item.job_id for item in everything] == sorted(item.job_id for item in everything)


def test_any_combination_of_filters_keeps_exactly_what_passes(
    results: Results, everything: list[FindingReport]
) -> None:
    combinations = product(
        (None, JOBS[1]),
        (None, "acme-exports", "none"),
        (None, "a", "null", "z"),
        (None, "us_ssn"),
        (None, Severity.LOW),
    )
    for job_id, bucket, key, detector, severity in combinations:
        wanted = FindingFilter(job_id, bucket, key, detector, severity)
        passing = [
            item
            for item in everything
            if job_id in (None, item.job_id)
            and bucket in (None, item.bucket)
            and key in (None, item.key)
            and detector in (None, item.detector)
            and severity in (None, item.severity)
        ]
        assert _walk(results, wanted, limit=2) == passing, wanted
        assert _walk(results, wanted, limit=100) == passing, wanted


def test_a_finding_tells_all_but_the_value(everything: list[FindingReport]) -> None:
    finding = everything[0]

    assert finding.masked == "***-**-6789"
    assert finding.context == "ssn: ***-**-6789"
    assert finding.count == 3
    assert finding.locations == [FoundLocation(start=5, end=16, line=1, column=6)]


def test_an_unknown_detector_is_no_filter(results: Results) -> None:
    with pytest.raises(InvalidRequestError, match="detector"):
        results.findings(FindingFilter(detector="ssn"), after=None, limit=1)


def test_the_findings_of_an_unknown_job_are_not_found(results: Results) -> None:
    with pytest.raises(NotFoundError):
        results.findings(replace(FindingFilter(), job_id=uuid4()), after=None, limit=1)
