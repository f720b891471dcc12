"""Lists buckets with boto3."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from botocore.exceptions import BotoCoreError, ClientError

from bucketsieve.errors import BucketError, TransientError
from bucketsieve.models import ListedObject
from bucketsieve.ports import ListingPage
from bucketsieve.reasons import Reason

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import ListObjectsV2OutputTypeDef

_MISSING: Final = frozenset({"404", "NoSuchBucket"})
#: A bucket of another Region answers a redirect, or 400 where its host name does not carry the Region.
_REFUSED: Final = frozenset({
    "301", "400", "403", "AccessDenied", "AllAccessDisabled", "AuthorizationHeaderMalformed", "PermanentRedirect",
})  # fmt: skip


class S3BucketLister:
    """``BucketLister`` on S3's ListObjectsV2."""

    def __init__(self, s3: "S3Client") -> None:
        self._s3 = s3

    def check_bucket(self, bucket: str) -> None:
        """Return when the bucket exists and may be listed; see ``BucketLister``."""
        try:
            answer = self._s3.head_bucket(Bucket=bucket)
        except ClientError as error:
            raise _translated(bucket, error) from error
        except BotoCoreError as error:
            raise TransientError(f"S3 did not answer: {type(error).__name__}") from error
        # botocore follows a bucket to its Region by itself; every byte would be paid for twice.
        region, ours = answer.get("BucketRegion"), self._s3.meta.region_name
        if region and region != ours:
            raise BucketError(Reason.PERMISSION_DENIED, f"bucket {bucket!r} is in {region}; deploy there to scan it")

    def pages(self, bucket: str, prefix: str, *, token: str | None, start_after: str | None) -> Iterator[ListingPage]:
        """Yield the pages from the token, or after the key where S3 no longer takes the token."""
        while True:
            page = self._page(bucket, prefix, token=token, start_after=start_after)
            yield page
            token = page.next_token
            if token is None:
                return
            start_after = page.objects[-1].key if page.objects else start_after

    def _page(self, bucket: str, prefix: str, *, token: str | None, start_after: str | None) -> ListingPage:
        try:
            if token is not None:
                try:
                    return _parsed(self._s3.list_objects_v2(Bucket=bucket, Prefix=prefix, ContinuationToken=token))
                except ClientError as error:
                    # Tokens are opaque and may expire; the last key is a position that never does.
                    if _code(error) not in {"InvalidArgument", "InvalidToken"}:
                        raise
            return _parsed(self._s3.list_objects_v2(Bucket=bucket, Prefix=prefix, StartAfter=start_after or ""))
        except ClientError as error:
            raise _translated(bucket, error) from error
        except BotoCoreError as error:
            raise TransientError(f"S3 did not answer: {type(error).__name__}") from error


def _parsed(answer: "ListObjectsV2OutputTypeDef") -> ListingPage:
    objects = tuple(
        ListedObject(
            key=entry["Key"],
            size=entry["Size"],
            etag=entry["ETag"],
            storage_class=entry.get("StorageClass", "STANDARD"),
            last_modified=entry["LastModified"],
        )
        for entry in answer.get("Contents", ())
    )
    return ListingPage(objects, answer.get("NextContinuationToken") if answer.get("IsTruncated") else None)


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


def _translated(bucket: str, error: ClientError) -> BucketError | TransientError:
    code = _code(error)
    if code in _MISSING:
        return BucketError(Reason.NO_SUCH_BUCKET_AVAILABLE, f"there is no bucket {bucket!r}")
    if code in _REFUSED:
        return BucketError(Reason.PERMISSION_DENIED, f"listing bucket {bucket!r} was refused ({code})")
    return TransientError(f"listing failed: {code}")
