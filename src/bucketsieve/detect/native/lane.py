"""The native lane: finds where forms match, by context words as well, and decides on what the plan has rulings for.

It leaves to `evaluate` every place on which only the regular expressions, the validators or the words near can tell.
`src/native` holds the loops.
"""

from collections.abc import Buffer, Sequence

from bucketsieve.detect.compiled import CompiledForm
from bucketsieve.detect.native._core import Plan
from bucketsieve.detect.native.layout import Verdicts
from bucketsieve.detect.native.sieve import Known, NativeSieve
from bucketsieve.detect.vocabulary import Words


class NativeLane:
    """Searches with a packed plan (see `plan`) of ``forms`` and ``words``. Serves many threads."""

    def __init__(self, plan: Buffer, forms: Sequence[CompiledForm], words: Words) -> None:
        """Raises ValueError for a block that is no plan."""
        self.plan = Plan(plan)
        #: The forms without context words that it searches for; it does so for all that have some.
        self.forms = frozenset(memoryview(self.plan.forms()).cast("I"))
        self._known = Known(
            forms=forms,
            words=words,
            verdicts=Verdicts(plan),
            judgements={},
            begun={},
        )

    def sieve(self, *, drop_tests: bool, max_values: int) -> NativeSieve:
        """See `StartLane.sieve`."""
        return NativeSieve(self.plan, self._known, drop_tests=drop_tests, max_values=max_values)
