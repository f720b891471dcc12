"""What traces, metrics and log lines say of a chunk."""

import io
import json

import pytest

from bucketsieve.models import ChunkMessage
from bucketsieve.observability import logger
from tests.unit.scanning.fakes import JOB, TRACE
from tests.unit.scanning.world import CONTENTS, World


def test_the_work_joins_the_trace_of_its_message(world: World) -> None:
    world.chunk()

    world.deliver()

    assert world.traces.steps == [(TRACE, "bucketsieve-scanner"), (None, "read and detect"), (None, "settle")]


def test_the_work_joins_the_jobs_trace_where_the_message_has_none(world: World) -> None:
    world.chunk()
    world.queue.waiting.clear()
    world.send(ChunkMessage(JOB, 0), trace_header=None)

    world.deliver()

    assert world.traces.steps[0] == (TRACE, "bucketsieve-scanner")


def test_a_chunk_is_measured(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.chunk([*CONTENTS, b"", b"", b"SECRET SECRET"])

    world.deliver()

    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"_aws"' in line]
    [whole] = [line for line in lines if "ChunkSeconds" in line]
    assert whole["BytesScanned"] == [float(sum(map(len, CONTENTS)) + 13)]
    assert {(line["outcome"], line["reason"]): line["Objects"] for line in lines if "Objects" in line} == {
        ("succeeded", "none"): [6.0],
        ("skipped", "EMPTY_OBJECT"): [2.0],
    }
    assert {line["severity"]: line["Findings"] for line in lines if "Findings" in line} == {"low": [6.0], "high": [1.0]}


def test_log_lines_lead_to_the_job_and_its_trace(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.StringIO()
    monkeypatch.setattr(logger.registered_handler, "stream", written)
    world.chunk([b"BOOM\n", b"SECRET\n"])

    world.deliver()

    lines = {line["message"]: line for line in map(json.loads, written.getvalue().splitlines())}
    ended = lines["chunk ended"]
    assert {name: ended[name] for name in ("objects", "bytes_scanned", "findings", "done")} == {
        "objects": 2, "bytes_scanned": 7, "findings": 1, "done": True,
    }  # fmt: skip
    for line in (ended, lines["an object broke its examination"]):
        assert (line["job_id"], line["chunk_no"]) == (str(JOB), 0)
        assert line["trace_id"] in TRACE
