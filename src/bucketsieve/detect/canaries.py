"""Canaries: a value of every detector that an engine has to find, wherever it stands."""

from collections.abc import Iterable, Iterator
from typing import Final

from bucketsieve.detect.catalogue import Detector
from bucketsieve.detect.custom import expected_spans
from bucketsieve.detect.engine import Engine

#: Longer than what is examined at once by vector instructions, and no multiple of it.
_BEFORE: Final = b"Nothing to be found in this line.\n" * 31


def missed(engine: Engine, detectors: Iterable[Detector]) -> Iterator[str]:
    """A sentence for every detector whose canary ``engine`` does not find.

    A custom identifier may take the value: it is found then as well.
    """
    engine = engine.without_exceptions()
    compiled = engine.compiled
    custom = {compiled.detectors[form.detector].id for form in compiled.forms if form.custom is not None}
    for detector in detectors:
        text, (start, end) = _canary(detector)
        for before in (b"", _BEFORE):
            low, high = len(before) + start, len(before) + end
            found = _found(engine, before + text)
            taken = (span for name in custom for span in found.get(name, ()))
            if (low, high) not in found.get(detector.id, ()) and not any(
                low < stop and begin < high for begin, stop in taken
            ):
                place = "after other text" if before else "alone"
                yield f"{detector.id}: its canary {place} is not found"


def spans(engine: Engine, text: bytes, detector: str) -> set[tuple[int, int]]:
    """Where ``engine`` finds values of the detector in a UTF-8 text."""
    return _found(engine, text).get(detector, set())


def _found(engine: Engine, text: bytes) -> dict[str, set[tuple[int, int]]]:
    """All that is found, by detector."""
    session = engine.session(encoding="utf-8")
    session.feed(text)
    found: dict[str, set[tuple[int, int]]] = {}
    for finding in session.finish().findings:
        found.setdefault(finding.detector, set()).update((place.start, place.end) for place in finding.locations)
    return found


def _canary(detector: Detector) -> tuple[bytes, tuple[int, int]]:
    """An example of the detector and the value's place in it: the last thing in it, if there is such an example."""
    examples = [expected_spans(example) for example in detector.examples]
    return next((each for each in examples if each[1][1] == len(each[0])), examples[0])
