"""How fast a started process scans the corpus: once everything is loaded, object after object, reports and all.

``python -m benchmarks.detect.in_process`` prints, for both parts of the corpus, MB/s of processor time (the median of
the rounds, in each of which both are scanned once) and by how much the process has grown since its first scan.
"""

import argparse
import os
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from statistics import median
from typing import TextIO

from benchmarks.detect.corpus import SPARSE_BYTES, build
from benchmarks.detect.quality import FOLDER
from benchmarks.detect.speed import size_of

from bucketsieve.cli.output import JsonLines
from bucketsieve.cli.scanning import Scanned
from bucketsieve.detect.catalogue import load_catalogue
from bucketsieve.detect.engine import Engine
from bucketsieve.reasons import Outcome


def scan(engine: Engine, path: Path, out: TextIO) -> int:
    """The occurrences in a file; its report is made, and written as lines of JSON."""
    session = engine.session()
    with path.open("rb", buffering=0) as file:
        while session.read(file.readinto):
            pass
    report = session.finish()
    JsonLines(out).write(Scanned(str(path), report.bytes_scanned, Outcome.SUCCEEDED, findings=report.findings))
    return sum(report.counts.values())


def main() -> None:
    """Print the table."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--rounds", type=int, default=5)
    options = arguments.parse_args()
    build(FOLDER, sparse=SPARSE_BYTES)
    engine = Engine(load_catalogue(), fingerprint_key=bytes(32))
    files = {part: sorted((FOLDER / part).iterdir()) for part in ("sparse", "dense")}
    with Path(os.devnull).open("w") as out:
        measure(engine, files, options.rounds, out)


def measure(engine: Engine, files: Mapping[str, Sequence[Path]], rounds: int, out: TextIO) -> None:
    """Print a row for each part."""
    for path in files["sparse"]:
        scan(engine, path, out)
    started = getrusage(RUSAGE_SELF).ru_maxrss
    print("| part | MB/s of processor time | findings | grown by MB |\n|---|---|---|---|")
    seconds: dict[str, list[float]] = {part: [] for part in files}
    found: dict[str, int] = {}
    for _ in range(rounds):
        for part, paths in files.items():
            begun = time.process_time()
            found[part] = sum(scan(engine, path, out) for path in paths)
            seconds[part].append(time.process_time() - begun)
    grown = (getrusage(RUSAGE_SELF).ru_maxrss - started) / 1024
    for part, times in seconds.items():
        speed = size_of(FOLDER / part) / median(times) / 1e6
        print(f"| {part} | {speed:.0f} | {found[part]:,} | {grown:.0f} |", flush=True)


if __name__ == "__main__":
    main()
