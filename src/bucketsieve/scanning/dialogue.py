"""What a scanner and its child process say to each other.

The parent's words are pickled. The child's are JSON, so that an object that took it over cannot take its parent over.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from pydantic import TypeAdapter

from bucketsieve.detect.model import ScanReport
from bucketsieve.scanning.examine import DetectionEngine

#: The exit status of a child whose memory did not suffice.
OUT_OF_MEMORY: Final = 77

type MakeEngine = Callable[[], DetectionEngine]


@dataclass(frozen=True, slots=True)
class Preparation:
    """The first thing a child is told. ``memory_bytes`` is what objects may take beside the engine."""

    make_engine: MakeEngine
    memory_bytes: int


@dataclass(frozen=True, slots=True)
class Opening:
    """A new object: its first bytes and its key."""

    head: bytes
    key: str


class Finish:
    """The object has been fed; report."""


type Request = Opening | bytes | Finish


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request led to: ``report`` answers ``Finish``, ``error`` is the type of what the parser raised."""

    is_text: bool = True
    report: ScanReport | None = None
    error: str | None = None


ANSWERS: Final = TypeAdapter(Answer)
