"""Creating a custom identifier: its examples are tried through the whole engine before anybody may use it."""

from collections.abc import Iterable, Iterator

from bucketsieve.detect.canaries import spans
from bucketsieve.detect.catalogue import Catalogue, Detector
from bucketsieve.detect.custom import CustomIdentifier, InvalidIdentifierError, expected_spans
from bucketsieve.detect.engine import Engine

_TRIAL_KEY = bytes(32)


def check_identifier(identifier: CustomIdentifier) -> None:
    """Raise InvalidIdentifierError unless the identifier runs, finds its examples and leaves its counter-examples."""
    engine = Engine(Catalogue((), "trial"), fingerprint_key=_TRIAL_KEY, custom=[identifier])
    for number, example in enumerate(identifier.examples, start=1):
        text, span = expected_spans(example)
        if span not in spans(engine, text, identifier.id):
            raise InvalidIdentifierError("examples", f"example {number} is not found")
    for number, example in enumerate(identifier.counter_examples, start=1):
        if spans(engine, example.encode(), identifier.id):
            raise InvalidIdentifierError("counter_examples", f"counter-example {number} is found")


def failed_examples(engine: Engine, detectors: Iterable[Detector]) -> Iterator[str]:
    """A sentence for every example that ``engine`` misses and every counter-example that it takes for a value."""
    for detector in detectors:
        for number, example in enumerate(detector.examples, start=1):
            text, span = expected_spans(example)
            if span not in spans(engine, text, detector.id):
                yield f"{detector.id}: example {number} is not found"
        for number, example in enumerate(detector.counter_examples, start=1):
            if spans(engine, example.encode(), detector.id):
                yield f"{detector.id}: counter-example {number} is found"
