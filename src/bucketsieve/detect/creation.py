"""Creating a custom identifier: its examples are tried through the whole engine before anybody may use it."""

from bucketsieve.detect.catalogue import Catalogue
from bucketsieve.detect.custom import CustomIdentifier, InvalidIdentifierError, expected_spans
from bucketsieve.detect.engine import Engine

_TRIAL_KEY = bytes(32)


def check_identifier(identifier: CustomIdentifier) -> None:
    """Raise InvalidIdentifierError unless the identifier runs, finds its examples and leaves its counter-examples."""
    engine = Engine(Catalogue((), "trial"), fingerprint_key=_TRIAL_KEY, custom=[identifier])
    for number, example in enumerate(identifier.examples, start=1):
        text, span = expected_spans(example)
        if span not in _spans(engine, text):
            raise InvalidIdentifierError("examples", f"example {number} is not found")
    for number, example in enumerate(identifier.counter_examples, start=1):
        if _spans(engine, example.encode()):
            raise InvalidIdentifierError("counter_examples", f"counter-example {number} is found")


def _spans(engine: Engine, text: bytes) -> set[tuple[int, int]]:
    session = engine.session(encoding="utf-8")
    session.feed(text)
    return {(place.start, place.end) for finding in session.finish().findings for place in finding.locations}
