"""The lane on Vectorscan (through `hyperscan`): one automaton for all expressions, one pass.

No start-of-match flag: it costs up to 25 times the speed and refuses a third of real patterns. Ends are enough, for
`evaluate` looks at a window before each end.
"""

import functools
import os
import threading
from collections.abc import Sequence
from typing import Any, Final

import hyperscan

from bucketsieve.detect.cache import Cache
from bucketsieve.detect.lanes.base import Sought

_RELEASE: Final[str] = vars(hyperscan)["__version__"]  # left out of its stubs


class VectorscanLane:
    """See `Lane`. The compiled database is shared, the scratch is per thread.

    Compiling the whole catalogue takes seconds; a ``cache`` keeps the result.
    """

    def __init__(self, sought: Sequence[Sought], *, cache: Cache | None = None) -> None:
        self._database = _database(sought, cache) if cache else _compile(sought)
        self._local = threading.local()

    def search(self, data: bytes | memoryview, begin: int, end: int) -> list[tuple[int, int]]:
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


def _database(sought: Sequence[Sought], cache: Cache) -> hyperscan.Database:
    """What an earlier process has compiled, if this processor and this library can run it."""
    database = cache.get(_key(sought), lambda: hyperscan.dumpb(_compile(sought)))
    try:
        return hyperscan.loadb(database, hyperscan.HS_MODE_BLOCK)
    except hyperscan.HyperscanError:
        return _compile(sought)


def _key(sought: Sequence[Sought]) -> str:
    """All that a database depends on."""
    return repr(("vectorscan", library(), [(item.number, item.expression) for item in sought]))


@functools.cache
def library() -> str:
    """The library's versions, and the processor's features that it compiles for, beyond those that all have."""
    said: Any = _compiled([Sought(0, "probe")]).info()  # bytes, other than hyperscan declares
    own, _, features = said.decode().removesuffix("Mode: BLOCK").removeprefix("Version: ").partition("Features:")
    return f"{own.strip()} (hyperscan {_RELEASE}) for {os.uname().machine} {features.strip()}".strip()
