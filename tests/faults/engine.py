"""The engine of processes that are killed all the time: few detectors, which are compiled in no time."""

from functools import partial
from typing import Final

from bucketsieve.detect.catalogue import load_catalogue
from bucketsieve.detect.engine import Engine

FINGERPRINT_KEY: Final = "a key of a test, thirty-two bytes"
CATALOGUE: Final = load_catalogue().only(("email", "us_ssn"))

#: Goes to a worker's child process as it is, which then need not read the whole catalogue.
make_engine: Final = partial(Engine, CATALOGUE, fingerprint_key=FINGERPRINT_KEY.encode())
