"""Logs and traces of every process; names come from the POWERTOOLS_* variables. Metrics are in ``metrics``."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from aws_lambda_powertools import Logger, Tracer
from aws_xray_sdk.core import xray_recorder
from aws_xray_sdk.core.models.trace_header import TraceHeader

logger: Final = Logger()
#: Neither answers nor exceptions go into a trace: both may hold what a bucket holds.
tracer: Final = Tracer(patch_modules=["botocore"])

#: Where Lambda puts the header of each invocation, and where the X-Ray SDK looks for it before each segment.
_HEADER_VARIABLE: Final = "_X_AMZN_TRACE_ID"


class LambdaTraces:
    """The trace of a Lambda invocation."""

    def header(self) -> str | None:
        """Return the header that makes the next step a child of the current subsegment."""
        if tracer.disabled:
            return None
        current = xray_recorder.current_subsegment() or xray_recorder.current_segment()
        if current is None:
            return None
        return str(TraceHeader(root=current.trace_id, parent=current.id, sampled=current.sampled).to_header_str())

    @contextmanager
    def joined(self, header: str | None, name: str, **annotations: str) -> Iterator[None]:
        """Trace the block as a step of the trace in ``header``.

        Step Functions hands a trace on by itself. An execution that the schedule started, or that continues another,
        has a trace of its own; there, the job's header leads back to the request.
        """
        if tracer.disabled:
            yield
            return
        if header and trace_id(header) != trace_id(os.environ.get(_HEADER_VARIABLE, "")):
            os.environ[_HEADER_VARIABLE] = header
        step = xray_recorder.begin_subsegment(name)
        for key, value in annotations.items():
            step.put_annotation(key, value)
        try:
            yield
        except BaseException as error:
            # Not the SDK's own way, which would copy the error's text and stack.
            step.add_fault_flag()
            step.put_annotation("error", type(error).__name__)
            raise
        finally:
            xray_recorder.end_subsegment()


def trace_id(header: str | None) -> str | None:
    """Return the trace that a header belongs to, as logs name it."""
    root: str | None = TraceHeader.from_header_str(header).root
    return root
