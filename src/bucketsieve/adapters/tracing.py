"""X-Ray segments of a process that is no Lambda function, sent to the daemon at AWS_XRAY_DAEMON_ADDRESS over UDP."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from aws_xray_sdk import global_sdk_config
from aws_xray_sdk.core.models.trace_header import TraceHeader
from aws_xray_sdk.core.recorder import AWSXRayRecorder


class WorkerTraces:
    """``Traces`` of a worker: a segment for each piece of work, in the trace of whoever asked for it.

    Safe to share between threads; a segment and its steps stay on the thread that opened them.
    """

    def __init__(self) -> None:
        # Powertools turns the whole SDK off wherever it finds no Lambda function around it.
        global_sdk_config.set_sdk_enabled(True)
        self._recorder = AWSXRayRecorder()
        # Whether to sample was decided where the trace began, and its header says so.
        self._recorder.configure(sampling=False, context_missing="IGNORE_ERROR")

    def header(self) -> str | None:
        """Return the header that makes the next step a child of the current one; ``None`` outside a sampled trace."""
        entity = self._recorder.get_trace_entity()
        if entity is None or not entity.sampled:
            return None
        root = getattr(entity, "parent_segment", entity).trace_id
        return str(TraceHeader(root=root, parent=entity.id, sampled=entity.sampled).to_header_str())

    @contextmanager
    def joined(self, header: str | None, name: str, **annotations: str) -> Iterator[None]:
        """Trace the block: as a segment of the trace in ``header``, else as a step of the segment that is open here.

        An error that leaves the block makes it a fault, of which only the type is told: texts may hold content.
        """
        entity, close = self._open(header, name)
        try:
            for key, value in annotations.items():
                entity.put_annotation(key, value)
            yield
        except BaseException as error:
            entity.add_fault_flag()
            entity.put_annotation("error", type(error).__name__)
            raise
        finally:
            close()

    def _open(self, header: str | None, name: str) -> tuple[Any, Callable[[], None]]:
        if header is None and self._recorder.get_trace_entity() is not None:
            return self._recorder.begin_subsegment(name), self._recorder.end_subsegment
        parent = TraceHeader.from_header_str(header)
        sampled = parent.sampled if parent.sampled in {0, 1} else None
        segment = self._recorder.begin_segment(name, traceid=parent.root, parent_id=parent.parent, sampling=sampled)
        return segment, self._close_segment

    def _close_segment(self) -> None:
        self._recorder.end_segment()
        self._recorder.clear_trace_entities()
