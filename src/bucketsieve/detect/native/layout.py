"""How a plan is laid out, and what Python reads in one that was packed before."""

import json
import struct
from collections.abc import Buffer, Sequence
from functools import cached_property
from typing import Final

from bucketsieve.detect.model import Confidence
from bucketsieve.detect.validators.base import Kind, Verdict

#: `Header` in `src/native/plan.h`.
HEADER: Final = struct.Struct("<42I")


class Verdicts:
    """What the rulings of a plan say, by their numbers; None: they turn a value down, or leave it to Python."""

    def __init__(self, plan: Buffer) -> None:
        self._plan = memoryview(plan)

    def __repr__(self) -> str:
        return f"Verdicts({len(self._told)})"

    def __getitem__(self, ruling: int) -> Verdict | None:
        return self._told[ruling]

    @cached_property
    def _told(self) -> Sequence[Verdict | None]:
        *_, place, size = HEADER.unpack_from(self._plan)
        return [
            each and Verdict(each[0], each[1] and Confidence(each[1]), Kind(each[2]))
            for each in json.loads(bytes(self._plan[place : place + size]))
        ]
