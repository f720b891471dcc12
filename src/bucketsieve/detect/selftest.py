"""Chooses an engine's lanes: the fastest with which every detector finds its canary, on this machine.

That takes most of a second, so that all were found is kept in the cache, beside what was compiled, and holds for the
same rules, code, libraries and processor. That some were not is never kept: the next start tries them again.
"""

import os
import sys
from collections.abc import Sequence
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Final, NamedTuple, Protocol

from bucketsieve.detect.cache import Cache, sources_digest
from bucketsieve.detect.catalogue import Detector
from bucketsieve.detect.catalogue.kept import ids_of
from bucketsieve.detect.compiled import CompiledCatalogue, StartLaneFactory
from bucketsieve.detect.engine import Engine
from bucketsieve.detect.lanes import LaneFactory, vectorscan_lane
from bucketsieve.detect.native import native_lane

#: What finds or judges values beside the code of this package.
_LIBRARIES: Final = ("hyperscan", "phonenumbers", "re2", "stdnum")
_EXTENSION: Final = "bucketsieve.detect.native._core"
_PROCESSORS: Final = Path("/proc/cpuinfo")
#: What is read of it: more than the lines about one processor take.
_PROCESSOR_BYTES: Final = 8_192
#: What tells kinds of processors apart, of x86-64 and of AArch64.
_PROCESSOR: Final = frozenset(
    {
        "vendor_id", "cpu family", "model", "model name", "stepping", "microcode", "flags",
        "CPU implementer", "CPU architecture", "CPU variant", "CPU part", "CPU revision", "Features",
    }
)  # fmt: skip
#: Detectors that a warning names.
_NAMED: Final = 20


class Build(Protocol):
    """Makes the engine with the given lanes."""

    def __call__(self, *, lane: LaneFactory, native: StartLaneFactory | None) -> Engine:
        """Raises ValueError for rules that cannot run."""
        ...


class Tried(NamedTuple):
    """The engine to use, and the detectors that miss their canaries with the fastest lanes, which it then is without.

    Should slower lanes miss as many, it has the fastest.
    """

    engine: Engine
    missed: tuple[str, ...]

    @property
    def warning(self) -> str:
        """What to tell whoever runs this, empty if nothing is missed."""
        if not self.missed:
            return ""
        others = f" and {len(self.missed) - _NAMED} more" if len(self.missed) > _NAMED else ""
        lanes = "the fast lanes" if self.engine.compiled.native is None else "any lane"
        return f"not found by {lanes} on this machine: canaries of {', '.join(self.missed[:_NAMED])}{others}"


class CanariesMissedError(Exception):
    """``detectors`` do not find their canaries."""

    def __init__(self, detectors: Sequence[str]) -> None:
        super().__init__(", ".join(detectors))
        self.detectors = tuple(detectors)


def try_lanes(build: Build, cache: Cache | None) -> Tried:
    """The engine on the fastest lanes that miss least. Slower ones are compiled only if the fastest miss something.

    ``cache`` keeps what is compiled as well.
    """
    vectorscan = partial(vectorscan_lane, cache=cache)
    engine = build(lane=vectorscan, native=partial(native_lane, cache=cache))
    missed = least = _missed(engine, cache)
    if missed:
        from bucketsieve.detect.lanes.reference import ReferenceLane  # noqa: PLC0415  (seldom needed)

        for lane in (vectorscan, ReferenceLane):
            slower = build(lane=lane, native=None)
            if len(others := _missed(slower, cache)) < len(least):
                engine, least = slower, others
            if not least:
                break
    return Tried(engine, missed)


def sound_engine(build: Build, cache: Cache | None) -> Engine:
    """The engine of `try_lanes`."""
    return try_lanes(build, cache).engine


def _missed(engine: Engine, cache: Cache | None) -> tuple[str, ...]:
    try:
        if cache is None:
            _verdict(engine)
        else:
            cache.get(_key(engine), partial(_verdict, engine))
    except CanariesMissedError as error:
        return error.detectors
    return ()


def _verdict(engine: Engine) -> bytes:
    """What is kept. Raises CanariesMissedError."""
    from bucketsieve.detect.canaries import missed  # noqa: PLC0415  (not needed where a verdict was kept)

    detectors = dict.fromkeys(sentence.partition(":")[0] for sentence in missed(engine, _own(engine.compiled)))
    if detectors:
        raise CanariesMissedError(tuple(detectors))
    return b"every canary is found"


def _own(compiled: CompiledCatalogue) -> tuple[Detector, ...]:
    """The detectors of the catalogue: examples of custom identifiers are tried when these are made."""
    numbers = {form.detector: None for form in compiled.forms if form.custom is None}
    return tuple(compiled.detectors[number] for number in numbers)


def _key(engine: Engine) -> str:
    """All that a verdict depends on."""
    compiled = engine.compiled
    rules = engine.version, ids_of(compiled.detectors)
    lanes = [type(lane).__name__ for lane in (compiled.native, *compiled.lanes)]
    return repr(("canaries", rules, lanes, _code(), _vectorscan(lanes), _libraries(), sys.version, processor()))


def _vectorscan(lanes: Sequence[str]) -> str:
    """What Vectorscan says of itself and the processor, if it is used: it is not loaded to be asked."""
    if "VectorscanLane" not in lanes:
        return ""
    from bucketsieve.detect.lanes.vectorscan import library  # noqa: PLC0415

    return library()


def _code() -> str:
    here = Path(__file__).parent
    folders = [here, *(here / name for name in ("catalogue", "lanes", "native", "validators"))]
    extension = sys.modules.get(_EXTENSION)
    built = [Path(extension.__file__)] if extension is not None and extension.__file__ else []
    return sources_digest(*folders, *built)


def _libraries() -> list[str]:
    """The distributions that are installed where the libraries are, by names that have their versions."""
    found = (find_spec(name) for name in _LIBRARIES)
    folders = {Path(spec.origin).parent.parent for spec in found if spec and spec.origin}
    return sorted(entry.name for folder in folders for entry in os.scandir(folder) if entry.name.endswith("-info"))


def processor() -> str:
    """The kind of this machine's processor, its microcode and its features."""
    try:
        with _PROCESSORS.open("rb", buffering=0) as file:
            lines = file.read(_PROCESSOR_BYTES).decode("ascii", "replace").partition("\n\n")[0].splitlines()
    except OSError:
        lines = []
    told = [line for line in lines if line.partition(":")[0].strip() in _PROCESSOR]
    return "\n".join((os.uname().machine, *told))
