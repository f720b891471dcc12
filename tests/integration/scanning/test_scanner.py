"""Chunks are scanned once, whatever the queue and the objects do."""

from typing import Any
from uuid import UUID

import boto3
import pytest

from bucketsieve.adapters.lister import S3BucketLister
from bucketsieve.models import ChunkMessage
from tests.integration.scanning.site import Site, wait_until
from tests.integration.scans import claimed, rows

PERSON = b"name: Ana Alvarez\nssn: 536-22-8726\ncontact: ana.alvarez@initech.com\n"
CLEAN = b"nothing to see here\n"


def fill(site: Site, count: int = 6) -> None:
    site.s3.objects = {f"people/{number}.txt": CLEAN * number + PERSON for number in range(count)}


def findings_of_people(count: int = 6) -> list[tuple[str, str, int]]:
    return [(f"people/{number}.txt", detector, 1) for number in range(count) for detector in ("email", "us_ssn")]


def test_a_bucket_is_scanned_with_exact_places(site: Site) -> None:
    site.s3.objects = {"a.txt": CLEAN + PERSON}
    job_id = site.job()

    site.work_off(job_id)

    assert site.outcomes(job_id) == {"a.txt": "succeeded"}
    [ssn] = rows(site.database, "SELECT masked, context, locations FROM findings WHERE detector = 'us_ssn'")
    start = len(CLEAN) + PERSON.index(b"536-22-8726")
    assert ssn["locations"] == [{"start": start, "end": start + 11, "line": 3, "column": 6}]
    assert "536-22-8726" not in str(ssn)


def test_every_kind_of_object_gets_its_outcome(site: Site, aws_url: str) -> None:
    s3: Any = boto3.client("s3", endpoint_url=aws_url)
    s3.create_bucket(Bucket="data")
    keys = ["a b", "a+b", "null", "ü/日本.csv", "odd//key", "/leading", "trailing/", "dots/../key", "%2e", "é" * 500]
    for key in keys:
        s3.put_object(Bucket="data", Key=key, Body=PERSON)
    s3.put_object(Bucket="data", Key="empty", Body=b"")
    s3.put_object(Bucket="data", Key="picture.txt", Body=b"\x89PNG\r\n\x1a\n" + bytes(100))
    s3.put_object(Bucket="data", Key="utf16.txt", Body=PERSON.decode().encode("utf-16"))
    s3.put_object(Bucket="data", Key="packed.txt", Body=PERSON, ContentEncoding="gzip")  # a lie; S3 does not mind
    s3.put_object(Bucket="data", Key="archived", Body=PERSON, StorageClass="GLACIER")
    s3.put_object(Bucket="data", Key="replaced", Body=PERSON)
    s3.put_object(Bucket="data", Key="deleted", Body=PERSON)
    job_id = site.job(lister=S3BucketLister(s3))
    s3.put_object(Bucket="data", Key="replaced", Body=PERSON + b"more\n")
    s3.delete_object(Bucket="data", Key="deleted")

    site.work_off(job_id, site.scanner(s3_url=aws_url))

    assert site.outcomes(job_id) == {
        **dict.fromkeys([*keys, "utf16.txt", "packed.txt"], "succeeded"),
        "empty": "EMPTY_OBJECT",
        "picture.txt": "UNSUPPORTED_FILE_TYPE",
        "archived": "INVALID_OBJECT_STATE",
        "replaced": "OBJECT_VERSION_MISMATCH",
        "deleted": "SOURCE_OBJECT_NO_LONGER_AVAILABLE",
    }
    assert {key for key, _, _ in site.findings(job_id)} == {*keys, "utf16.txt", "packed.txt"}


def test_an_object_archived_behind_the_listings_back_is_skipped(site: Site) -> None:
    fill(site, 1)
    job_id = site.job()
    site.s3.scripts["people/0.txt"] = [(403, "InvalidObjectState")] * 2

    site.work_off(job_id)

    assert site.outcomes(job_id) == {"people/0.txt": "INVALID_OBJECT_STATE"}


def test_a_second_delivery_of_everything_adds_nothing(site: Site) -> None:
    fill(site)
    job_id = site.job(max_objects=2)
    site.work_off(job_id)
    before = site.snapshot()
    site.announce(job_id, copies=2)

    site.work_off(job_id)

    assert site.snapshot() == before
    assert site.findings(job_id) == findings_of_people()


def test_of_two_workers_with_the_same_chunk_one_scans_it(site: Site) -> None:
    fill(site)
    job_id = site.job(max_objects=3)
    site.announce(job_id, copies=4)

    with site.running(site.scanner(), site.scanner()):
        wait_until(lambda: site.status(job_id) == "completed", "the job has completed")

    assert site.findings(job_id) == findings_of_people()
    assert {row["attempt"] for row in rows(site.database, "SELECT attempt FROM job_chunks")} == {1}
    assert len(site.s3.gets) == 6


def test_a_worker_whose_lease_another_took_writes_nothing(site: Site) -> None:
    fill(site, 2)
    job_id = site.job()
    site.s3.gate.clear()
    with site.running(site.scanner()):
        wait_until(lambda: len(site.s3.gets) == 2, "both objects are being read")
        site.lapse()
        taken_over = claimed(site.database, job_id, 0)
        site.s3.gate.set()

    assert set(site.outcomes(job_id).values()) == {"open"}
    assert site.findings(job_id) == []
    assert taken_over.isolated


def test_a_source_in_trouble_gives_the_chunk_back_and_keeps_what_was_read(site: Site) -> None:
    fill(site, 3)
    job_id = site.job()
    site.s3.scripts["people/1.txt"] = [(503, "SlowDown")] * 100

    with site.running(site.scanner()):
        wait_until(lambda: sorted(site.outcomes(job_id).values()) == ["open", "succeeded", "succeeded"], "two are read")
        wait_until(lambda: states(site, job_id) == ["queued"], "the chunk is given back")
    site.s3.scripts.clear()
    site.announce(job_id)
    with site.running(site.scanner()):
        wait_until(lambda: site.status(job_id) == "completed", "the rest is read")

    assert site.findings(job_id) == findings_of_people(3)
    assert [key for key, _, _ in site.s3.gets].count("people/0.txt") == 1


def states(site: Site, job_id: UUID) -> list[str]:
    return [
        row["state"]
        for row in rows(
            site.database, "SELECT state FROM job_chunks WHERE job_id = :job_id ORDER BY chunk_no", job_id=job_id
        )
    ]


def test_a_message_of_a_job_that_is_gone_disappears(site: Site) -> None:
    fill(site, 1)
    job_id = site.job()
    site.work_off(job_id)
    site.queue.send([ChunkMessage(UUID(int=7), 0)], group="data", trace_header=None)

    with site.running(site.scanner()):
        wait_until(site.queue.is_idle, "the message is gone")


@pytest.mark.parametrize("body", ["{", '{"version": 99, "job_id": "x", "chunk_no": 0}', "null"])
def test_a_message_that_nobody_understands_stays_for_the_dead_letter_queue(site: Site, body: str) -> None:
    fill(site, 1)
    site.sqs.send_message(QueueUrl=site.queue_url, MessageBody=body)
    job_id = site.job()

    with site.running(site.scanner()):
        wait_until(lambda: site.status(job_id) == "completed", "the other message is worked off")

    assert not site.queue.is_idle()
