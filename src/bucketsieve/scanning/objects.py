"""One object from its first byte to its outcome."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from threading import Event
from typing import Final, Protocol

from bucketsieve.detect.model import ScanReport, Severity
from bucketsieve.errors import ObjectError, TransientError
from bucketsieve.extract import SNIFF_BYTES, sniff
from bucketsieve.faults import maybe_crash
from bucketsieve.models import SUCCEEDED, ClaimedObject, ObjectResult, Verdict
from bucketsieve.observability import logger
from bucketsieve.ports import ObjectReader
from bucketsieve.reasons import Outcome, Reason
from bucketsieve.scanning.safe_errors import describe

_EMPTY: Final = Verdict(Outcome.SKIPPED, Reason.EMPTY_OBJECT)
_NO_TEXT: Final = Verdict(Outcome.SKIPPED, Reason.UNSUPPORTED_FILE_TYPE)
_OVER_LIMIT: Final = Verdict(
    Outcome.PARTIAL, Reason.FINDINGS_OVER_LIMIT, "more distinct values than are kept; the counts are exact"
)


class DetectionSession(Protocol):
    """The examination of one object, as ``bucketsieve.detect.engine.Session`` provides it."""

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes, cut anywhere."""
        ...

    def finish(self) -> ScanReport:
        """Examine what is left, and report."""
        ...


class DetectionEngine(Protocol):
    """What opens a session for an object, as ``bucketsieve.detect.engine.Engine`` provides it."""

    def session(self, *, encoding: str | None = None, media_type: str | None = None) -> DetectionSession:
        """Open a session."""
        ...


class StoppedError(Exception):
    """The object was given up on request: the lease is lost, or the process ends. It has no outcome."""


class ObjectScanner:
    """Examines objects. Safe to share between threads; memory does not depend on the size of an object."""

    def __init__(
        self,
        reader: ObjectReader,
        engine: DetectionEngine,
        severities: Mapping[str, Severity],
        *,
        time_limit_seconds: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """``severities`` has the severity of every detector of the engine; ``clock`` is in seconds."""
        self._reader = reader
        self._engine = engine
        self._severities = severities
        self._time_limit = time_limit_seconds
        self._clock = clock

    def scan(self, bucket: str, claimed: ClaimedObject, stop: Event) -> ObjectResult:
        """Examine an object, and say what became of it.

        Raises:
            TransientError: it could not be read this time, or not to its end.
            StoppedError: ``stop`` was set.
        """
        try:
            return self._scan(bucket, claimed, stop)
        except (TransientError, StoppedError):
            raise
        except ObjectError as error:
            return ObjectResult(claimed.ordinal, Verdict(Outcome.SKIPPED, error.reason, str(error)))
        except Exception as error:  # noqa: BLE001 (whatever an object does to the engine is the object's outcome)
            logger.error("an object broke its examination", extra={"ordinal": claimed.ordinal, **describe(error)})
            return ObjectResult(
                claimed.ordinal, Verdict(Outcome.FAILED, Reason.PARSER_CRASHED, f"raised {type(error).__name__}")
            )

    def _scan(self, bucket: str, claimed: ClaimedObject, stop: Event) -> ObjectResult:
        if stop.is_set():
            raise StoppedError
        deadline = self._clock() + self._time_limit
        pieces = self._reader.read(bucket, claimed.key, etag=claimed.etag)
        head = _first_bytes(pieces)
        if not head and not claimed.size:
            return ObjectResult(claimed.ordinal, _EMPTY)
        if not head:
            raise TransientError(f"S3 delivered nothing of {claimed.size} bytes")
        text = sniff(head[:SNIFF_BYTES], claimed.key)
        if text is None:
            return ObjectResult(claimed.ordinal, _NO_TEXT)
        session = self._engine.session(encoding=text.encoding, media_type=text.media_type)
        read, in_time = 0, True
        for piece in chain((head,), pieces):
            if stop.is_set():
                raise StoppedError
            session.feed(piece)
            maybe_crash("while_reading")
            read += len(piece)
            if read < claimed.size and self._clock() > deadline:
                in_time = False
                break
        if in_time and read != claimed.size:
            raise TransientError(f"S3 delivered {read} of {claimed.size} bytes")
        return self._result(claimed.ordinal, session.finish(), in_time)

    def _result(self, ordinal: int, report: ScanReport, in_time: bool) -> ObjectResult:
        if not in_time:
            limit = f"the limit of {self._time_limit:.0f} s per object was reached"
            verdict = Verdict(Outcome.PARTIAL, Reason.TIME_CUT_OFF_REACHED, limit)
        else:
            verdict = _OVER_LIMIT if report.over_limit else SUCCEEDED
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
