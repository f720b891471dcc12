"""The native lane: finds where forms may start, not where anchors end, and looks at context words on the way.

It lets through every place that the regular expressions match and that a context word speaks of, and few others;
`evaluate` decides. `src/native` holds the loops.
"""

from bucketsieve.detect.native._core import Plan


class NativeLane:
    """Searches with a packed plan (see `plan`). Serves many threads."""

    def __init__(self, plan: bytes) -> None:
        """Raises ValueError for a block that is no plan."""
        self._plan = Plan(plan)
        #: The forms without context words that it searches for; it does so for all that have some.
        self.forms = frozenset(memoryview(self._plan.forms()).cast("I"))

    def search(
        self, data: bytes, begin: int, end: int, reach: tuple[int, int], header_end: int
    ) -> tuple[memoryview, memoryview, memoryview]:
        """See `StartLane.search` and `Plan.search`."""
        starts, anchors, words = self._plan.search(data, begin, end, *reach, max(0, header_end))
        return memoryview(starts).cast("I"), memoryview(anchors).cast("I"), memoryview(words).cast("I")
