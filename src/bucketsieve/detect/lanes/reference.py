"""The reference lane, on RE2: slow, simple, linear in the text. Other lanes must lead to the same findings."""

from collections.abc import Sequence
from typing import Any

import re2

from bucketsieve.detect.lanes.base import Sought


class ReferenceLane:
    """See `Lane`. One search an expression, begun again behind every start it finds."""

    def __init__(self, sought: Sequence[Sought]) -> None:
        options = re2.Options()
        options.encoding = re2.Options.Encoding.LATIN1  # bytes, as Vectorscan sees them
        options.log_errors = False
        self._expressions: list[tuple[int, Any]] = []
        for item in sought:
            try:
                self._expressions.append((item.number, re2.compile(item.expression.encode(), options)))
            except re2.error as error:
                raise ValueError(f"cannot search for {item.expression!r}: {error}") from None

    def search(self, data: bytes | memoryview, begin: int, end: int) -> list[tuple[int, int]]:
        """See `Lane.search`."""
        hits: list[tuple[int, int]] = []
        for number, expression in self._expressions:
            match = expression.search(data, begin, end)
            while match is not None:
                hits.append((match.end(), number))
                match = expression.search(data, match.start() + 1, end)
        return hits
