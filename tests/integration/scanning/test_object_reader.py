"""Objects are read whole, in the listed version, under any key, or not at all."""

from collections.abc import Iterator

import boto3
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bucketsieve.adapters import object_reader
from bucketsieve.adapters.object_reader import S3ObjectReader
from bucketsieve.errors import ObjectError, TransientError
from bucketsieve.reasons import Reason
from tests.integration.scanning.gated_s3 import GatedS3, etag

#: One key that obstore reads, and one that boto3 has to read.
BOTH_WAYS = pytest.mark.parametrize("key", ["plain", "odd//key"])
BODY = bytes(range(256)) * 4_000

STRANGE_KEYS = [
    "a b", "a+b", "a%20b", "%2F", "%", "null", "ü", "u\u0308", "日本/語.txt", "😀", "a?b", "a#b", "a&b=c",
    "a\\b", "'\"<>", "a//b", "/a", "a/", "/", "//", ".", "..", "a/./b", "a/../b", "../../etc/passwd",
    "a\nb", "a\x01b", "\x7f", " a ", "~", "*", "é" * 500, "...", "a/...",
]  # fmt: skip


@pytest.fixture(scope="module")
def server() -> Iterator[GatedS3]:
    with GatedS3().serving() as server:
        yield server


@pytest.fixture(scope="module")
def reader(server: GatedS3) -> Iterator[S3ObjectReader]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", server.url)
        patch.setattr(object_reader, "_STALL_SECONDS", 1)
        session = boto3.Session("test", "test", region_name="us-east-1")
        yield S3ObjectReader(session, piece_bytes=256 * 1024, time_limit_seconds=60)


@pytest.fixture
def s3(server: GatedS3) -> GatedS3:
    server.reset()
    return server


def read(reader: S3ObjectReader, key: str, body: bytes = BODY) -> bytes:
    return b"".join(reader.read("data", key, etag=etag(body)))


@pytest.mark.parametrize("key", STRANGE_KEYS)
def test_every_key_is_asked_for_exactly(reader: S3ObjectReader, s3: GatedS3, key: str) -> None:
    s3.objects[key] = key.encode()

    assert read(reader, key, key.encode()) == key.encode()
    assert [asked for asked, _, _ in s3.gets] == [key]


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(key=st.text(st.characters(codec="utf-8"), min_size=1, max_size=40))
def test_no_key_is_taken_for_another(reader: S3ObjectReader, s3: GatedS3, key: str) -> None:
    s3.objects = {key: b"x"}

    assert read(reader, key, b"x") == b"x"


@BOTH_WAYS
def test_a_body_comes_in_pieces_of_bounded_size(reader: S3ObjectReader, s3: GatedS3, key: str) -> None:
    s3.objects[key] = BODY

    pieces = list(reader.read("data", key, etag=etag(BODY)))

    assert b"".join(pieces) == BODY
    assert max(map(len, pieces)) <= 2 * 256 * 1024
    assert [match for _, _, match in s3.gets] == [etag(BODY)]


@BOTH_WAYS
def test_an_empty_object_has_no_bytes(reader: S3ObjectReader, s3: GatedS3, key: str) -> None:
    s3.objects[key] = b""

    assert read(reader, key, b"") == b""


@BOTH_WAYS
def test_a_cut_body_is_taken_up_where_it_stopped_in_the_same_version(
    reader: S3ObjectReader, s3: GatedS3, key: str
) -> None:
    s3.objects[key] = BODY
    s3.scripts[key] = [300_000, 300_000]

    assert read(reader, key) == BODY
    assert {match for _, _, match in s3.gets} == {etag(BODY)}
    assert [bool(span) for _, span, _ in s3.gets] == [False, True, True]


@BOTH_WAYS
def test_a_stalled_body_is_asked_for_again(reader: S3ObjectReader, s3: GatedS3, key: str) -> None:
    s3.objects[key] = BODY
    s3.gate.clear()
    s3.on_get = lambda _key: s3.gate.set() if len(s3.gets) > 1 else None

    assert read(reader, key) == BODY
    assert len(s3.gets) == 2


@BOTH_WAYS
def test_a_slow_down_is_waited_out(reader: S3ObjectReader, s3: GatedS3, key: str) -> None:
    s3.objects[key] = BODY
    s3.scripts[key] = [(503, "SlowDown"), (500, "InternalError")]

    assert read(reader, key) == BODY


@BOTH_WAYS
def test_a_source_that_keeps_failing_is_worth_a_later_try(reader: S3ObjectReader, s3: GatedS3, key: str) -> None:
    s3.objects[key] = BODY
    s3.scripts[key] = [(503, "SlowDown")] * 20

    with pytest.raises(TransientError, match="SlowDown"):
        read(reader, key)


@BOTH_WAYS
def test_an_object_replaced_after_listing_is_not_read(reader: S3ObjectReader, s3: GatedS3, key: str) -> None:
    s3.objects[key] = b"another version"

    with pytest.raises(ObjectError) as raised:
        read(reader, key)

    assert raised.value.reason is Reason.OBJECT_VERSION_MISMATCH


@BOTH_WAYS
def test_an_object_replaced_while_it_is_read_is_not_mixed(reader: S3ObjectReader, s3: GatedS3, key: str) -> None:
    s3.objects[key] = BODY
    s3.scripts[key] = [300_000]

    def replace(_key: str) -> None:
        if len(s3.gets) > 1:
            s3.objects[key] = b"another version"

    s3.on_get = replace
    with pytest.raises(ObjectError) as raised:
        read(reader, key)

    assert raised.value.reason is Reason.OBJECT_VERSION_MISMATCH


@BOTH_WAYS
def test_a_deleted_object_is_told_as_gone(reader: S3ObjectReader, s3: GatedS3, key: str) -> None:
    with pytest.raises(ObjectError) as raised:
        read(reader, key)

    assert raised.value.reason is Reason.SOURCE_OBJECT_NO_LONGER_AVAILABLE


@BOTH_WAYS
@pytest.mark.parametrize(
    ("status", "code", "reason"),
    [
        (403, "AccessDenied", Reason.PERMISSION_DENIED),
        (403, "InvalidObjectState", Reason.INVALID_OBJECT_STATE),
        (400, "KMS.DisabledException", Reason.INVALID_KMS_KEY),
    ],
)
def test_a_refusal_says_why(
    reader: S3ObjectReader, s3: GatedS3, key: str, status: int, code: str, reason: Reason
) -> None:
    s3.objects[key] = BODY
    s3.scripts[key] = [(status, code)] * 2

    with pytest.raises(ObjectError) as raised:
        read(reader, key)

    assert raised.value.reason is reason
