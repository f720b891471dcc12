"""Holds the trace of a scan against the way it must have gone: from the API through the listing to the scanner."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from local.demo.problems import Problem, Promise
from local.traces import Step, Trace

#: The step of the listing that sends the messages; it names its job in an annotation.
LIST_STEP: Final = "ProcessBatch"
#: What Powertools writes on the handler's step: the function's ``POWERTOOLS_SERVICE_NAME``.
API_SERVICE: Final = "api"
LAMBDA_ORIGIN: Final = "AWS::Lambda"


@dataclass(frozen=True, slots=True)
class TraceCheck:
    """The trace of the job, if there is one, and what is wrong with it, in words."""

    trace: Trace | None
    problems: tuple[Problem, ...]


def check_trace(traces: Mapping[str, Trace], job_id: UUID) -> TraceCheck:
    """Find the job's trace and see that no link of it is broken."""
    listings = [
        (trace, step)
        for trace in traces.values()
        for step in trace.steps
        if step.name == LIST_STEP and step.annotations.get("job_id") == str(job_id)
    ]
    if not listings:
        return TraceCheck(None, (Problem(Promise.TRACE, f"no step {LIST_STEP} of the job was collected"),))
    trace = listings[0][0]
    wrong = []
    if strays := {other.id for other, _ in listings} - {trace.id}:
        wrong.append(f"the listing has other traces as well: {', '.join(sorted(strays))}")
    wrong += _roots(trace)
    wrong += _scanner(trace)
    wrong += _nameless(trace, job_id)
    return TraceCheck(trace, tuple(Problem(Promise.TRACE, text) for text in wrong))


def scanner_segments(trace: Trace) -> list[Step]:
    """Return the work of the scanners: the segments that AWS did not send itself."""
    return [step for step in trace.steps if step.is_segment and step.origin != LAMBDA_ORIGIN]


def _roots(trace: Trace) -> list[str]:
    if not trace.roots:
        return ["no step begins the trace: its parents form a circle"]
    first, *others = trace.roots
    wrong = [f"{_name(step)} has a parent that was not collected, {step.parent_id}" for step in others]
    if API_SERVICE not in {step.annotations.get("Service") for step in (first, *trace.children(first))}:
        wrong.append(f"the trace begins with {_name(first)}, not with the API")
    return wrong


def _scanner(trace: Trace) -> list[str]:
    segments = scanner_segments(trace)
    if not segments:
        return ["no segment of a scanner belongs to the trace"]
    wrong = []
    for segment in segments:
        parent = trace.by_id.get(segment.parent_id or "")
        if parent is None or parent.name != LIST_STEP:
            wrong.append(f"{_name(segment)} is not below the step that sent its message, {LIST_STEP}")
    return wrong


def _nameless(trace: Trace, job_id: UUID) -> list[str]:
    """Tell of steps that whoever looks for the job or its bucket would not find."""
    listings = [step for step in trace.steps if step.name == LIST_STEP]
    by_api = [step for step in trace.steps if step.annotations.get("Service") == API_SERVICE]
    return [
        f"{_name(step)} does not name the job and its bucket"
        for step in (*by_api, *listings, *scanner_segments(trace))
        if step.annotations.get("job_id") != str(job_id) or not step.annotations.get("bucket")
    ]


def _name(step: Step) -> str:
    return f"{step.name} ({step.id})"
