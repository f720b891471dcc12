"""The worker's segments join the trace of whoever asked, and tell no content."""

import json
import socket
from collections.abc import Iterator
from typing import Any

import pytest

from bucketsieve.adapters.tracing import WorkerTraces

ROOT = "1-67891233-abcdef012345678912345678"
PARENT = "53995c3f42cd8ad8"


@pytest.fixture
def daemon(monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as daemon:
        daemon.bind(("127.0.0.1", 0))
        daemon.settimeout(0.2)
        monkeypatch.setenv("AWS_XRAY_DAEMON_ADDRESS", f"127.0.0.1:{daemon.getsockname()[1]}")
        yield daemon


@pytest.fixture
def traces(daemon: socket.socket) -> Iterator[WorkerTraces]:
    traces = WorkerTraces()
    yield traces
    traces._recorder.emitter._socket.close()  # the SDK has no way to close it


def received(daemon: socket.socket) -> dict[str, Any]:
    segment: dict[str, Any] = json.loads(daemon.recv(65_000).partition(b"\n")[2])
    return segment


def test_a_segment_joins_the_trace_of_the_message(traces: WorkerTraces, daemon: socket.socket) -> None:
    with (
        traces.joined(f"Root={ROOT};Parent={PARENT};Sampled=1", "bucketsieve-scanner", job_id="7", bucket="data"),
        traces.joined(None, "settle"),
    ):
        assert traces.header() is not None

    segment = received(daemon)
    assert (segment["name"], segment["trace_id"], segment["parent_id"]) == ("bucketsieve-scanner", ROOT, PARENT)
    assert segment["annotations"] == {"job_id": "7", "bucket": "data"}
    assert [step["name"] for step in segment["subsegments"]] == ["settle"]
    assert "fault" not in segment


def test_an_error_is_a_fault_without_its_text(traces: WorkerTraces, daemon: socket.socket) -> None:
    with pytest.raises(ValueError, match="536-22-8726"):  # noqa: SIM117 (the trace has to see the error first)
        with traces.joined(f"Root={ROOT};Parent={PARENT};Sampled=1", "bucketsieve-scanner"):
            raise ValueError("536-22-8726")

    segment = received(daemon)
    assert segment["fault"]
    assert segment["annotations"] == {"error": "ValueError"}
    assert "536-22-8726" not in json.dumps(segment)


def test_what_was_not_sampled_is_not_sent(traces: WorkerTraces, daemon: socket.socket) -> None:
    with traces.joined(f"Root={ROOT};Parent={PARENT};Sampled=0", "bucketsieve-scanner"):
        assert traces.header() is None

    with pytest.raises(TimeoutError):
        daemon.recv(65_000)


@pytest.mark.parametrize("header", [None, "", "nonsense", f"Root={ROOT}"])
def test_work_without_a_usable_header_is_traced_all_the_same(
    traces: WorkerTraces, daemon: socket.socket, header: str | None
) -> None:
    with traces.joined(header, "bucketsieve-scanner"):
        pass

    assert received(daemon)["name"] == "bucketsieve-scanner"
    assert traces.header() is None
