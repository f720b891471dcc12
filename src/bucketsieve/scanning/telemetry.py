"""Metrics of the scanner in CloudWatch's Embedded Metric Format, a line on standard output for each chunk."""

from collections import Counter
from collections.abc import Sequence
from threading import Lock
from typing import Final

from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

from bucketsieve.models import ObjectResult

_UNITS: Final = {"BytesScanned": MetricUnit.Bytes, "ChunkSeconds": MetricUnit.Seconds}


class ScanMetrics:
    """Writes metrics; namespace and service come from the POWERTOOLS_* variables. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = Lock()

    def put(self, **values: float) -> None:
        """Write the values, named as the metrics are."""
        metrics = EphemeralMetrics()
        for name, value in values.items():
            metrics.add_metric(name, _UNITS.get(name, MetricUnit.Count), value)
        with self._lock:
            metrics.flush_metrics()


class ChunkTally:
    """What the results of a chunk add up to, for its metrics and its log line."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def add(self, results: Sequence[ObjectResult]) -> None:
        """Count the results that were written."""
        for result in results:
            self._counts[f"Objects{result.verdict.outcome.capitalize()}"] += 1
            self._counts["BytesScanned"] += result.bytes_scanned
            self._counts["Findings"] += len(result.findings)

    def values(self) -> dict[str, int]:
        """Return the sums by metric name."""
        return dict(self._counts)
