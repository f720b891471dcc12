"""Compares the native lane with the reference, over random text: both must report the same, byte by byte.

``python -m benchmarks.detect.fuzz --bytes 100000000 --seed 1``. The reference sees each text whole, the native lane in
blocks and chunks of random sizes. A difference is printed with the text that shows it, cut as short as it goes. The
same seed gives the same texts; ``--first`` starts at a later one.
"""

import argparse
import dataclasses
import random
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import Final

from benchmarks.detect.texts import Texts

from bucketsieve.detect.catalogue import Catalogue, Context, load_catalogue
from bucketsieve.detect.custom import CustomIdentifier
from bucketsieve.detect.engine import BLOCK, Engine
from bucketsieve.detect.model import ScanReport

_KEY: Final = bytes(32)
_CUSTOM: Final = (
    CustomIdentifier(id="fuzz_plain", name="Order", pattern=r"ORD-\d{6}"),
    CustomIdentifier(id="fuzz_named", name="Member", pattern=r"\d{5,7}", keywords=("member", "crew no"), distance=30),
    CustomIdentifier(id="fuzz_wide", name="Anything", pattern=r"[0-9a-z]{4,10}", keywords=("id", "tax number", "tel")),
    CustomIdentifier(id="fuzz_part", name="Part", pattern=r"no[.:]? (?P<value>\d+)", keywords=("no", "nr")),
)
_BLOCKS: Final = (96, 128, 500, 1024, 4096, 10_000, BLOCK, BLOCK, BLOCK)
_SIZES: Final = (20, 60, 150, 400, 1000, 3000, 10_000)
_CAPS: Final = (1000, 1000, 1000, 2)
_EVERY: Final = 60  # seconds between lines of progress


@dataclass(frozen=True, slots=True)
class Case:
    """A text and how the native lane sees it: block size, chunk sizes, and the cap on values, which both have."""

    text: bytes
    block: int
    chunks: tuple[int, ...]
    max_values: int


class Pair:
    """Two engines that must agree."""

    def __init__(self, catalogue: Catalogue) -> None:
        """Raises RuntimeError if there is no native lane."""
        self._native = Engine(catalogue, fingerprint_key=_KEY, custom=_CUSTOM)
        self._reference = Engine(catalogue, fingerprint_key=_KEY, custom=_CUSTOM, native=None)
        if self._native.compiled.native is None:
            raise RuntimeError("the extension is not built, there is nothing to compare")

    def __repr__(self) -> str:
        return f"Pair({self._native!r})"

    def reports(self, case: Case) -> tuple[ScanReport, ScanReport]:
        """(the native lane's, the reference's)."""
        self._native.max_values = self._reference.max_values = case.max_values
        self._native.block = case.block
        native, rest = self._native.session(), memoryview(case.text)
        for size in case.chunks:
            native.feed(rest[:size])
            rest = rest[size:]
        native.feed(rest)
        reference = self._reference.session()
        reference.feed(case.text)
        return native.finish(), reference.finish()

    def differ(self, case: Case) -> bool:
        """Whether the two report different things."""
        native, reference = self.reports(case)
        return native != reference


def reduced(catalogue: Catalogue) -> Catalogue:
    """The detectors that the native lane searches for, whole or by their context words."""
    native = Engine(catalogue, fingerprint_key=_KEY).compiled
    sought = native.native.forms if native.native else frozenset[int]()
    kept = {
        native.detectors[form.detector].id
        for number, form in enumerate(native.forms)
        if number in sought or form.form.context is Context.REQUIRED
    }
    return catalogue._replace(detectors=tuple(each for each in catalogue.detectors if each.id in kept))


def case_of(texts: Texts, seed: int, number: int) -> Case:
    """The text with its number."""
    rng = random.Random(f"{seed} {number}")  # noqa: S311  (texts, not keys)
    text = texts.text(rng, rng.choice(_SIZES))
    # A shift moves the text over the borders of words, bitmaps and blocks.
    text = rng.choice((b"", b"\n", b"x", b" ")) * rng.choice((0, 0, 1, rng.randrange(130))) + text
    chunks = tuple(rng.randrange(1, 700) for _ in range(rng.choice((0, 0, 1, 2, 9))))
    return Case(text, rng.choice(_BLOCKS), chunks, rng.choice(_CAPS))


def shortened(case: Case, differ: Callable[[Case], bool]) -> Case:
    """The case with all taken out that the difference does not need."""
    plain = dataclasses.replace(case, block=BLOCK, chunks=())
    if differ(plain):
        case = plain
    size = len(case.text) // 2
    while size:
        place = 0
        while place < len(case.text):
            less = dataclasses.replace(case, text=case.text[:place] + case.text[place + size :])
            if differ(less):
                case = less
            else:
                place += size
        size //= 2
    return case


def show(pair: Pair, case: Case) -> None:
    """Print the case and what differs."""
    native, reference = pair.reports(case)
    print(f"  {case!r}")
    for name, own, other in (("native", native, reference), ("reference", reference, native)):
        for finding in own.findings:
            if finding not in other.findings:
                print(f"  {name} alone: {finding.detector} {finding.confidence_reason!r} {finding.locations[:2]}")
        print(f"  {name}: {own.counts} over_limit={own.over_limit} bytes={own.bytes_scanned}")


def main() -> int:
    """Compare; the answer is 1 if there was a difference."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--bytes", type=int, default=100_000_000)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--first", type=int, default=0, help="number of the first text")
    arguments.add_argument("--reduced", action="store_true", help="only detectors that the native lane searches for")
    options = arguments.parse_args()
    catalogue = load_catalogue()
    catalogue = reduced(catalogue) if options.reduced else catalogue
    pair, texts = Pair(catalogue), Texts(catalogue.detectors)
    compared = differences = findings = 0
    begun = last = time.monotonic()
    for number in count(options.first):
        if compared >= options.bytes:
            break
        case = case_of(texts, options.seed, number)
        native, reference = pair.reports(case)
        compared += len(case.text)
        findings += len(reference.findings)
        if native != reference:
            differences += 1
            print(f"text {number} of seed {options.seed} differs:")
            show(pair, shortened(case, pair.differ))
        if time.monotonic() - last > _EVERY:
            last = time.monotonic()
            print(f"{number + 1} texts, {compared} bytes, {findings} findings, {differences} differences", flush=True)
    print(
        f"{len(catalogue.detectors)} detectors, seed {options.seed}: {compared} bytes compared, {findings} findings, "
        f"{differences} differences, {time.monotonic() - begun:.0f} s"
    )
    return int(differences > 0)


if __name__ == "__main__":
    sys.exit(main())
