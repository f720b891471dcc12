"""What becomes of one object."""

from collections.abc import Iterator
from itertools import count
from threading import Event

import pytest

from bucketsieve.errors import ObjectError, TransientError
from bucketsieve.models import SUCCEEDED, ObjectResult
from bucketsieve.reasons import REASONS_BY_OUTCOME, Outcome, Reason
from bucketsieve.scanning.examine import LocalExaminer, StoppedError
from bucketsieve.scanning.objects import ObjectScanner
from tests.unit.scanning.fakes import SEVERITIES, FakeBucket, FakeEngine, claimed_object

TEXT = b"nothing to see\n" * 4_000 + b"SECRET and SECRET\n"


def scan(
    content: bytes,
    *,
    bucket: FakeBucket | None = None,
    engine: FakeEngine | None = None,
    size: int | None = None,
    clock: Iterator[float] | None = None,
    stop: Event | None = None,
) -> ObjectResult:
    bucket = bucket or FakeBucket()
    bucket.contents["0"] = content
    ticks = clock or iter(lambda: 0.0, 1.0)
    scanner = ObjectScanner(
        bucket, LocalExaminer(engine or FakeEngine()), SEVERITIES, time_limit_seconds=60, clock=lambda: next(ticks)
    )
    claimed = claimed_object(0, content if size is None else bytes(size))
    return scanner.scan("data", claimed, stop or Event())


def test_a_text_is_examined_from_its_first_to_its_last_byte() -> None:
    result = scan(TEXT)

    assert result.verdict == SUCCEEDED
    assert result.bytes_scanned == len(TEXT)
    assert result.detectors == {"word": 2}


def test_occurrences_without_a_finding_count_with_their_detectors_severity() -> None:
    result = scan(TEXT)  # one finding of severity low stands for one of the two occurrences

    assert result.severities == {"low": 1, "high": 1}


@pytest.mark.parametrize("reason", sorted(REASONS_BY_OUTCOME[Outcome.SKIPPED]))
def test_an_object_that_cannot_be_read_is_skipped_with_the_reason(reason: Reason) -> None:
    result = scan(TEXT, bucket=FakeBucket(errors={"0": ObjectError(reason)}))

    assert (result.verdict.outcome, result.verdict.reason) == (Outcome.SKIPPED, reason)


def test_an_object_replaced_while_it_is_read_keeps_no_findings_of_the_old_version() -> None:
    bucket = FakeBucket(errors={"0": ObjectError(Reason.OBJECT_VERSION_MISMATCH)}, delivered=2)

    result = scan(b"SECRET\n" * 10_000, bucket=bucket)

    assert result.verdict.reason is Reason.OBJECT_VERSION_MISMATCH
    assert (result.findings, result.bytes_scanned) == ((), 0)


def test_a_binary_is_skipped_after_its_first_bytes() -> None:
    bucket = FakeBucket()

    result = scan(b"\x89PNG\r\n\x1a\n" + bytes(100_000), bucket=bucket)

    assert result.verdict.reason is Reason.UNSUPPORTED_FILE_TYPE
    assert bucket.pieces_read == 1
    assert bucket.closed == ["0"]


def test_an_empty_object_is_skipped() -> None:
    assert scan(b"").verdict.reason is Reason.EMPTY_OBJECT


def test_an_object_is_recognised_from_pieces_of_any_size() -> None:
    engine = FakeEngine()

    result = scan("SECRET\n".encode("utf-16") * 3, bucket=FakeBucket(piece_bytes=1), engine=engine)

    assert engine.encodings == ["utf-16-le"]
    assert result.verdict == SUCCEEDED


def test_the_time_limit_leaves_a_part_with_its_findings() -> None:
    bucket = FakeBucket(piece_bytes=8_192)
    clock = iter([0.0, 10.0, 61.0])

    result = scan(b"SECRET\n" * 10_000, bucket=bucket, clock=clock)

    assert result.verdict.reason is Reason.TIME_CUT_OFF_REACHED
    assert result.bytes_scanned == 2 * 8_192
    assert result.findings


def test_an_object_that_is_complete_when_its_time_is_over_has_succeeded() -> None:
    assert scan(TEXT, bucket=FakeBucket(piece_bytes=len(TEXT)), clock=count(0, 1_000)).verdict == SUCCEEDED


def test_too_many_values_make_the_object_partial() -> None:
    result = scan(TEXT, engine=FakeEngine(over_limit=True))

    assert result.verdict.reason is Reason.FINDINGS_OVER_LIMIT
    assert result.detectors == {"word": 2}


@pytest.mark.parametrize("size", [len(TEXT) + 1, len(TEXT) - 1])
def test_a_body_of_another_length_than_listed_never_counts_as_whole(size: int) -> None:
    with pytest.raises(TransientError, match="delivered"):
        scan(TEXT, size=size)


def test_a_body_without_a_byte_never_counts_as_empty() -> None:
    with pytest.raises(TransientError, match="nothing"):
        scan(b"", size=10)


def test_a_failing_source_is_left_for_another_try() -> None:
    with pytest.raises(TransientError, match="SlowDown"):
        scan(TEXT, bucket=FakeBucket(errors={"0": TransientError("SlowDown")}, delivered=1))


def test_an_object_is_given_up_when_the_scanner_has_to_stop() -> None:
    stop = Event()
    bucket = FakeBucket(before=lambda _key: stop.set())

    with pytest.raises(StoppedError):
        scan(TEXT, bucket=bucket, stop=stop)


def test_memory_that_runs_out_beside_others_is_not_held_against_the_object() -> None:
    with pytest.raises(MemoryError):
        scan(b"SECRET GREEDY\n")


def test_an_object_that_breaks_the_engine_fails_alone_and_shows_nothing(caplog: pytest.LogCaptureFixture) -> None:
    result = scan(b"SECRET BOOM\n")

    assert (result.verdict.outcome, result.verdict.reason) == (Outcome.FAILED, Reason.PARSER_CRASHED)
    assert result.verdict.detail == "raised ValueError"
    [record] = caplog.records
    assert vars(record)["error"] == "ValueError"
    assert "SECRET" not in str(vars(record))
