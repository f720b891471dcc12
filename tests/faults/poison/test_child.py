"""An object that breaks its parser's process, hangs or eats memory, in a real child process."""

from collections.abc import Iterator
from threading import Event, Timer

import psutil
import pytest

from bucketsieve.detect.catalogue import load_catalogue
from bucketsieve.models import SUCCEEDED, ClaimedObject, ObjectResult
from bucketsieve.reasons import Outcome, Reason
from bucketsieve.scanning.examine import ExaminerUnavailableError, LocalExaminer, StoppedError
from bucketsieve.scanning.isolation import ChildExaminer
from bucketsieve.scanning.objects import ObjectScanner
from tests.faults.poison.engine import PoisonedEngine, make_poisoned_engine, poison
from tests.unit.scanning.fakes import FakeBucket

PERSON = b"name: Ana Alvarez\nssn: 536-22-8726\n"
MEBIBYTE = 1024**2
#: Far more than a piece takes, on a machine that does other things as well.
STEP_SECONDS = 5.0
SEVERITIES = {detector.id: detector.severity for detector in load_catalogue().detectors}


@pytest.fixture(scope="module")
def examiner() -> Iterator[ChildExaminer]:
    examiner = ChildExaminer(make_poisoned_engine, step_seconds=STEP_SECONDS, memory_bytes=128 * MEBIBYTE)
    yield examiner
    examiner.close()


def scan(examiner: ChildExaminer | LocalExaminer, content: bytes, stop: Event | None = None) -> ObjectResult:
    bucket = FakeBucket({"0": content}, piece_bytes=MEBIBYTE)
    scanner = ObjectScanner(bucket, examiner, SEVERITIES, time_limit_seconds=60)
    return scanner.scan("data", ClaimedObject(0, "0", len(content), '"0"', 0), stop or Event())


def test_a_child_finds_what_this_process_finds(examiner: ChildExaminer) -> None:
    content = b"nothing to see here\n" * 200_000 + PERSON

    result = scan(examiner, content)

    assert result.verdict == SUCCEEDED
    assert result.detectors == {"us_ssn": 1}
    assert result == scan(LocalExaminer(make_poisoned_engine()), content)


def test_a_binary_is_told_by_its_first_bytes(examiner: ChildExaminer) -> None:
    assert scan(examiner, b"\x89PNG\r\n\x1a\n" + bytes(100)).verdict.reason is Reason.UNSUPPORTED_FILE_TYPE


@pytest.mark.parametrize(
    ("spell", "detail"),
    [
        ("segfault", "the parser's process died of SIGSEGV"),
        ("exit", "the parser's process died of exit status 3"),
        ("hold", "a step of the examination took over 5 s"),
        ("loop", "a step of the examination took over 5 s"),
        ("hoard", "the examination took over 128 MiB of memory"),
        ("recurse", "raised RecursionError"),
    ],
)
def test_a_poisonous_object_fails_and_the_next_one_does_not(examiner: ChildExaminer, spell: str, detail: str) -> None:
    result = scan(examiner, PERSON + poison(spell))

    assert (result.verdict.outcome, result.verdict.reason) == (Outcome.FAILED, Reason.PARSER_CRASHED)
    assert result.verdict.detail == detail
    assert result.findings == ()
    assert scan(examiner, PERSON).verdict == SUCCEEDED


@pytest.mark.parametrize(
    ("spell", "reason"),
    [("hold", Reason.TIME_CUT_OFF_REACHED), ("hoard", Reason.MEMORY_LIMIT_REACHED)],
)
def test_what_went_through_before_a_limit_keeps_its_findings(
    examiner: ChildExaminer, spell: str, reason: Reason
) -> None:
    result = scan(examiner, PERSON + b"nothing to see here\n" * 200_000 + poison(spell) + PERSON)

    assert (result.verdict.outcome, result.verdict.reason) == (Outcome.PARTIAL, reason)
    assert result.detectors == {"us_ssn": 1}
    assert 0 < result.bytes_scanned < 4_000_000


def test_a_hanging_object_is_given_up_at_once_when_the_scanner_has_to_stop(examiner: ChildExaminer) -> None:
    stop = Event()
    timer = Timer(0.5, stop.set)
    timer.start()

    with pytest.raises(StoppedError):
        scan(examiner, poison("hold"), stop)

    timer.join()


def test_the_child_has_no_connection_but_the_one_to_its_parent(examiner: ChildExaminer) -> None:
    scan(examiner, PERSON)

    [child] = [each for each in psutil.Process().children() if "bucketsieve.scanning.child" in each.cmdline()]
    assert child.net_connections("inet") == []
    assert child.num_fds() == 4  # the three standard streams, all of them /dev/null, and the socket


def test_a_child_that_cannot_start_is_no_objects_fault() -> None:
    examiner = ChildExaminer(_no_engine, step_seconds=STEP_SECONDS, memory_bytes=128 * MEBIBYTE)

    with pytest.raises(ExaminerUnavailableError):
        scan(examiner, PERSON)


def _no_engine() -> PoisonedEngine:
    raise ValueError("there is none")
