"""The adapters of the listing against moto, and what only S3 itself says against botocore's stubber."""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.stub import ANY, Stubber
from moto import mock_aws

from bucketsieve.adapters.executions import StepFunctionsExecutions
from bucketsieve.adapters.lister import S3BucketLister
from bucketsieve.errors import BucketError, TransientError
from bucketsieve.ports import ExecutionStatus
from bucketsieve.reasons import Reason

KEYS = ["a b", "a%20b", "a+b", "a//b", "null", "u\u0308", "ü", "x/../y", "é" * 500]


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws():
        yield boto3.client("s3")


def test_a_listing_pages_through_all_keys_as_they_are(s3: Any) -> None:
    s3.create_bucket(Bucket="data")
    for key in KEYS:
        s3.put_object(Bucket="data", Key=key, Body=b"x", StorageClass="STANDARD_IA")
    small_pages = S3BucketLister(s3)

    objects = [o for page in small_pages.pages("data", "", token=None, start_after=None) for o in page.objects]

    assert sorted(o.key for o in objects) == sorted(KEYS)
    assert {(o.size, o.storage_class) for o in objects} == {(1, "STANDARD_IA")}
    assert all(o.etag.startswith('"') for o in objects)


def test_a_listing_goes_on_after_a_key_or_a_token(s3: Any) -> None:
    s3.create_bucket(Bucket="data")
    for number in range(5):
        s3.put_object(Bucket="data", Key=f"logs/{number}", Body=b"x")

    [page] = S3BucketLister(s3).pages("data", "logs/", token=None, start_after="logs/2")

    assert [o.key for o in page.objects] == ["logs/3", "logs/4"]
    assert page.next_token is None


def test_a_token_that_s3_refuses_is_replaced_by_the_last_key() -> None:
    s3 = boto3.client("s3", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x")
    with Stubber(s3) as stub:
        stub.add_client_error("list_objects_v2", "InvalidArgument", expected_params=ANY_OF(ContinuationToken="old"))
        stub.add_response("list_objects_v2", {"IsTruncated": False}, ANY_OF(StartAfter="last"))

        [page] = S3BucketLister(s3).pages("data", "", token="old", start_after="last")

        stub.assert_no_pending_responses()
    assert page.objects == ()


def ANY_OF(**changed: str) -> dict[str, Any]:  # noqa: N802 (reads like botocore's ANY)
    """Return the parameters of a listing with these among them."""
    return {"Bucket": ANY, "Prefix": ANY, **changed}


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("404", Reason.NO_SUCH_BUCKET_AVAILABLE),
        ("403", Reason.PERMISSION_DENIED),
        ("400", Reason.PERMISSION_DENIED),
    ],
)
def test_a_bucket_that_cannot_be_listed_says_why(code: str, reason: Reason) -> None:
    s3 = boto3.client("s3", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x")
    with Stubber(s3) as stub:
        stub.add_client_error("head_bucket", code)

        with pytest.raises(BucketError, match=reason) as caught:
            S3BucketLister(s3).check_bucket("data")
    assert caught.value.reason is reason


def test_a_bucket_of_another_region_is_refused(s3: Any) -> None:
    s3.create_bucket(Bucket="far-away", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    s3.create_bucket(Bucket="here")

    S3BucketLister(s3).check_bucket("here")
    with pytest.raises(BucketError, match="eu-west-1"):
        S3BucketLister(s3).check_bucket("far-away")


def test_a_throttled_listing_may_be_tried_again() -> None:
    s3 = boto3.client("s3", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x")
    with Stubber(s3) as stub:
        stub.add_client_error("list_objects_v2", "SlowDown", http_status_code=503)

        with pytest.raises(TransientError, match="SlowDown"):
            list(S3BucketLister(s3).pages("data", "", token=None, start_after=None))


def test_an_execution_is_started_once_whatever_the_state(s3: Any) -> None:
    step_functions = boto3.client("stepfunctions")
    definition = json.dumps({"StartAt": "End", "States": {"End": {"Type": "Succeed"}}})
    arn = step_functions.create_state_machine(
        name="list", definition=definition, roleArn="arn:aws:iam::123456789012:role/list"
    )["stateMachineArn"]
    executions = StepFunctionsExecutions(step_functions, arn)

    first = executions.start("job-0", {"job_id": "1"}, trace_header=None)
    again = executions.start("job-0", {"job_id": "1", "objects_processed": 7}, trace_header=None)

    assert again == first
    assert executions.status(first) is not ExecutionStatus.MISSING
    assert executions.status(f"{first}-other") is ExecutionStatus.MISSING


def test_a_machine_that_is_not_there_is_worth_another_try(s3: Any) -> None:
    missing = "arn:aws:states:us-east-1:123456789012:stateMachine:missing"

    with pytest.raises(TransientError):
        StepFunctionsExecutions(boto3.client("stepfunctions"), missing).start("job-0", {}, trace_header=None)
