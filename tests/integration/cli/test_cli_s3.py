import json
from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws

from bucketsieve.cli import main, scanning


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "cache"))
    with mock_aws():
        s3 = boto3.client("s3")
        s3.create_bucket(Bucket="a-bucket")
        # An empty part in the key is read through boto3, which the stand-in can answer.
        s3.put_object(Bucket="a-bucket", Key="in//a.txt", Body=b"SSN 536-22-8726\n")
        s3.put_object(Bucket="a-bucket", Key="out//b.txt", Body=b"SSN 219-09-8726\n")
        scanning._object_reader.cache_clear()
        yield "a-bucket"
        scanning._object_reader.cache_clear()


def test_objects_below_a_prefix_are_scanned(bucket: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scan", "--format", "jsonl", f"s3://{bucket}/in/"]) == 0
    (record,) = map(json.loads, capsys.readouterr().out.splitlines())
    assert (record["path"], record["detector"]) == (f"s3://{bucket}/in//a.txt", "us_ssn")


def test_an_archived_object_is_not_clean(bucket: str, capsys: pytest.CaptureFixture[str]) -> None:
    boto3.client("s3").put_object(Bucket=bucket, Key="in//old", Body=b"x", StorageClass="DEEP_ARCHIVE")
    assert main(["scan", f"s3://{bucket}/in/"]) == 3
    assert f"skipped (INVALID_OBJECT_STATE): s3://{bucket}/in//old" in capsys.readouterr().err


def test_a_bucket_that_is_not_there_exits_with_3(bucket: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scan", f"s3://not-{bucket}"]) == 3
    assert "NO_SUCH_BUCKET_AVAILABLE" in capsys.readouterr().err
