"""What a scan has to keep, and what was found wrong: any one problem makes the demo fail."""

from dataclasses import dataclass
from enum import StrEnum


class Promise(StrEnum):
    """What the demo holds every scan to."""

    FINDINGS = "findings equal the manifest"
    LEDGER = "the ledger adds up"
    TRACE = "one trace from the API to the scanner"
    LEAKS = "no raw value leaves the scanner"
    SHUTDOWN = "the scanner stops cleanly"


@dataclass(frozen=True, slots=True)
class Problem:
    """A broken promise. ``text`` says where, and never holds content of an object."""

    promise: Promise
    text: str
