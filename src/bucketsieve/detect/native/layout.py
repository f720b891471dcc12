"""How a plan is laid out, and what Python reads in one that was packed before."""

import json
import struct
from collections.abc import Sequence
from typing import Final

from bucketsieve.detect.model import Confidence
from bucketsieve.detect.validators.base import Kind, Verdict

#: `Header` in `src/native/plan.h`.
HEADER: Final = struct.Struct("<42I")


def verdicts_of(plan: bytes) -> Sequence[Verdict | None]:
    """What the rulings of a plan say, by their numbers; None: they turn a value down, or leave it to Python."""
    *_, place, size = HEADER.unpack_from(plan)
    return [
        each and Verdict(each[0], each[1] and Confidence(each[1]), Kind(each[2]))
        for each in json.loads(plan[place : place + size])
    ]
