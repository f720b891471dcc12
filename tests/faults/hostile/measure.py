"""Scans a hostile object of two sizes, and says what it took: ``python -m tests.faults.hostile.measure NAME BYTES``.

A process of its own: what the peak of memory was, only a new process can tell.
"""

import json
import sys
import time
from functools import partial
from pathlib import Path
from threading import Event
from typing import Final

from bucketsieve.detect.cache import Cache
from bucketsieve.detect.catalogue import load_catalogue
from bucketsieve.detect.engine import Engine
from bucketsieve.detect.lanes.vectorscan import VectorscanLane
from bucketsieve.detect.native import native_lane
from bucketsieve.models import ClaimedObject, ObjectResult
from bucketsieve.scanning.examine import LocalExaminer
from bucketsieve.scanning.objects import ObjectScanner
from tests.conftest import CACHE
from tests.faults.hostile.corpus import CORPUS
from tests.unit.scanning.fakes import FakeBucket

_PIECE_BYTES: Final = 1024**2
_HOUR: Final = 3_600.0
#: Scans of each size, of which the shortest counts: what else the machine does only adds to them.
_ROUNDS: Final = 3


def main() -> None:
    """Print, as JSON, what became of the object at twice the size, and the cost at both sizes."""
    name, size = sys.argv[1], int(sys.argv[2])
    cache = Cache(CACHE)
    catalogue = load_catalogue(cache)
    engine = Engine(
        catalogue,
        fingerprint_key=b"a key of a test, thirty-two bytes",
        lane=partial(VectorscanLane, cache=cache),
        native=partial(native_lane, cache=cache),
    )
    bucket = FakeBucket(piece_bytes=_PIECE_BYTES)
    scanner = ObjectScanner(
        bucket,
        LocalExaminer(engine),
        {detector.id: detector.severity for detector in catalogue.detectors},
        time_limit_seconds=_HOUR,
    )

    def scan(content: bytes) -> tuple[ObjectResult, float]:
        bucket.contents["0"] = content
        seconds: list[float] = []
        for _ in range(_ROUNDS):
            began = time.process_time()
            result = scanner.scan("data", ClaimedObject(0, "0", len(content), '"0"', 0), Event())
            seconds.append(time.process_time() - began)
        return result, min(seconds)

    scan(b"warm up\n" * 10_000)
    _, seconds = scan(CORPUS[name].build(size))
    content = CORPUS[name].build(2 * size)
    before = _peak_bytes(anew=True)
    result, seconds_of_twice = scan(content)
    json.dump(
        {
            "outcome": result.verdict.outcome,
            "reason": result.verdict.reason,
            "ssns": result.detectors.get("us_ssn", 0),
            "bytes_scanned": result.bytes_scanned,
            "bytes": len(content),
            "seconds": [seconds, seconds_of_twice],
            "memory_growth": _peak_bytes(anew=False) - before,
        },
        sys.stdout,
    )


def _peak_bytes(*, anew: bool) -> int:
    """Return the peak of this process's memory, or, to measure it anew, what it has now."""
    if anew:
        Path("/proc/self/clear_refs").write_text("5")  # see proc(5)
    [peak] = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM:")]
    return int(peak.split()[1]) * 1024


if __name__ == "__main__":
    main()
