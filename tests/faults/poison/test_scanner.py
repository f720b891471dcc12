"""A poisonous object among ninety-nine others, with a real record, a real queue protocol, and real processes."""

import re
import signal
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import psutil
import pytest

from tests.faults.poison.engine import poison
from tests.integration.scanning.site import PROJECT, Site, wait_until
from tests.integration.scans import rows

PERSON = b"name: Ana Alvarez\nssn: 536-22-8726\n"
GUILTY = "42.txt"
#: Far more than a piece takes, on a machine that does other things as well.
OBJECT_SECONDS = 8
#: A worker and some children are started in that time.
PATIENCE_SECONDS = 600

Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def start(site: Site) -> Iterator[Start]:
    """Start supervised scanners that do not outlive the test."""
    started: list[subprocess.Popen[str]] = []

    def start(**settings: str | int) -> subprocess.Popen[str]:
        limits = {"object_time_limit_seconds": OBJECT_SECONDS, "object_memory_limit_bytes": 128 * 1024**2}
        started.append(site.process("tests.faults.poison.scanner", **limits, **settings))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        print(process.communicate()[0])  # shown where the test has failed


def end(process: subprocess.Popen[str]) -> str:
    """Tell the scanner to stop, and return what it and its children said; it must end well."""
    process.send_signal(signal.SIGTERM)
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    return said


@pytest.mark.parametrize("spell", ["segfault", "exit", "hold", "loop", "hoard", "recurse"])
def test_a_poisonous_object_fails_alone(site: Site, start: Start, spell: str) -> None:
    site.s3.objects = {f"{number:02}.txt": PERSON for number in range(100)} | {GUILTY: PERSON + poison(spell)}
    job_id = site.job()
    process = start()

    wait_until(lambda: site.status(job_id) == "completed", "the job has completed", seconds=PATIENCE_SECONDS)

    assert site.outcomes(job_id) == dict.fromkeys(site.s3.objects, "succeeded") | {GUILTY: "PARSER_CRASHED"}
    assert site.findings(job_id) == [(key, "us_ssn", 1) for key in sorted(site.s3.objects) if key != GUILTY]
    [chunk] = rows(site.database, "SELECT object_count, attempt FROM job_chunks")
    assert chunk["object_count"] == 100
    assert chunk["attempt"] <= 3
    end(process)


def test_a_large_object_that_hangs_at_its_end_keeps_the_findings_of_its_beginning(site: Site, start: Start) -> None:
    clean = b"nothing to see here\n" * 200_000
    site.s3.objects = {"0.txt": PERSON, GUILTY: PERSON + clean + poison("hold"), "99.txt": PERSON}
    job_id = site.job()
    process = start()

    wait_until(lambda: site.status(job_id) == "completed", "the job has completed", seconds=PATIENCE_SECONDS)

    assert site.outcomes(job_id) == {"0.txt": "succeeded", GUILTY: "TIME_CUT_OFF_REACHED", "99.txt": "succeeded"}
    assert site.findings(job_id) == [(key, "us_ssn", 1) for key in sorted(site.s3.objects)]
    end(process)


def test_no_value_leaves_a_scanner_that_breaks(site: Site, start: Start) -> None:
    canary = "536-22-8726"
    site.s3.objects = {
        f"{number}.txt": PERSON + (f"POISON:{spell}\n".encode() if spell else b"")
        for number, spell in enumerate(("", "tell", "segfault", "recurse", "hold", ""))
    }
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as daemon:
        daemon.bind(("127.0.0.1", 0))
        daemon.setblocking(False)
        job_id = site.job()
        process = start(aws_xray_daemon_address=f"127.0.0.1:{daemon.getsockname()[1]}")
        wait_until(lambda: site.status(job_id) == "completed", "the job has completed", seconds=PATIENCE_SECONDS)
        family = [process.pid, *(each.pid for each in psutil.Process(process.pid).children(recursive=True))]
        limits = [Path(f"/proc/{pid}/limits").read_text() for pid in family]
        said = end(process)
        segments = list(_received(daemon))

    record = "\n".join(site.snapshot())
    messages = site.sqs.receive_message(QueueUrl=site.queue_url).get("Messages", [])
    assert "us_ssn" in record
    assert "raised ValueError" in record
    assert "bucketsieve-scanner" in "".join(segments)  # of the worker that lived
    for place in (said, record, str(messages), "\n".join(segments)):
        assert canary not in place
        assert canary.replace("-", "") not in place
        assert "cannot digest" not in place
    assert len(limits) >= 3  # supervisor, worker and child
    assert all(re.search(r"Max core file size\s+0\s+0", each) for each in limits)
    assert not list(PROJECT.glob("core*"))


def _received(daemon: socket.socket) -> Iterator[str]:
    while True:
        try:
            yield daemon.recv(65_536).decode()
        except BlockingIOError:
            return
