"""One object from its first byte to its outcome."""

import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from threading import Event
from typing import Final

from bucketsieve.detect.model import ScanReport, Severity
from bucketsieve.errors import ObjectError, TransientError
from bucketsieve.extract import SNIFF_BYTES
from bucketsieve.faults import maybe_crash
from bucketsieve.models import SUCCEEDED, ClaimedObject, ObjectResult, Verdict
from bucketsieve.observability import logger
from bucketsieve.ports import ObjectReader
from bucketsieve.reasons import Outcome, Reason
from bucketsieve.scanning.examine import (
    Examiner,
    ExaminerUnavailableError,
    LimitReachedError,
    ParserCrashedError,
    ParserDiedError,
    StoppedError,
)
from bucketsieve.scanning.safe_errors import describe

_EMPTY: Final = Verdict(Outcome.SKIPPED, Reason.EMPTY_OBJECT)
_NO_TEXT: Final = Verdict(Outcome.SKIPPED, Reason.UNSUPPORTED_FILE_TYPE)
_OVER_LIMIT: Final = Verdict(
    Outcome.PARTIAL, Reason.FINDINGS_OVER_LIMIT, "more distinct values than are kept; the counts are exact"
)
#: What went through before a limit may still be under examination up to here: a block of the engine and its look-ahead.
_UNSETTLED_BYTES: Final = 1024**2


@dataclass(frozen=True, slots=True)
class _Cut:
    """Where the examination of an object ends before the object does, and what becomes of it."""

    at: int
    verdict: Verdict


class ObjectScanner:
    """Examines objects, in memory that does not depend on their size. As thread-safe as its examiner."""

    def __init__(
        self,
        reader: ObjectReader,
        examiner: Examiner,
        severities: Mapping[str, Severity],
        *,
        time_limit_seconds: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """``severities`` has the severity of every detector of the engine; ``clock`` is in seconds."""
        self._reader = reader
        self._examiner = examiner
        self._severities = severities
        self._time_limit = time_limit_seconds
        self._clock = clock

    def prepare(self, stop: Event) -> None:
        """Get the examiner ready.

        Raises:
            StoppedError: ``stop`` was set.
            ExaminerUnavailableError: nothing can be examined.
        """
        self._examiner.prepare(stop)

    def scan(self, bucket: str, claimed: ClaimedObject, stop: Event) -> ObjectResult:
        """Examine an object, and say what became of it.

        Raises:
            TransientError: it could not be read this time, or not to its end.
            StoppedError: ``stop`` was set.
            ExaminerUnavailableError: nothing can be examined.
            MemoryError: there is none left, and whose fault that is only an object's own process can tell.
        """
        try:
            return self._scan_within_limits(bucket, claimed, stop)
        except (TransientError, StoppedError, ExaminerUnavailableError):
            raise
        except MemoryError as error:
            traceback.clear_frames(error.__traceback__)  # they hold what has used it up
            raise
        except ObjectError as error:
            return ObjectResult(claimed.ordinal, Verdict(Outcome.SKIPPED, error.reason, str(error)))
        except ParserCrashedError as error:
            logger.error("an object broke its examination", extra={"ordinal": claimed.ordinal, "cause": str(error)})
            return _crashed(claimed, str(error))
        except Exception as error:  # noqa: BLE001 (whatever an object does to the engine is the object's outcome)
            logger.error("an object broke its examination", extra={"ordinal": claimed.ordinal, **describe(error)})
            return _crashed(claimed, f"raised {type(error).__name__}")

    def close(self) -> None:
        """Let go of what the examiner holds."""
        self._examiner.close()

    def _scan_within_limits(self, bucket: str, claimed: ClaimedObject, stop: Event) -> ObjectResult:
        """Examine an object; where a limit ends that, examine it again as far as it went through, for its findings."""
        try:
            return self._scan_twice_if_it_dies(bucket, claimed, stop)
        except LimitReachedError as limit:
            cut = _Cut(limit.examined - _UNSETTLED_BYTES, Verdict(Outcome.PARTIAL, limit.reason, str(limit)))
            if cut.at > 0:
                try:
                    return self._scan(bucket, claimed, stop, cut)
                except LimitReachedError:
                    pass  # so it went through by chance
            # Nothing was examined, so "a part was" would be wrong.
            return _crashed(claimed, str(limit))

    def _scan_twice_if_it_dies(self, bucket: str, claimed: ClaimedObject, stop: Event) -> ObjectResult:
        try:
            return self._scan(bucket, claimed, stop)
        except ParserDiedError:
            # The kernel may have killed it to make room for something else.
            return self._scan(bucket, claimed, stop)

    def _scan(self, bucket: str, claimed: ClaimedObject, stop: Event, cut: _Cut | None = None) -> ObjectResult:
        if stop.is_set():
            raise StoppedError
        deadline = self._clock() + self._time_limit
        pieces = self._reader.read(bucket, claimed.key, etag=claimed.etag)
        head = _first_bytes(pieces)
        if not head and not claimed.size:
            return ObjectResult(claimed.ordinal, _EMPTY)
        if not head:
            raise TransientError(f"S3 delivered nothing of {claimed.size} bytes")
        session = self._examiner.open(head[:SNIFF_BYTES], claimed.key, stop)
        if session is None:
            return ObjectResult(claimed.ordinal, _NO_TEXT)
        read = 0
        ended = cut.verdict if cut else None
        for piece in chain((head,), pieces):
            if stop.is_set():
                raise StoppedError
            if cut and read + len(piece) >= cut.at:
                session.feed(piece[: cut.at - read])
                break
            session.feed(piece)
            maybe_crash("while_reading")
            read += len(piece)
            if read < claimed.size and self._clock() > deadline:
                ended = self._out_of_time
                break
        if ended is None and read != claimed.size:
            raise TransientError(f"S3 delivered {read} of {claimed.size} bytes")
        return self._result(claimed.ordinal, session.finish(), ended)

    @property
    def _out_of_time(self) -> Verdict:
        limit = f"the limit of {self._time_limit:.0f} s per object was reached"
        return Verdict(Outcome.PARTIAL, Reason.TIME_CUT_OFF_REACHED, limit)

    def _result(self, ordinal: int, report: ScanReport, ended: Verdict | None) -> ObjectResult:
        verdict = ended or (_OVER_LIMIT if report.over_limit else SUCCEEDED)
        return ObjectResult(
            ordinal,
            verdict,
            bytes_scanned=report.bytes_scanned,
            findings=report.findings,
            detectors=dict(report.counts),
            severities=self._by_severity(report),
        )

    def _by_severity(self, report: ScanReport) -> dict[str, int]:
        """Count occurrences by severity; those beyond the cap have no finding and get their detector's severity."""
        rest = Counter(report.counts)
        severities: Counter[str] = Counter()
        for finding in report.findings:
            severities[finding.severity] += finding.count
            rest[finding.detector] -= finding.count
        for detector, occurrences in rest.items():
            severities[self._severities[detector]] += occurrences
        return {str(severity): occurrences for severity, occurrences in severities.items() if occurrences}


def _first_bytes(pieces: Iterator[bytes]) -> bytes:
    """Return the first pieces, as many as it takes to tell what the object is."""
    head = next(pieces, b"")
    while len(head) < SNIFF_BYTES and (piece := next(pieces, b"")):
        head += piece
    return head


def _crashed(claimed: ClaimedObject, detail: str) -> ObjectResult:
    return ObjectResult(claimed.ordinal, Verdict(Outcome.FAILED, Reason.PARSER_CRASHED, detail))
