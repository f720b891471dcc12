"""The corpus: sparse (a value every 50 KB among ordinary lines), large (as sparse) and dense (three values a line).

Half of the sparse values are made afresh (see `values`), half are the catalogue's examples, so that every detector has
some; where they are is written beside the sparse part. In the dense table all but the first field of each line are
values. The same seed gives the same bytes.
"""

import json
import random
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.detect.noise import SHARES, access_log, config, prose
from benchmarks.detect.values import VALID, near_miss

from bucketsieve.detect.catalogue import load_catalogue
from bucketsieve.detect.catalogue.entry import marked_value

#: One value, or near miss, in so many bytes of the sparse corpus.
SPACING = 50_000
FILE_BYTES = 8_000_000
SPARSE_BYTES = 200_000_000
LARGE_BYTES = 1_000_000_000
DENSE_BYTES = 100_000_000
LOG_LINES = 300_000
_MISS_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class Planted:
    """A value: where its bytes are, and whose it is. A near miss has no detector."""

    path: str
    start: int
    end: int
    detector: str


def build(folder: Path, *, sparse: int = SPARSE_BYTES, dense: int = DENSE_BYTES, seed: int = 1) -> None:
    """Write the corpus and ``planted.jsonl`` into ``folder``, unless the same is there already."""
    stamp, recipe = folder / "recipe", f"{sparse} {dense} {seed} {load_catalogue().version}"
    if _is_there(stamp, recipe):
        return
    rng = random.Random(seed)  # noqa: S311  (a corpus, not a key)
    for part in ("sparse", "dense", "logs"):
        _empty(folder / part)
    with (folder / "planted.jsonl").open("w") as labels:
        for planted in _write_sparse(folder / "sparse", sparse, rng):
            labels.write(json.dumps(asdict(planted)) + "\n")
    _write_dense(folder, dense, rng)
    with (folder / "logs" / "access.log").open("w") as out:
        out.writelines(access_log(rng) + "\n" for _ in range(LOG_LINES))
    stamp.write_text(recipe)


def build_large(folder: Path, *, size: int = LARGE_BYTES, seed: int = 2) -> None:
    """Write the large part into ``folder``, unless the same is there already: as sparse, for long runs alone."""
    stamp, recipe = folder / "recipe-large", f"{size} {seed} {load_catalogue().version}"
    if _is_there(stamp, recipe):
        return
    _empty(folder / "large")
    for _ in _write_sparse(folder / "large", size, random.Random(seed)):  # noqa: S311  (a corpus, not a key)
        pass
    stamp.write_text(recipe)


def planted(folder: Path) -> list[Planted]:
    """What was planted in the sparse part, file by file."""
    with (folder / "planted.jsonl").open() as labels:
        return [Planted(**json.loads(line)) for line in labels]


def _is_there(stamp: Path, recipe: str) -> bool:
    return stamp.exists() and stamp.read_text() == recipe


def _empty(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        old.unlink()


def _write_sparse(folder: Path, size: int, rng: random.Random) -> Iterator[Planted]:
    examples = _examples()
    rng.shuffle(examples)
    kinds = [kind for kind, share in SHARES for _ in range(share)]
    written = number = place = 0
    while written < size:
        kind = rng.choice(kinds)
        path = folder / f"{number:03}-{kind.__name__}.txt"
        number += 1
        with path.open("wb") as out:
            offset, next_value = 0, rng.randrange(SPACING)
            while offset < min(FILE_BYTES, size - written):
                line = kind(rng)
                if offset >= next_value:
                    next_value += SPACING
                    detector, text, value = _value(rng, examples, place)
                    place += 1
                    # Examples keep the line they are written in; fresh values stand in a line of the file's kind.
                    line = text if detector and text != value else kind(rng, text)
                    if "\n" not in text and text in line:
                        start = (
                            offset + len(line[: line.index(text)].encode()) + len(text[: text.index(value)].encode())
                        )
                        yield Planted(f"{folder.name}/{path.name}", start, start + len(value.encode()), detector)
                offset += out.write(line.encode() + b"\n")
        written += offset


def _examples() -> list[tuple[str, str, str]]:
    return [
        (detector.id, *marked_value(example))
        for detector in load_catalogue().detectors
        for example in detector.examples
        if "\n" not in example
    ]


def _value(rng: random.Random, examples: list[tuple[str, str, str]], place: int) -> tuple[str, str, str]:
    """(detector, text, value): alternately a fresh value and an example; now and then a near miss, of no detector."""
    if rng.random() < _MISS_SHARE:
        miss = near_miss(rng)
        return "", miss, miss
    if place % 2:
        return examples[place // 2 % len(examples)]
    detector = rng.choice(sorted(VALID))
    value = VALID[detector](rng)
    return detector, value, value


def _write_dense(folder: Path, size: int, rng: random.Random) -> None:
    with (folder / "dense" / "people.csv").open("wb") as out:
        written = out.write(b"name,address,telephone,number\n")
        while written < size:
            name = f"{config(rng).partition('.')[0]} {prose(rng)[:6].strip()}"
            values = [VALID[detector](rng) for detector in ("email", "phone", "us_ssn")]
            written += out.write(",".join([name, *values]).encode() + b"\n")
