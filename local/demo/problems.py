"""What the demo found wrong: any one of these makes it fail."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """A broken promise. ``text`` says where, and never holds content of an object."""

    promise: str
    text: str
