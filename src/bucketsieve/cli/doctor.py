"""``bucketsieve doctor``: what this installation is made of, and whether it finds what it should."""

import argparse
import json
import platform
from dataclasses import asdict, dataclass
from importlib import import_module
from importlib.metadata import version

from bucketsieve.cli.arguments import Exit
from bucketsieve.cli.rules import Rules, cache
from bucketsieve.detect.cache import Cache
from bucketsieve.detect.canaries import missed
from bucketsieve.detect.catalogue import load_catalogue
from bucketsieve.detect.lanes.vectorscan import library
from bucketsieve.detect.selftest import Tried


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What the doctor says, in this order. ``missed``: what was not found by the fastest lanes, or by any."""

    version: str
    python: str
    machine: str
    lane: str
    vectorscan: str
    cache: str
    detectors: int
    ruleset: str
    missed: tuple[str, ...]


def run_doctor(arguments: argparse.Namespace) -> int:
    """Print the diagnosis; `Exit.FINDINGS` if a detector misses its canary."""
    diagnosis = diagnose()
    if arguments.format == "json":
        print(json.dumps(asdict(diagnosis), indent=2))
    else:
        for name, value in asdict(diagnosis).items():
            print(f"{name:<11} {'; '.join(value) or 'none' if isinstance(value, tuple) else value}")
    return Exit.FINDINGS if diagnosis.missed else Exit.CLEAN


def diagnose() -> Diagnosis:
    """Build the engine as a scan would, and release the canaries, whatever was said of them before."""
    catalogue = load_catalogue(cache())
    tried = Rules().try_lanes()
    engine = tried.engine
    return Diagnosis(
        version=version("bucketsieve"),
        python=f"{platform.python_implementation()} {platform.python_version()}",
        machine=f"{platform.system()} {platform.machine()}",
        lane=_lane(tried),
        vectorscan=library(),
        cache=_state(cache()),
        detectors=len(catalogue.detectors),
        ruleset=engine.version,
        missed=(
            *(f"{detector}: not found by the fastest lanes" for detector in tried.missed),
            *missed(engine, catalogue.detectors),
        ),
    )


def _lane(tried: Tried) -> str:
    if tried.engine.compiled.native is not None:
        return "native"
    if tried.missed:
        return "reference (the fast lanes miss canaries)"
    try:
        import_module("bucketsieve.detect.native._core")
    except ImportError as error:
        return f"reference (the extension cannot be loaded: {error})"
    return "reference (the extension was refused)"


def _state(kept: Cache) -> str:
    if not kept.is_safe():
        return f"{kept.folder}, not used: it is not there, or somebody else may write to it"
    values = [each for each in kept.folder.iterdir() if not each.suffix]
    return f"{kept.folder}, {len(values)} entries, {sum(each.stat().st_size for each in values)} bytes"
