"""Reads the families from the package and gives the set a version that changes with its content."""

import hashlib
import sys
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from bucketsieve.detect.cache import Cache, sources_digest
from bucketsieve.detect.catalogue.entry import CatalogueError, Detector, parse_detector
from bucketsieve.detect.catalogue.kept import dump, restore

#: The catalogue's release, year and month; the hash behind it tells builds apart.
RELEASE = "2026.11"


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The detectors in the order of their ids, and ``version``: ``<release>-<12 hex digits of the content>``."""

    detectors: tuple[Detector, ...]
    version: str

    def only(self, ids: Iterable[str]) -> "Catalogue":
        """The same catalogue with these detectors alone. Raises CatalogueError for an unknown id."""
        wanted = set(ids)
        unknown = wanted - {detector.id for detector in self.detectors}
        if unknown:
            raise CatalogueError(f"no such detector: {', '.join(sorted(unknown))}")
        kept = tuple(detector for detector in self.detectors if detector.id in wanted)
        digest = hashlib.sha256(f"{self.version} {' '.join(sorted(wanted))}".encode()).hexdigest()
        return Catalogue(kept, f"{RELEASE}-{digest[:12]}")


def families() -> list[Traversable]:
    """The family files of the package, by name."""
    folder = resources.files("bucketsieve.detect.catalogue") / "families"
    return sorted((entry for entry in folder.iterdir() if entry.name.endswith(".toml")), key=lambda entry: entry.name)


def load_family(file: Traversable) -> tuple[Detector, ...]:
    """Parse and check one family file. Raises CatalogueError with file, detector and field."""
    try:
        document = tomllib.loads(file.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise CatalogueError(f"{file.name}: {error}") from None
    family = file.name.removesuffix(".toml")
    return tuple(parse_detector(file.name, family, raw) for raw in document.get("detector", ()))


def load_catalogue(cache: Cache | None = None) -> Catalogue:
    """The whole catalogue, parsed and checked, now or by whoever filled the ``cache``. Raises CatalogueError."""
    digest, files = hashlib.sha256(), families()
    for file in files:
        digest.update(file.read_bytes())
    names = [file.name for file in files]
    key = ("catalogue", names, digest.hexdigest(), sources_digest(Path(__file__).parent), sys.version)
    detectors = restore(cache.get(repr(key), lambda: dump(_parse()))) if cache else _parse()
    return Catalogue(detectors, f"{RELEASE}-{digest.hexdigest()[:12]}")


def _parse() -> tuple[Detector, ...]:
    detectors: dict[str, Detector] = {}
    for file in families():
        for detector in load_family(file):
            if detector.id in detectors:
                raise CatalogueError(f"{file.name}: {detector.id} is also in {detectors[detector.id].family}.toml")
            detectors[detector.id] = detector
    return tuple(detectors[id_] for id_ in sorted(detectors))
