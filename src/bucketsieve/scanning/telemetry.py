"""What a chunk's work adds up to, as metrics and as fields of its log line."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from bucketsieve.metrics import Metric, emit
from bucketsieve.models import ObjectResult

#: Of objects that need no reason.
_NO_REASON: Final = "none"


class ChunkTally:
    """What the results of a chunk add up to."""

    def __init__(self) -> None:
        self._bytes_scanned = 0
        self._objects: Counter[tuple[str, str]] = Counter()  # by outcome and reason
        self._findings: Counter[str] = Counter()  # occurrences by severity

    def add(self, results: Sequence[ObjectResult]) -> None:
        """Count the results that were written."""
        for result in results:
            self._objects[result.verdict.outcome, result.verdict.reason or _NO_REASON] += 1
            self._findings.update(result.severities)
            self._bytes_scanned += result.bytes_scanned

    @property
    def fields(self) -> dict[str, int]:
        """What a log line says of it."""
        return {
            "objects": self._objects.total(),
            "bytes_scanned": self._bytes_scanned,
            "findings": self._findings.total(),
        }

    def write(self, seconds: float) -> None:
        """Write the metrics of a chunk that took so many seconds."""
        emit({Metric.CHUNK_SECONDS: seconds, Metric.BYTES_SCANNED: self._bytes_scanned})
        for (outcome, reason), count in self._objects.items():
            emit({Metric.OBJECTS: count}, outcome=outcome, reason=reason)
        for severity, count in self._findings.items():
            emit({Metric.FINDINGS: count}, severity=severity)
