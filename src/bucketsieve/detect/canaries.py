"""Canaries: a value of every detector that an engine has to find, wherever it stands."""

from collections.abc import Iterable, Iterator
from typing import Final

from bucketsieve.detect.catalogue import Detector
from bucketsieve.detect.custom import expected_spans
from bucketsieve.detect.engine import Engine

#: Longer than what is examined at once by vector instructions, and no multiple of it.
_BEFORE: Final = b"Nothing to be found in this line.\n" * 31


def missed(engine: Engine, detectors: Iterable[Detector]) -> Iterator[str]:
    """A sentence for every detector whose canary ``engine`` does not find."""
    for detector in detectors:
        text, (start, end) = _canary(detector)
        for before in (b"", _BEFORE):
            if (len(before) + start, len(before) + end) not in spans(engine, before + text, detector.id):
                place = "after other text" if before else "alone"
                yield f"{detector.id}: its canary {place} is not found"


def spans(engine: Engine, text: bytes, detector: str) -> set[tuple[int, int]]:
    """Where ``engine`` finds values of the detector in a UTF-8 text."""
    session = engine.session(encoding="utf-8")
    session.feed(text)
    findings = (finding for finding in session.finish().findings if finding.detector == detector)
    return {(place.start, place.end) for finding in findings for place in finding.locations}


def _canary(detector: Detector) -> tuple[bytes, tuple[int, int]]:
    """An example of the detector and the value's place in it: the last thing in it, if there is such an example."""
    examples = [expected_spans(example) for example in detector.examples]
    return next((each for each in examples if each[1][1] == len(each[0])), examples[0])
