"""The part of a text that is still needed, in memory that is written to again and again."""

from typing import Final

#: Most objects are small, and memory that is not used is still cleared.
_FIRST_BYTES: Final = 32 * 1024
#: For less that is free nothing is read.
_LEAST_BYTES: Final = 4096
#: Memory that has become too small becomes so many times larger.
_GROWTH: Final = 4


class TextBuffer:
    """Grows at its end, up to ``most`` bytes without moving, and is forgotten from its beginning."""

    def __init__(self, text: bytes, most: int, expected: int | None = None) -> None:
        """``expected``: how much text there will be, if that is known."""
        self._most = most
        # So that it need not grow, not even to see that there is no more.
        first = _FIRST_BYTES if expected is None else len(text) + expected + _LEAST_BYTES
        self._memory = memoryview(bytearray(min(most, first)))
        self._size = 0
        self.add(text)

    def __repr__(self) -> str:
        return f"TextBuffer({self._size} bytes)"

    def __len__(self) -> int:
        return self._size

    def ready(self) -> int:
        """For how many bytes there is room, or will be once the memory has grown."""
        free = len(self._memory) - self._size
        return free if free >= _LEAST_BYTES else (_GROWTH - 1) * len(self._memory)

    def room(self, size: int) -> memoryview:
        """Where the next ``size`` bytes are to be written, which `grow` then makes part of the text."""
        needed = self._size + size
        if needed > len(self._memory):
            larger = memoryview(bytearray(max(needed, min(self._most, _GROWTH * len(self._memory)))))
            larger[: self._size] = self._memory[: self._size]
            self._memory = larger
        return self._memory[self._size : needed]

    def grow(self, size: int) -> None:
        """So many bytes were written to the `room`."""
        self._size += size

    def add(self, text: bytes | memoryview) -> None:
        """Add a copy of ``text``."""
        size = len(text)
        self.room(size)[:] = text
        self._size += size

    def view(self) -> memoryview:
        """The text itself, as long as nothing is forgotten."""
        return self._memory[: self._size].toreadonly()

    def forget(self, size: int) -> None:
        """The text begins so many bytes later."""
        rest = self._size - size
        self._memory[:rest] = self._memory[size : self._size]
        self._size = rest
