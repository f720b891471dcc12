"""A candidate: a place where a detector's value stands, before overlaps are resolved."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from bucketsieve.detect.catalogue.entry import Context, Form, Standing
from bucketsieve.detect.model import CONFIDENCE_RANK, Confidence
from bucketsieve.detect.validators.base import Kind, Verdict

#: What a context word does for the confidence of a form that it raises.
RAISED: Final[Mapping[Confidence, Confidence]] = {
    Confidence.WEAK: Confidence.CONTEXTUAL,
    Confidence.CONTEXTUAL: Confidence.STRUCTURED,
}
#: How sure it is of a test value what it is: as sure as the best.
CERTAIN: Final = max(CONFIDENCE_RANK.values())
_SHAPE = {
    Confidence.VALIDATED: "verified",
    Confidence.STRUCTURED: "distinctive shape",
    Confidence.CONTEXTUAL: "common shape",
    Confidence.WEAK: "common shape alone",
}


class Judgement(NamedTuple):
    """How sure it is that a value is one, why, and whether it is a published one.

    ``keyword`` is the context word in the catalogue's spelling, not the text's.
    """

    confidence: Confidence
    reason: str
    kind: Kind
    keyword: str

    @property
    def surety(self) -> int:
        """For the order of candidates that overlap."""
        return CERTAIN if self.kind is Kind.TEST else CONFIDENCE_RANK[self.confidence]


class Candidate(NamedTuple):
    """A place, a form of a detector, and the judgement; offsets are those of the text. Holds no value.

    A tuple, for there are many: by itself it sorts by place.
    """

    start: int
    end: int
    detector: int
    form: int
    priority: int
    judgement: Judgement

    @property
    def order(self) -> tuple[int, int, int, int, int, int, int]:
        """The total order of overlapping candidates, best first.

        Surer before less sure (a test value counts as sure: it is known what it is), then the catalogue's priority,
        the longer context word (``uk passport`` says more than ``passport``), the longer match, the earlier one, and
        at last the detector's place in the catalogue, which is the order of ids, and the form's in it.
        """
        judgement = self.judgement
        return (
            -judgement.surety,
            -self.priority,
            -len(judgement.keyword),
            self.start - self.end,
            self.start,
            self.detector,
            self.form,
        )


def confidence_of(form: Form | Standing, verdicts: Sequence[Verdict]) -> tuple[Confidence, Kind]:
    """What the validators made of the form's confidence, before any context word, and whether the value is a test's."""
    confidence, kind = form.confidence, Kind.REAL
    for verdict in verdicts:
        confidence = verdict.confidence or confidence
        kind = verdict.kind if verdict.kind is Kind.TEST else kind
    return confidence, kind


def judged(form: Form | Standing, verdicts: Sequence[Verdict], keyword: str) -> Judgement:
    """The judgement on a value that all validators let pass, beside the context word ``keyword`` if there is one."""
    confidence, kind = confidence_of(form, verdicts)
    if keyword and form.context is Context.RAISES:
        confidence = RAISED[confidence]
    reason = "; ".join(verdict.reason for verdict in verdicts if verdict.reason) or _SHAPE[confidence]
    if kind is Kind.TEST:
        confidence, reason = Confidence.WEAK, f"{Kind.TEST}: {reason}"
    if keyword:
        reason = f"{reason}; beside the word '{keyword}'"
    return Judgement(confidence, reason, kind, keyword)
