"""Reads collected X-Ray segment documents into the tree of steps they describe.

Documents are those of the X-Ray daemon's interface
(https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html).
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a trace. Times are seconds since 1970; ``end`` is ``None`` while it runs.

    ``is_segment`` tells the work of a service from the subsegments, its parts; ``origin`` is the service's kind, where
    AWS itself sent the segment.
    """

    id: str
    trace_id: str
    parent_id: str | None
    name: str
    start: float
    end: float | None = None
    annotations: Mapping[str, Any] = field(default_factory=dict)
    failed: bool = False
    is_segment: bool = False
    origin: str = ""

    @property
    def seconds(self) -> float:
        """How long it took, or 0 if it never ended."""
        return self.end - self.start if self.end else 0.0


@dataclass(frozen=True)
class Trace:
    """All steps of one trace."""

    id: str
    steps: Sequence[Step]

    @cached_property
    def by_id(self) -> Mapping[str, Step]:
        """The steps by their ids."""
        return {step.id: step for step in self.steps}

    @cached_property
    def roots(self) -> Sequence[Step]:
        """Steps whose parent was not collected, oldest first; a whole trace has one."""
        return [step for step in self.steps if step.parent_id not in self.by_id]

    @cached_property
    def _children(self) -> Mapping[str, Sequence[Step]]:
        children: dict[str, list[Step]] = defaultdict(list)
        for step in self.steps:
            if step.parent_id in self.by_id:
                children[str(step.parent_id)].append(step)
        return children

    def children(self, step: Step) -> Sequence[Step]:
        """Return the steps directly below a step, oldest first."""
        return self._children.get(step.id, ())

    def ancestors(self, step: Step) -> Iterator[Step]:
        """Yield the collected steps above a step, nearest first."""
        seen = {step.id}
        while (above := self.by_id.get(step.parent_id or "")) and above.id not in seen:
            seen.add(above.id)
            yield above
            step = above


def read_steps(lines: Iterable[str]) -> Iterator[Step]:
    """Yield the steps of JSON lines, one segment document each, subsegments after the step that holds them."""
    for line in lines:
        document = json.loads(line)
        is_segment = document.get("type") != "subsegment"
        yield from _steps(document, document["trace_id"], document.get("parent_id"), is_segment=is_segment)


def read_traces(lines: Iterable[str]) -> Mapping[str, Trace]:
    """Return the traces by id. Of a step that was sent more than once, the last document counts."""
    steps: dict[tuple[str, str], Step] = {}
    for step in read_steps(lines):
        steps[step.trace_id, step.id] = step
    by_trace: dict[str, list[Step]] = defaultdict(list)
    for step in sorted(steps.values(), key=lambda step: (step.start, step.id)):
        by_trace[step.trace_id].append(step)
    return {trace_id: Trace(trace_id, members) for trace_id, members in by_trace.items()}


def _steps(document: Mapping[str, Any], trace_id: str, parent_id: str | None, *, is_segment: bool) -> Iterator[Step]:
    yield Step(
        id=document["id"],
        trace_id=trace_id,
        parent_id=parent_id,
        name=document["name"],
        start=document["start_time"],
        end=document.get("end_time"),
        annotations=document.get("annotations", {}),
        failed=bool(document.get("fault") or document.get("error")),
        is_segment=is_segment,
        origin=document.get("origin", ""),
    )
    for inner in document.get("subsegments", ()):
        yield from _steps(inner, trace_id, document["id"], is_segment=False)
