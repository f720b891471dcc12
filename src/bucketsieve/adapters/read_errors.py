"""What S3's error codes mean for the one object that was asked for.

Source: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html; KMS errors come through as ``KMS.<name>``.
"""

from typing import Final

from botocore.exceptions import ClientError

from bucketsieve.errors import ObjectError, TransientError
from bucketsieve.reasons import Reason

_REASON_BY_CODE: Final = {
    "NoSuchKey": Reason.SOURCE_OBJECT_NO_LONGER_AVAILABLE,
    "NoSuchVersion": Reason.SOURCE_OBJECT_NO_LONGER_AVAILABLE,
    "NoSuchBucket": Reason.SOURCE_OBJECT_NO_LONGER_AVAILABLE,
    "404": Reason.SOURCE_OBJECT_NO_LONGER_AVAILABLE,
    "PreconditionFailed": Reason.OBJECT_VERSION_MISMATCH,
    "412": Reason.OBJECT_VERSION_MISMATCH,
    "InvalidRange": Reason.OBJECT_VERSION_MISMATCH,  # asked for the rest of an object that has become shorter
    "InvalidObjectState": Reason.INVALID_OBJECT_STATE,
    "AccessDenied": Reason.PERMISSION_DENIED,
    "AllAccessDisabled": Reason.PERMISSION_DENIED,
    "403": Reason.PERMISSION_DENIED,
    "KMS.DisabledException": Reason.INVALID_KMS_KEY,
    "KMS.NotFoundException": Reason.INVALID_KMS_KEY,
    "KMS.KMSInvalidStateException": Reason.INVALID_KMS_KEY,
    "KMS.InvalidKeyUsageException": Reason.INVALID_KMS_KEY,
    "KMS.InvalidStateException": Reason.INVALID_KMS_KEY,
}

#: How S3 answers for an object under a key that only its owner has (SSE-C).
_CUSTOMER_KEY: Final = "Server Side Encryption"

#: S3 answers 403 for a missing object, too, when the role may not list the bucket.
_DETAILS: Final = {
    Reason.PERMISSION_DENIED: "S3 answered AccessDenied; the object may also be gone",
    Reason.INVALID_ENCRYPTION: "the object is encrypted with a key that only its owner has (SSE-C)",
}


def object_error(error: ClientError) -> ObjectError | TransientError:
    """Return the error that says what became of the object; one that another try may cure is a ``TransientError``."""
    answer = error.response.get("Error", {})
    code, message = str(answer.get("Code", "")), str(answer.get("Message", ""))
    reason = _REASON_BY_CODE.get(code)
    if reason is Reason.PERMISSION_DENIED and "kms:" in message:
        return ObjectError(Reason.INVALID_KMS_KEY, "the role may not decrypt with the object's KMS key")
    if code == "InvalidRequest" and _CUSTOMER_KEY in message:
        reason = Reason.INVALID_ENCRYPTION
    if reason is None:
        return TransientError(f"S3 answered {code or 'an error without a code'}")
    return ObjectError(reason, _DETAILS.get(reason, f"S3 answered {code}"))
