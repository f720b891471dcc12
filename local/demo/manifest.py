"""What the demo's bucket holds, and what a correct scan of it reports."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from bucketsieve.reasons import Outcome, Reason


@dataclass(frozen=True, slots=True)
class Span:
    """Where a text stands: byte offsets in the object, end exclusive; 1-based line, and column in characters."""

    start: int
    end: int
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class PlantedValue:
    """One occurrence of a value that a scan must report, as ``detector``, at exactly ``span``."""

    detector: str
    value: str = field(repr=False)
    span: Span


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A text that looks like a sensitive value and is none; ``kind`` says why. A scan must not report it."""

    kind: str
    span: Span


@dataclass(frozen=True, slots=True)
class DemoObject:
    """An object of the demo's bucket, with the ledger entry it must end in."""

    key: str
    body: bytes = field(repr=False)
    planted: tuple[PlantedValue, ...] = ()
    near_misses: tuple[NearMiss, ...] = ()
    outcome: Outcome = Outcome.SUCCEEDED
    reason: Reason | None = None
    storage_class: str = "STANDARD"

    @property
    def reportable(self) -> tuple[PlantedValue, ...]:
        """The planted values that a scan can see: none in an object that is not read."""
        return self.planted if self.outcome is Outcome.SUCCEEDED else ()


@dataclass(frozen=True, slots=True)
class Manifest:
    """All objects of the bucket, by unique key."""

    objects: tuple[DemoObject, ...]

    @property
    def byte_count(self) -> int:
        """Bytes of all objects together."""
        return sum(len(item.body) for item in self.objects)

    @property
    def near_miss_count(self) -> int:
        """Texts that must not be reported."""
        return sum(len(item.near_misses) for item in self.objects)

    def reportable(self) -> Iterator[tuple[DemoObject, PlantedValue]]:
        """Yield every occurrence that a correct scan reports, with its object."""
        for item in self.objects:
            for planted in item.reportable:
                yield item, planted

    def occurrences(self) -> Counter[str]:
        """Count the reportable occurrences by detector."""
        return Counter(planted.detector for _, planted in self.reportable())

    def raw_values(self) -> frozenset[str]:
        """Return every planted value, also those in objects that are not read: none may show up anywhere else."""
        return frozenset(planted.value for item in self.objects for planted in item.planted)
