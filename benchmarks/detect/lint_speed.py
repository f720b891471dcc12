"""Fails, with its name, for a detector that costs the whole set more than 5 % of the time of a scan.

A set is as slow as its worst patterns. Those that are slow alone are taken out of the set, one at a time, and the set
is timed with and without; besides, the time spent on looking at each detector's hits is added up, over ordinary text.
"""

import random
import time
import tomllib
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar
from unittest.mock import patch

from benchmarks.detect.noise import SHARES

from bucketsieve.detect.candidate import Candidate
from bucketsieve.detect.catalogue import Context, load_catalogue
from bucketsieve.detect.compiled import CompiledCatalogue, CompiledForm
from bucketsieve.detect.engine import BLOCK, Engine
from bucketsieve.detect.evaluate import Block, _Places
from bucketsieve.detect.keywords import search_expressions
from bucketsieve.detect.lanes import Sought
from bucketsieve.detect.lanes.vectorscan import VectorscanLane

SHARE = 0.05
#: Detectors that may cost more, and why.
BUDGETS = Path(__file__).with_name("budgets.toml")
_BYTES = 8_000_000
_ROUNDS = 7
#: A busy machine makes any detector look slow once; a slow one stays slow.
_TRIES = 4
#: A detector is tried within the set if alone it takes this part of the set's time.
_SUSPICIOUS = 0.06


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


def lane_seconds(lanes: Sequence[VectorscanLane], text: bytes) -> list[float]:
    """Processor seconds of each lane over ``text``: the best of interleaved rounds."""
    best = [float("inf")] * len(lanes)
    for _ in range(_ROUNDS):
        for number, lane in enumerate(lanes):
            begun = time.thread_time()
            for place in range(0, len(text), BLOCK):
                lane.search(text, place, min(len(text), place + BLOCK))
            best[number] = min(best[number], time.thread_time() - begun)
    return best


class TimedBlock(Block):
    """A block that adds up, by detector, the time spent on looking at hits."""

    spent: ClassVar[defaultdict[int, float]] = defaultdict(float)

    def _scan(self, compiled: CompiledForm, places: _Places, low: int, high: int, found: list[Candidate]) -> int:
        begun = time.thread_time()
        try:
            return super()._scan(compiled, places, low, high, found)
        finally:
            self.spent[compiled.detector] += time.thread_time() - begun


def expressions(compiled: CompiledCatalogue) -> tuple[list[tuple[int, Sought]], list[Sought]]:
    """((detector, its expression) of every form that is searched for, the expressions of the context words)."""
    forms = [
        (form.detector, Sought(number, form.form.anchor))
        for number, form in enumerate(compiled.forms)
        if form.form.context is not Context.REQUIRED
    ]
    words = [
        Sought(len(compiled.forms) + number, expression)
        for number, word in enumerate(compiled.words)
        for expression, _ in search_expressions(word.keyword)
    ]
    return forms, words


def lane_shares(compiled: CompiledCatalogue, text: bytes) -> tuple[dict[str, float], float]:
    """(the share of the set's time that each suspicious detector takes, the set's MB/s)."""
    forms, words = expressions(compiled)
    whole = VectorscanLane([*(sought for _, sought in forms), *words])
    alone = {detector: VectorscanLane([sought for mine, sought in forms if mine == detector]) for detector, _ in forms}
    (total,) = lane_seconds([whole], text)
    solo = dict(zip(alone, lane_seconds(list(alone.values()), text[: _BYTES // 8]), strict=True))
    floor = min(solo.values())
    shares: dict[str, float] = {}
    for detector, seconds in solo.items():
        if (seconds - floor) * 8 < _SUSPICIOUS * total:
            continue
        rest = VectorscanLane([*(sought for mine, sought in forms if mine != detector), *words])
        name = compiled.detectors[detector].id
        for _ in range(_TRIES):
            with_it, without = lane_seconds([whole, rest], text)
            shares[name] = min(shares.get(name, 1.0), (with_it - without) / with_it)
            if shares[name] <= SHARE:
                break
    return shares, len(text) / total / 1e6


def evaluation_shares(engine: Engine, text: bytes) -> dict[str, float]:
    """The share of a scan's time spent on the hits of each detector."""
    with patch("bucketsieve.detect.engine.Block", TimedBlock):
        begun = time.thread_time()
        session = engine.session(encoding="utf-8")
        session.feed(text)
        session.finish()
        total = time.thread_time() - begun
    return {engine.compiled.detectors[number].id: seconds / total for number, seconds in TimedBlock.spent.items()}


def main() -> int:
    """Print what each costly detector takes; the answer is 1 if one is over its budget."""
    text = ordinary_text(_BYTES)
    engine = Engine(load_catalogue(), fingerprint_key=bytes(32))
    budgets = tomllib.loads(BUDGETS.read_text("utf-8"))
    shares, speed = lane_shares(engine.compiled, text)
    print(f"{len(engine.compiled.detectors)} detectors, the automaton runs at {speed:.0f} MB/s")
    hits = evaluation_shares(engine, text)
    failed = 0
    for name in sorted({*shares, *(name for name, share in hits.items() if share > SHARE / 2)}):
        search, look = shares.get(name, 0.0), hits.get(name, 0.0)
        allowed = budgets.get(name, {}).get("share", SHARE)
        over = max(search, look) > allowed
        failed += over
        print(f"{name}: search {search:6.1%}, hits {look:6.1%}, allowed {allowed:.0%}{'  TOO SLOW' if over else ''}")
    return int(failed > 0)


if __name__ == "__main__":
    raise SystemExit(main())
