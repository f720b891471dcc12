"""Reads objects of S3 with obstore, and with boto3 whatever obstore cannot address, read or explain.

obstore takes one seventh of boto3's CPU time per GET. It retries by itself and takes a broken body up where it stopped,
pinned to the etag. But its paths are no S3 keys: a leading, trailing or double slash, ``.`` and ``..`` segments and
control characters are dropped or refused; and its errors are texts. So boto3, which addresses every key and has error
codes, takes over at the byte that was reached.
"""

import re
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import obstore
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from obstore.auth.boto3 import Boto3CredentialProvider
from obstore.exceptions import BaseError, PreconditionError
from obstore.store import S3Store
from urllib3.exceptions import HTTPError

from bucketsieve.adapters.read_errors import object_error
from bucketsieve.errors import ObjectError, TransientError
from bucketsieve.reasons import Reason

if TYPE_CHECKING:
    import boto3
    from mypy_boto3_s3 import S3Client

#: A connection that gives no byte for so long is given up and its request repeated.
_STALL_SECONDS: Final = 30
_CONNECT_SECONDS: Final = 10
#: Together with boto3's turn after them, some 15 s of patience with an S3 that answers 503.
_RETRIES: Final = 5
_FIRST_PAUSE: Final = timedelta(milliseconds=200)
_LONGEST_PAUSE: Final = timedelta(seconds=5)
#: How often boto3 may come back to one object without having got a byte in between.
_FRUITLESS_TRIES: Final = 3
#: Credentials of a task's role have at least ten minutes left whenever botocore hands them out.
_CREDENTIALS_TTL: Final = timedelta(minutes=5)
#: Each store has a connection pool of its own.
_STORES: Final = 64

#: What obstore's paths cannot hold, and control characters, which it refuses.
_UNADDRESSABLE: Final = re.compile(r"(?:\A|/)\.{0,2}(?:/|\Z)|[\x00-\x1f\x7f]")


def is_addressable(key: str) -> bool:
    """Whether obstore asks S3 for exactly this key."""
    return _UNADDRESSABLE.search(key) is None


class S3ObjectReader:
    """``ObjectReader`` on S3; safe to share between threads. It honours AWS_ENDPOINT_URL, and addresses by path."""

    def __init__(self, session: "boto3.Session", *, piece_bytes: int, time_limit_seconds: int) -> None:
        """Read in pieces of about ``piece_bytes``; ``time_limit_seconds`` bounds one request with its body."""
        self._piece_bytes = piece_bytes
        self._time_limit = timedelta(seconds=time_limit_seconds)
        self._s3: S3Client = session.client(
            "s3",
            config=Config(
                connect_timeout=_CONNECT_SECONDS,
                read_timeout=_STALL_SECONDS,
                retries={"mode": "standard", "total_max_attempts": 3},
                max_pool_connections=32,
                s3={"addressing_style": "path"},
            ),
        )
        self._credentials = Boto3CredentialProvider(session, ttl=_CREDENTIALS_TTL)
        self._store = lru_cache(maxsize=_STORES)(self._open_store)

    def read(self, bucket: str, key: str, *, etag: str) -> Iterator[bytes]:
        """Yield the object's bytes; see ``ObjectReader``."""
        position = 0
        if is_addressable(key):
            try:
                for piece in self._read_fast(bucket, key, etag):
                    position += len(piece)
                    yield piece
            except FileNotFoundError as error:
                raise ObjectError(Reason.SOURCE_OBJECT_NO_LONGER_AVAILABLE) from error
            except PreconditionError as error:
                raise ObjectError(Reason.OBJECT_VERSION_MISMATCH) from error
            except BaseError:
                pass  # boto3 goes on from here, or learns the error's code
            else:
                return
        yield from self._read_slowly(bucket, key, etag, position)

    def _read_fast(self, bucket: str, key: str, etag: str) -> Iterator[bytes]:
        answer = obstore.get(self._store(bucket), key, options={"if_match": etag})
        if answer.meta["size"]:
            yield from answer.stream(min_chunk_size=self._piece_bytes)

    def _read_slowly(self, bucket: str, key: str, etag: str, position: int) -> Iterator[bytes]:
        fruitless = 0
        while True:
            reached = position
            try:
                for piece in self._request(bucket, key, etag, position):
                    position += len(piece)
                    yield piece
            except ClientError as error:
                raise object_error(error) from error
            except (BotoCoreError, HTTPError) as error:
                fruitless = fruitless + 1 if position == reached else 0
                if fruitless == _FRUITLESS_TRIES:
                    raise TransientError(f"S3 did not deliver the object: {type(error).__name__}") from error
            else:
                return

    def _request(self, bucket: str, key: str, etag: str, position: int) -> Iterator[bytes]:
        span: dict[str, Any] = {"Range": f"bytes={position}-"} if position else {}
        answer = self._s3.get_object(Bucket=bucket, Key=key, IfMatch=etag, **span)
        with closing(answer["Body"]) as body:
            yield from body.iter_chunks(self._piece_bytes)

    def _open_store(self, bucket: str) -> S3Store:
        endpoint = self._s3.meta.endpoint_url
        return S3Store(
            bucket,
            endpoint=endpoint,
            region=self._s3.meta.region_name,
            virtual_hosted_style_request=False,
            credential_provider=self._credentials,
            client_options={
                "allow_http": endpoint.startswith("http://"),
                "connect_timeout": timedelta(seconds=_CONNECT_SECONDS),
                "read_timeout": timedelta(seconds=_STALL_SECONDS),
                "timeout": self._time_limit,
            },
            retry_config={
                "max_retries": _RETRIES,
                "retry_timeout": self._time_limit,  # of an object as a whole; each request's retries end far sooner
                "backoff": {"init_backoff": _FIRST_PAUSE, "max_backoff": _LONGEST_PAUSE, "base": 2},
            },
        )
