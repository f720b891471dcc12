"""What there is to scan: files below the given paths, and objects below s3://bucket/prefix."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from stat import S_ISREG
from typing import NamedTuple

from bucketsieve.reasons import Reason

S3_SCHEME = "s3://"
_ARCHIVED = frozenset({"GLACIER", "DEEP_ARCHIVE"})


class Target(NamedTuple):
    """One file (``bucket`` is empty) or object. ``reason`` is set where it cannot be read, known before it is tried."""

    path: str
    size: int
    bucket: str = ""
    key: str = ""
    etag: str = ""
    reason: Reason | None = None


def find_targets(paths: Iterable[str]) -> Iterator[Target]:
    """All targets, in order. Links to folders are not followed. Raises BucketError for an unreadable bucket."""
    for path in paths:
        if path.startswith(S3_SCHEME):
            yield from _objects(path)
        else:
            yield from _files(path)


def _files(path: str) -> Iterator[Target]:
    if not Path(path).is_dir():
        yield _file(path)
        return
    refused: list[OSError] = []
    for folder, folders, names in os.walk(path, onerror=refused.append):
        folders.sort()
        for name in sorted(names):
            yield _file(str(Path(folder, name)))
    for error in refused:
        yield Target(str(error.filename), 0, reason=Reason.PERMISSION_DENIED)


def _file(path: str) -> Target:
    try:
        status = Path(path).stat()
    except OSError:
        return Target(path, 0, reason=Reason.SOURCE_OBJECT_NO_LONGER_AVAILABLE)
    return Target(path, status.st_size, reason=None if S_ISREG(status.st_mode) else Reason.UNSUPPORTED_FILE_TYPE)


def _objects(url: str) -> Iterator[Target]:
    # Half a second that a scan of files does not have to wait.
    from bucketsieve.adapters.lister import S3BucketLister  # noqa: PLC0415
    from bucketsieve.bootstrap import PATIENT, client  # noqa: PLC0415

    bucket, _, prefix = url.removeprefix(S3_SCHEME).partition("/")
    for page in S3BucketLister(client("s3", PATIENT)).pages(bucket, prefix, token=None, start_after=None):
        for listed in page.objects:
            archived = Reason.INVALID_OBJECT_STATE if listed.storage_class in _ARCHIVED else None
            path = f"{S3_SCHEME}{bucket}/{listed.key}"
            yield Target(path, listed.size, bucket, listed.key, listed.etag, archived)
