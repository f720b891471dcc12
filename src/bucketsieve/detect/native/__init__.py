"""The native lane: a C extension, there where a compiler or a wheel was."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bucketsieve.detect.cache import Cache, sources_digest

if TYPE_CHECKING:
    from bucketsieve.detect.compiled import CompiledForm, Word
    from bucketsieve.detect.native.lane import NativeLane


def native_lane(
    forms: "Sequence[CompiledForm]", words: "Sequence[Word]", *, cache: Cache | None = None
) -> "NativeLane | None":
    """The lane for ``forms`` and the ``words`` some of them wait for; None where the extension was not built.

    Packing the whole catalogue takes seconds; a ``cache`` keeps the result.
    """
    try:
        from bucketsieve.detect.native.lane import NativeLane  # noqa: PLC0415
    except ImportError:
        return None

    def packed() -> bytes:
        from bucketsieve.detect.native.plan import pack  # noqa: PLC0415  (not needed with what was kept)
        from bucketsieve.detect.native.programs import programs  # noqa: PLC0415

        return pack(forms, words, programs(enumerate(forms)))

    return NativeLane(cache.get(_key(forms, words), packed) if cache else packed())


def _key(forms: "Sequence[CompiledForm]", words: "Sequence[Word]") -> str:
    """All that a plan depends on: what is searched for, and the code that packs it."""
    here = Path(__file__).parent
    code = sources_digest(here, here.parent / "keywords.py")
    return repr(("plan", code, sys.version, [(each.form, each.custom is None) for each in forms], words))
