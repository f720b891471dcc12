from hypothesis import given
from hypothesis import strategies as st

from bucketsieve.detect.candidate import Candidate, Judgement
from bucketsieve.detect.model import Confidence
from bucketsieve.detect.resolve import clusters, winners
from bucketsieve.detect.validators.base import Kind

candidates = st.builds(
    lambda start, length, form, priority, confidence, keyword: Candidate(
        start, start + length, form // 2, form, priority, Judgement(confidence, "", Kind.REAL, keyword)
    ),
    start=st.integers(0, 60),
    length=st.integers(1, 20),
    form=st.integers(0, 11),
    priority=st.sampled_from([40, 50, 60]),
    confidence=st.sampled_from(Confidence),
    keyword=st.sampled_from(["", "tin", "tax id"]),
)


def candidate(start: int, end: int, detector: int, confidence: Confidence, priority: int = 50) -> Candidate:
    return Candidate(start, end, detector, detector, priority, Judgement(confidence, "", Kind.REAL, ""))


def resolve(found: list[Candidate]) -> list[Candidate]:
    return [winner for group in clusters(sorted(found)) for winner in winners(group)]


def overlap(left: Candidate, right: Candidate) -> bool:
    return left.start < right.end and right.start < left.end


@given(st.lists(candidates, max_size=30))
def test_winners_do_not_overlap_and_losers_lose_to_a_better_one(found: list[Candidate]) -> None:
    kept = resolve(found)
    assert kept == sorted(kept, key=lambda each: each.start)
    for place, winner in enumerate(kept):
        assert not any(overlap(winner, other) for other in kept[place + 1 :])
    for loser in set(found) - set(kept):
        assert any(overlap(loser, winner) and winner.order <= loser.order for winner in kept)


@given(st.lists(candidates, max_size=30), st.randoms())
def test_the_order_of_finding_does_not_matter(found: list[Candidate], rng: object) -> None:
    shuffled = list(found)
    rng.shuffle(shuffled)  # type: ignore[attr-defined]
    assert resolve(shuffled) == resolve(found)


def test_surer_beats_longer_and_priority_beats_length() -> None:
    short = candidate(2, 6, 0, Confidence.VALIDATED)
    long = candidate(0, 9, 1, Confidence.STRUCTURED, priority=90)
    assert resolve([short, long]) == [short]
    assert resolve([candidate(0, 9, 0, Confidence.WEAK), candidate(2, 6, 1, Confidence.WEAK, priority=60)]) == [
        candidate(2, 6, 1, Confidence.WEAK, priority=60)
    ]


def test_a_loser_makes_room_for_nobody_it_overlaps_with() -> None:
    best = candidate(4, 8, 0, Confidence.VALIDATED)
    middle = candidate(0, 5, 1, Confidence.STRUCTURED)
    beside = candidate(0, 3, 2, Confidence.WEAK)
    assert resolve([best, middle, beside]) == [beside, best]
