"""A text that is written piece by piece and knows the place of every value planted in it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Self

from local.demo.manifest import NearMiss, PlantedValue, Span


@dataclass(frozen=True, slots=True)
class Sample:
    """A named value to be put into a text: a planted one, with its ``detector``, or a near-miss, with its ``kind``."""

    name: str
    value: str = field(repr=False)
    detector: str | None = None
    kind: str = ""


class Document:
    r"""Collects text and encodes it as it comes; ``\n`` becomes ``newline``.

    ``encoding`` is a codec that writes no byte order mark of its own; ``bom`` is written first, and belongs to no line.
    """

    def __init__(self, *, encoding: str = "utf-8", bom: bytes = b"", newline: str = "\n") -> None:
        self._encoding = encoding
        self._newline = newline
        self._body = bytearray(bom)
        self._line = 1
        self._column = 1
        self._planted: list[PlantedValue] = []
        self._near_misses: list[NearMiss] = []

    def __len__(self) -> int:
        """Return the bytes written so far."""
        return len(self._body)

    def write(self, text: str) -> Self:
        """Append text that holds nothing to report."""
        self._body += text.replace("\n", self._newline).encode(self._encoding)
        ends = text.count("\n")
        self._line += ends
        self._column = len(text) - text.rindex("\n") if ends else self._column + len(text)
        return self

    def put(self, sample: Sample) -> Self:
        """Append the sample's value, a part of one line, and note where it stands."""
        start, line, column = len(self._body), self._line, self._column
        self.write(sample.value)
        span = Span(start, len(self._body), line, column)
        if sample.detector is None:
            self._near_misses.append(NearMiss(sample.kind, span))
        else:
            self._planted.append(PlantedValue(sample.detector, sample.value, span))
        return self

    @property
    def body(self) -> bytes:
        """The bytes written so far."""
        return bytes(self._body)

    @property
    def planted(self) -> Sequence[PlantedValue]:
        """The values to report, in order of their place."""
        return tuple(self._planted)

    @property
    def near_misses(self) -> Sequence[NearMiss]:
        """The texts not to report, in order of their place."""
        return tuple(self._near_misses)
