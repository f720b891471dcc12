"""Reads the families from the package and gives the set a version that changes with its content."""

import hashlib
import os
import sys
from collections.abc import Iterable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Final, NamedTuple

from bucketsieve.detect.cache import Cache, files_digest, sources_digest
from bucketsieve.detect.catalogue.entry import CatalogueError, Detector, parse_detector
from bucketsieve.detect.catalogue.kept import dump, ids_of, restore

#: The catalogue's release, year and month; the hash behind it tells builds apart.
RELEASE = "2026.11"
#: What the validators call, and what may go from one release to the next.
_LIBRARIES: Final = ("phonenumbers", "stdnum")


class Catalogue(NamedTuple):
    """The detectors in the order of their ids, and ``version``: ``<release>-<12 hex digits of the content>``.

    ``kept``: it comes out of a cache, and its validators have been made before.
    """

    detectors: Sequence[Detector]
    version: str
    kept: bool = False

    def only(self, ids: Iterable[str]) -> "Catalogue":
        """The same catalogue with these detectors alone. Raises CatalogueError for an unknown id."""
        wanted = set(ids)
        unknown = wanted.difference(ids_of(self.detectors))
        if unknown:
            raise CatalogueError(f"no such detector: {', '.join(sorted(unknown))}")
        kept = tuple(detector for detector in self.detectors if detector.id in wanted)
        digest = hashlib.sha256(f"{self.version} {' '.join(sorted(wanted))}".encode()).hexdigest()
        return Catalogue(kept, f"{RELEASE}-{digest[:12]}", self.kept)


def families() -> list[Path]:
    """The family files of the package, by name."""
    folder = Path(__file__).with_name("families")
    with os.scandir(folder) as entries:  # paths are compared and taken apart in ten times the time
        names = sorted(entry.name for entry in entries if entry.name.endswith(".toml"))
    return [folder / name for name in names]


def load_family(file: Path) -> tuple[Detector, ...]:
    """Parse and check one family file. Raises CatalogueError with file, detector and field."""
    import tomllib  # noqa: PLC0415  (not needed with what was kept)

    try:
        document = tomllib.loads(file.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise CatalogueError(f"{file.name}: {error}") from None
    return tuple(parse_detector(file.name, file.stem, raw) for raw in document.get("detector", ()))


def load_catalogue(cache: Cache | None = None) -> Catalogue:
    """The whole catalogue, parsed and checked, now or by whoever filled the ``cache``.

    Raises CatalogueError; and UnknownValidatorError where it fills a cache, otherwise it leaves that to the engine.
    """
    files = families()
    digest, names = files_digest(files), [file.name for file in files]
    version = f"{RELEASE}-{digest[:12]}"
    if cache is None:
        return Catalogue(_parse(), version)
    key = repr(("catalogue", names, digest, sys.version, _code()))
    return Catalogue(restore(cache.get(key, lambda: dump(_tried())), key), version, kept=True)


def _code() -> str:
    """A digest of the code that decides what is kept: of the parser, of the validators, and of their libraries."""
    here = Path(__file__).parent
    found = (find_spec(name) for name in _LIBRARIES)
    roots = (Path(spec.origin) for spec in found if spec and spec.origin)  # which hold the library's version
    indexed = (here.parent / f"{name}.py" for name in ("vocabulary", "keywords"))
    return sources_digest(here, here.parent / "validators", *indexed, *roots)


def _tried() -> tuple[Detector, ...]:
    """The catalogue, its validators made once, so that those who find it kept need not."""
    from bucketsieve.detect.validators import resolve  # noqa: PLC0415  (with libraries that no function has)

    detectors = _parse()
    for detector in detectors:
        for form in detector.forms:
            for validator in form.validators:
                resolve(validator)
    return detectors


def _parse() -> tuple[Detector, ...]:
    detectors: dict[str, Detector] = {}
    for file in families():
        for detector in load_family(file):
            if detector.id in detectors:
                raise CatalogueError(f"{file.name}: {detector.id} is also in {detectors[detector.id].family}.toml")
            detectors[detector.id] = detector
    return tuple(detectors[id_] for id_ in sorted(detectors))
