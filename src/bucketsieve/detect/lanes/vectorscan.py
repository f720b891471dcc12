"""The lane on Vectorscan (through `hyperscan`): one automaton for all expressions, one pass.

No start-of-match flag: it costs up to 25 times the speed and refuses a third of real patterns. Ends are enough, for
`evaluate` looks at a window before each end.
"""

import hashlib
import os
import tempfile
import threading
from collections.abc import Sequence
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any

import hyperscan

from bucketsieve.detect.lanes.base import Sought


class VectorscanLane:
    """See `Lane`. The compiled database is shared, the scratch is per thread.

    Compiling the whole catalogue takes seconds; with a ``cache`` directory the result is kept there, under a name that
    changes with the expressions and the library.
    """

    def __init__(self, sought: Sequence[Sought], *, cache: Path | None = None) -> None:
        self._database = (_load(cache, sought) if cache else None) or _compile(sought)
        if cache:
            _keep(cache, sought, self._database)
        self._local = threading.local()

    def search(self, data: bytes, begin: int, end: int) -> list[tuple[int, int]]:
        """See `Lane.search`."""
        scratch = getattr(self._local, "scratch", None)
        if scratch is None:
            scratch = self._local.scratch = hyperscan.Scratch(self._database)
        hits: list[tuple[int, int]] = []
        add = hits.append

        def on_match(number: int, _start: int, stop: int, _flags: int, _context: object) -> None:
            add((stop + begin, number))

        whole = begin == 0 and end == len(data)
        view: Any = data if whole else memoryview(data)[begin:end]
        self._database.scan(view, match_event_handler=on_match, scratch=scratch)
        return hits


def _compile(sought: Sequence[Sought]) -> hyperscan.Database:
    """Raises ValueError that names the expression Vectorscan refuses."""
    try:
        return _compiled(sought)
    except hyperscan.HyperscanError:
        raise ValueError(_culprit(sought)) from None


def _compiled(sought: Sequence[Sought]) -> hyperscan.Database:
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    database.compile(
        expressions=[item.expression.encode() for item in sought],
        ids=[item.number for item in sought],
        elements=len(sought),
        flags=[0] * len(sought),
    )
    return database


def _culprit(sought: Sequence[Sought]) -> str:
    for item in sought:
        try:
            _compiled([item])
        except hyperscan.HyperscanError as error:
            return f"cannot search for {item.expression!r}: {error}"
    return "the expressions cannot be searched for together"


def _file(cache: Path, sought: Sequence[Sought]) -> Path:
    digest = hashlib.sha256(version("hyperscan").encode())
    for item in sought:
        digest.update(f"\0{item.number}\0{item.expression}".encode())
    return cache / f"{digest.hexdigest()[:32]}.vectorscan"


def _load(cache: Path, sought: Sequence[Sought]) -> hyperscan.Database | None:
    """What an earlier process has kept; None if there is nothing, or it was built for another processor."""
    with suppress(OSError, hyperscan.HyperscanError):
        return hyperscan.loadb(_file(cache, sought).read_bytes(), hyperscan.HS_MODE_BLOCK)
    return None


def _keep(cache: Path, sought: Sequence[Sought], database: hyperscan.Database) -> None:
    """Write it for the next process, whole or not at all. A cache that cannot be written is none."""
    file = _file(cache, sought)
    if file.exists():
        return
    with suppress(OSError):
        cache.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=cache, delete=False) as temporary:
            temporary.write(hyperscan.dumpb(database))
        os.replace(temporary.name, file)  # noqa: PTH105  (atomic on every platform)
