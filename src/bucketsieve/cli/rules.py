"""Builds the engine a command asks for; picklable, so that every process can build its own."""

import gc
import os
import sys
from functools import cache as once
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from bucketsieve.detect.allow import AllowList
from bucketsieve.detect.cache import Cache
from bucketsieve.detect.catalogue import load_catalogue
from bucketsieve.detect.engine import Engine
from bucketsieve.detect.selftest import Tried, try_lanes

if TYPE_CHECKING:
    from bucketsieve.detect.custom import CustomIdentifier

_KEY_BYTES = 32
#: Containers made and still there, after which the collector looks for cycles; findings are many, and have none.
_GARBAGE = 50_000


def cache() -> Cache:
    """Where compiled tables are kept between runs."""
    base = os.environ.get("XDG_CACHE_HOME")
    return Cache((Path(base) if base else Path.home() / ".cache") / "bucketsieve", announce=_ask_for_patience)


@once
def _ask_for_patience() -> None:
    print("bucketsieve: compiling detectors, once for this version; it may take half a minute", file=sys.stderr)


class Rules:
    """What to search for. Without a key, fingerprints can be compared within one run only."""

    def __init__(
        self,
        *,
        detectors: tuple[str, ...] = (),
        custom: "tuple[CustomIdentifier, ...]" = (),
        allowed: tuple[str, ...] = (),
        report_test_values: bool = True,
        key: bytes = b"",
    ) -> None:
        self._detectors = detectors
        self._custom = custom
        self._allowed = allowed
        self._report_test_values = report_test_values
        self._key = key or os.urandom(_KEY_BYTES)

    def engine(self) -> Engine:
        """Warns if the fastest lanes cannot be used.

        Raises ValueError (CatalogueError, InvalidIdentifierError) for what cannot run.
        """
        # What is built lives as long as the process, and is large: the collector need not walk it again and again.
        gc.disable()
        try:
            tried = self.try_lanes()
            gc.freeze()
        finally:
            gc.enable()
        gc.set_threshold(_GARBAGE)
        if tried.missed:
            print(f"bucketsieve: {tried.warning}", file=sys.stderr)
        return tried.engine

    def try_lanes(self) -> Tried:
        """Raises as `engine`."""
        kept = cache()
        catalogue = load_catalogue(kept)
        build = partial(
            Engine,
            catalogue.only(self._detectors) if self._detectors else catalogue,
            fingerprint_key=self._key,
            report_test_values=self._report_test_values,
            custom=self._custom,
            allow=AllowList(AllowList.of_values(self._allowed, self._key)),
        )
        return try_lanes(build, kept)


def read_custom(file: Path | None) -> "tuple[CustomIdentifier, ...]":
    """The identifiers of a TOML file, their examples tried. Raises InvalidIdentifierError, OSError."""
    if file is None:
        return ()
    import tomllib  # noqa: PLC0415  (as below: only who brings identifiers of their own pays for these)

    from bucketsieve.detect.creation import check_identifier  # noqa: PLC0415
    from bucketsieve.detect.custom import CustomIdentifier, InvalidIdentifierError  # noqa: PLC0415

    try:
        tables = tomllib.loads(file.read_text("utf-8")).get("identifier", ())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidIdentifierError(str(file), str(error)) from None
    identifiers = tuple(map(CustomIdentifier.from_mapping, tables))
    for identifier in identifiers:
        try:
            check_identifier(identifier)
        except InvalidIdentifierError as error:
            raise InvalidIdentifierError(f"{identifier.id}: {error.field}", error.reason, error.position) from None
    return identifiers


def read_allowed(file: Path | None) -> tuple[str, ...]:
    """The values of a file, one a line. Raises OSError."""
    return tuple(filter(None, map(str.strip, file.read_text("utf-8").splitlines()))) if file else ()
