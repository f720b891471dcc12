"""Compares the whole command with other scanners: interleaved, on one core, over a sparse, a large and a dense corpus.

Rule sets differ: the others but Presidio look for secrets alone, ripgrep for eight patterns. MB/s are of the
processor's time of the whole process, start included, medians of the rounds; a shared machine's clock says little.
Each of them finds its files in memory.
"""

import argparse
import subprocess
import sys
from pathlib import Path
from statistics import median

from benchmarks.detect.corpus import build, build_large
from benchmarks.detect.peers import PEERS, Peer, install
from benchmarks.detect.quality import FOLDER
from benchmarks.detect.speed import Run, run, size_of, warm

_TIMEOUT = 600
_PARTS = ("sparse", "large", "dense")


def main() -> int:
    """Print the table."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--megabytes", type=int, default=200)
    arguments.add_argument("--parts", nargs="+", choices=_PARTS, default=_PARTS, help="of the corpus")
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--no-peers", action="store_true", help="this command alone")
    arguments.add_argument("--only", nargs="+", metavar="NAME", help="scanners whose names hold one of these")
    options = arguments.parse_args()
    build(FOLDER, sparse=options.megabytes * 1_000_000)
    if "large" in options.parts:
        build_large(FOLDER)
    contestants: list[tuple[str, Peer | None, Path]] = [("bucketsieve", None, Path(sys.prefix))]
    for peer in () if options.no_peers else PEERS:
        if options.only and not any(name in peer.name for name in options.only):
            continue
        environment = install(peer)
        if environment is None:
            print(f"{peer.name}: {peer.package} cannot be installed here; left out")
        else:
            contestants.append((peer.name, peer, environment))
    for part in options.parts:
        _compare(part, contestants, options.rounds)
    return 0


def _compare(part: str, contestants: list[tuple[str, Peer | None, Path]], rounds: int) -> None:
    folder = (FOLDER / part).absolute()
    size = size_of(folder)
    runs: dict[str, list[Run]] = {}
    for _ in range(rounds):
        for name, peer, environment in contestants:
            warm(folder)
            try:
                runs.setdefault(name, []).append(run(_command(peer, environment, folder), _TIMEOUT))
            except subprocess.TimeoutExpired:
                runs[name] = []
    print(f"\n{part}: {size / 1e6:.0f} MB, medians of {rounds}\n")
    print("| scanner | MB/s of processor time | MB/s by the clock | peak MB | findings |\n|---|---|---|---|---|")
    for name, peer, _ in contestants:
        if not runs[name]:
            print(f"| {name} | over {_TIMEOUT} s | | | |")
            continue
        given = (peer.limit if peer else None) or size
        cpu, wall = median(each.cpu for each in runs[name]), median(each.wall for each in runs[name])
        last = runs[name][-1]
        count = (peer.count if peer else lambda out: out.count(b"\n"))(last.out)
        note = f" (exit code {last.code})" if last.code not in (0, 1, 200) else ""
        print(f"| {name}{note} | {given / cpu / 1e6:.1f} | {given / wall / 1e6:.1f} | {last.peak:.0f} | {count} |")


def _command(peer: Peer | None, environment: Path, folder: Path) -> list[str]:
    if peer is not None:
        return peer.command(environment, folder)
    return [str(environment / "bin" / "bucketsieve"), "scan", "--format", "jsonl", str(folder)]


if __name__ == "__main__":
    raise SystemExit(main())
