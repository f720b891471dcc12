"""The engine of processes that are killed all the time: few detectors, which are compiled in no time."""

from typing import Final

from bucketsieve.detect.catalogue import load_catalogue
from bucketsieve.detect.engine import Engine

FINGERPRINT_KEY: Final = "a key of a test, thirty-two bytes"

_ENGINE: Final = Engine(load_catalogue().only(("email", "us_ssn")), fingerprint_key=FINGERPRINT_KEY.encode())


def make_engine() -> Engine:
    """Return it. A worker's child process imports this module, too."""
    return _ENGINE
