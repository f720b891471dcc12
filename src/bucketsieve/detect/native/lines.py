"""Counts lines, in C there where the extension was built."""

from collections.abc import Callable


def _count_newlines(data: bytes, low: int, high: int, /) -> int:
    return data.count(b"\n", low, high)


#: Line ends in ``data[low:high]``.
count_newlines: Callable[[bytes, int, int], int]
try:
    from bucketsieve.detect.native._core import count_newlines
except ImportError:
    count_newlines = _count_newlines
