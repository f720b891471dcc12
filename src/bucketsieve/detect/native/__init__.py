"""The native lane: a C extension, there where a compiler or a wheel was."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bucketsieve.detect.native.plan import pack
from bucketsieve.detect.native.programs import programs

if TYPE_CHECKING:
    from bucketsieve.detect.compiled import CompiledForm, Word
    from bucketsieve.detect.native.lane import NativeLane


def native_lane(forms: "Sequence[CompiledForm]", words: "Sequence[Word]") -> "NativeLane | None":
    """The lane for ``forms`` and the ``words`` some of them wait for; None where the extension was not built."""
    try:
        from bucketsieve.detect.native.lane import NativeLane  # noqa: PLC0415
    except ImportError:
        return None
    return NativeLane(pack(forms, words, programs(enumerate(forms))))
