"""Fails, with its name, for a detector that costs the whole set more than 5 % of a scan of ordinary text.

The cost of some detectors is what a scan takes less without them. No detector costs more than a group that holds it, so
only groups that cost too much are divided.
"""

import random
import tomllib
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from benchmarks.detect.effort import Effort, effort
from benchmarks.detect.noise import SHARES

from bucketsieve.detect.catalogue import Catalogue, Detector, load_catalogue
from bucketsieve.detect.engine import Engine

SHARE: Final = 0.05
#: Detectors that may cost more, and why.
BUDGETS: Final = Path(__file__).with_name("budgets.toml")
_BYTES: Final = 2_000_000
#: Detectors that are tried together first.
_GROUP: Final = 40
#: Where instructions are not counted, a busy machine makes a detector look slow once; a slow one stays slow.
_TRIES: Final = 3


def ordinary_text(size: int) -> bytes:
    """Noise of all kinds."""
    rng = random.Random(7)  # noqa: S311  (text, not a key)
    kinds = [kind for kind, _ in SHARES]
    shares = [share for _, share in SHARES]
    lines: list[str] = []
    written = 0
    while written < size:
        batch = [kind(rng) for kind in rng.choices(kinds, shares, k=100)]
        lines += batch
        written += sum(map(len, batch)) + len(batch)
    return "\n".join(lines).encode()


class Scans:
    """What scans of a text take with one detector or another left out."""

    def __init__(self, catalogue: Catalogue, text: bytes, counter: Effort) -> None:
        self._catalogue = catalogue
        self._text = text
        self._counter = counter
        self._whole = self._engine(())
        self.total = self._effort(self._whole)

    def __repr__(self) -> str:
        return f"Scans({len(self._text)} bytes)"

    def share(self, left_out: Sequence[Detector]) -> float:
        """The part of a scan that these detectors take."""
        rest = self._engine(left_out)
        found = 1 - self._effort(rest) / self.total
        for _ in range(0 if self._counter.exact or found <= SHARE else _TRIES):
            found = min(found, 1 - self._effort(rest) / self._effort(self._whole))
        return found

    def costly(self, group: Sequence[Detector]) -> Iterator[tuple[Detector, float]]:
        """Those of the group that cost too much."""
        share = self.share(group)
        if share <= SHARE:
            return
        if len(group) == 1:
            yield group[0], share
            return
        yield from self.costly(group[: len(group) // 2])
        yield from self.costly(group[len(group) // 2 :])

    def _engine(self, left_out: Sequence[Detector]) -> Engine:
        out = {detector.id for detector in left_out}
        kept = tuple(detector for detector in self._catalogue.detectors if detector.id not in out)
        return Engine(self._catalogue._replace(detectors=kept), fingerprint_key=bytes(32))

    def _effort(self, engine: Engine) -> float:
        return self._counter.of(partial(_scan, engine, self._text))


def _scan(engine: Engine, text: bytes) -> None:
    session = engine.session(encoding="utf-8")
    session.feed(text)
    session.finish()


def main() -> int:
    """Print what each costly detector takes; the answer is 1 if one is over its budget."""
    catalogue, text = load_catalogue(), ordinary_text(_BYTES)
    budgets = {name: budget["share"] for name, budget in tomllib.loads(BUDGETS.read_text("utf-8")).items()}
    excused = [detector for detector in catalogue.detectors if detector.id in budgets]
    others = [detector for detector in catalogue.detectors if detector.id not in budgets]
    with effort() as counter:
        scans = Scans(catalogue, text, counter)
        unit, scale = ("instructions", 1.0) if counter.exact else ("ns", 1e9)
        print(f"{len(catalogue.detectors)} detectors, {scans.total / len(text) * scale:.1f} {unit} a byte")
        shares = [(detector, scans.share([detector])) for detector in excused]
        for place in range(0, len(others), _GROUP):
            shares += scans.costly(others[place : place + _GROUP])
    failed = 0
    for detector, share in shares:
        allowed = budgets.get(detector.id, SHARE)
        failed += share > allowed
        print(f"{detector.id}: {share:.1%}, allowed {allowed:.0%}{'  TOO SLOW' if share > allowed else ''}")
    return int(failed > 0)


if __name__ == "__main__":
    raise SystemExit(main())
