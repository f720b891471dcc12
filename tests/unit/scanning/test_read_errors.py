"""What S3's errors mean for an object, and which keys need boto3."""

import pytest
from botocore.exceptions import ClientError

from bucketsieve.adapters.object_reader import is_addressable
from bucketsieve.adapters.read_errors import object_error
from bucketsieve.errors import ObjectError, TransientError
from bucketsieve.reasons import REASONS_BY_OUTCOME, Outcome, Reason


def answer(code: str, message: str = "") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, "GetObject")


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (answer("NoSuchKey"), Reason.SOURCE_OBJECT_NO_LONGER_AVAILABLE),
        (answer("NoSuchBucket"), Reason.SOURCE_OBJECT_NO_LONGER_AVAILABLE),
        (answer("PreconditionFailed"), Reason.OBJECT_VERSION_MISMATCH),
        (answer("InvalidRange"), Reason.OBJECT_VERSION_MISMATCH),
        (answer("InvalidObjectState"), Reason.INVALID_OBJECT_STATE),
        (answer("AccessDenied", "Access Denied"), Reason.PERMISSION_DENIED),
        (
            answer("AccessDenied", "User: arn is not authorized to perform: kms:Decrypt on the resource"),
            Reason.INVALID_KMS_KEY,
        ),
        (answer("KMS.DisabledException"), Reason.INVALID_KMS_KEY),
        (answer("KMS.NotFoundException"), Reason.INVALID_KMS_KEY),
        (
            answer("InvalidRequest", "The object was stored using a form of Server Side Encryption. The correct …"),
            Reason.INVALID_ENCRYPTION,
        ),
    ],
)
def test_an_error_that_lasts_becomes_the_objects_reason(error: ClientError, reason: Reason) -> None:
    translated = object_error(error)

    assert isinstance(translated, ObjectError)
    assert translated.reason is reason
    assert reason in REASONS_BY_OUTCOME[Outcome.SKIPPED]


@pytest.mark.parametrize(
    "code", ["SlowDown", "InternalError", "ServiceUnavailable", "RequestTimeout", "ExpiredToken", "InvalidRequest", ""]
)
def test_an_error_that_may_pass_is_worth_another_try(code: str) -> None:
    assert isinstance(object_error(answer(code)), TransientError)


@pytest.mark.parametrize("key", ["a", "a b", "a+b", "%2F", "ü", "null", "a/b.c", "...", "a/...", ".hidden", "é" * 500])
def test_plain_keys_are_read_by_obstore(key: str) -> None:
    assert is_addressable(key)


@pytest.mark.parametrize(
    "key", ["/a", "a/", "a//b", "/", ".", "..", "./a", "a/.", "a/./b", "a/../b", "../a", "a\nb", "a\x00", "\x7f"]
)
def test_keys_that_obstore_would_change_or_refuse_are_read_by_boto3(key: str) -> None:
    assert not is_addressable(key)
