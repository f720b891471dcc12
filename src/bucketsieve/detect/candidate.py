"""A candidate: a place where a detector's value stands, before overlaps are resolved."""

from typing import NamedTuple

from bucketsieve.detect.model import CONFIDENCE_RANK, Confidence
from bucketsieve.detect.validators.base import Kind


class Candidate(NamedTuple):
    """A place, a detector and how sure it is; offsets are those of the text. Holds no value.

    ``keyword`` is the catalogue's word, not the text's. A tuple, for there are many: by itself it sorts by place.
    """

    start: int
    end: int
    detector: int
    priority: int
    confidence: Confidence
    reason: str
    kind: Kind
    keyword: str

    @property
    def order(self) -> tuple[int, int, int, int, int, int]:
        """The total order of overlapping candidates, best first.

        Surer before less sure (a test value counts as sure: it is known what it is), then the catalogue's priority,
        the longer context word (``uk passport`` says more than ``passport``), the longer match, the earlier one, and
        at last the detector's place in the catalogue, which is the order of ids.
        """
        surety = 3 if self.kind is Kind.TEST else CONFIDENCE_RANK[self.confidence]
        return (-surety, -self.priority, -len(self.keyword), self.start - self.end, self.start, self.detector)
