"""The scanner as a process that is told to stop, killed, or killed by what it reads."""

import json
import signal
import subprocess
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import psutil
import pytest

from tests.integration.scanning.site import Site, wait_until
from tests.integration.scans import rows

PERSON = b"name: Ana Alvarez\nssn: 536-22-8726\n"


@pytest.fixture
def start(site: Site) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start scanners that do not outlive the test."""
    started: list[subprocess.Popen[str]] = []

    def start(module: str = "bucketsieve.scanning.worker", **settings: int) -> subprocess.Popen[str]:
        started.append(site.process(module, **settings))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.communicate()


def fill(site: Site, count: int = 4) -> None:
    site.s3.objects = {f"{number}.txt": PERSON for number in range(count)}


def chunks(site: Site, job_id: UUID) -> list[dict[str, Any]]:
    return rows(
        site.database,
        "SELECT state, attempt - forgiven AS suspicions FROM job_chunks WHERE job_id = :job_id ORDER BY chunk_no",
        job_id=job_id,
    )


def end(process: subprocess.Popen[str]) -> str:
    """Tell the process to stop, and return what it said; it must end well."""
    process.send_signal(signal.SIGTERM)
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    return output


def test_a_process_scans_and_ends_well(site: Site, start: Callable[..., subprocess.Popen[str]]) -> None:
    fill(site)
    job_id = site.job(max_objects=2)
    process = start()

    wait_until(lambda: site.status(job_id) == "completed", "the job has completed")

    output = end(process)
    assert site.outcomes(job_id) == dict.fromkeys(site.s3.objects, "succeeded")
    assert "536-22-8726" not in output
    metrics = [json.loads(line) for line in output.splitlines() if '"_aws"' in line]
    assert sum(each["Objects"][0] for each in metrics if each.get("outcome") == "succeeded") == 4


def test_sigterm_lets_the_objects_in_flight_end(site: Site, start: Callable[..., subprocess.Popen[str]]) -> None:
    fill(site)
    job_id = site.job()
    site.s3.gate.clear()
    process = start(shutdown_seconds=40)
    wait_until(lambda: len(site.s3.gets) == 4, "all objects are being read")

    process.send_signal(signal.SIGTERM)
    site.s3.gate.set()

    end(process)
    assert site.status(job_id) == "completed"
    assert site.findings(job_id) == [(key, "us_ssn", 1) for key in sorted(site.s3.objects)]


def test_sigterm_gives_back_what_does_not_end_in_time(site: Site, start: Callable[..., subprocess.Popen[str]]) -> None:
    fill(site)
    job_id = site.job()
    site.s3.gate.clear()
    process = start(shutdown_seconds=10)
    wait_until(lambda: len(site.s3.gets) == 4, "all objects are being read")

    end(process)

    assert chunks(site, job_id) == [{"state": "queued", "suspicions": 0}]
    assert site.queue.receive(limit=1, wait_seconds=0, visibility_seconds=0)


@pytest.mark.parametrize("killed_after", [1, 3])
def test_a_killed_worker_loses_nothing(
    site: Site, start: Callable[..., subprocess.Popen[str]], killed_after: int
) -> None:
    fill(site)
    job_id = site.job(max_objects=2)
    site.s3.gate.clear()
    process = start(max_workers=killed_after)
    wait_until(lambda: len(site.s3.gets) == killed_after, "objects are being read")
    process.kill()
    process.wait()
    site.s3.gate.set()
    site.lapse()
    site.announce(job_id)

    start()
    wait_until(lambda: site.status(job_id) == "completed", "another worker has done the rest")

    assert site.outcomes(job_id) == dict.fromkeys(site.s3.objects, "succeeded")
    assert site.findings(job_id) == [(key, "us_ssn", 1) for key in sorted(site.s3.objects)]


def test_only_the_object_that_kills_is_poison(site: Site, start: Callable[..., subprocess.Popen[str]]) -> None:
    fill(site, 8)
    job_id = site.job(max_objects=4)
    workers = [start()]
    site.s3.on_get = lambda key: workers[-1].kill() if key == "2.txt" else None

    def ended() -> bool:
        return workers[-1].poll() is not None or site.status(job_id) == "completed"

    wait_until(ended, "the worker has died or is done")
    while site.status(job_id) != "completed":
        site.lapse()
        site.announce(job_id)
        workers.append(start())
        wait_until(ended, "the worker has died or is done")

    assert site.outcomes(job_id) == dict.fromkeys(site.s3.objects, "succeeded") | {"2.txt": "POISON"}
    assert len(workers) == 4  # one died with the object among others, two with it alone
    assert site.findings(job_id) == [(key, "us_ssn", 1) for key in sorted(site.s3.objects) if key != "2.txt"]


def test_supervised_workers_scan_and_end_with_their_supervisor(
    site: Site, start: Callable[..., subprocess.Popen[str]]
) -> None:
    fill(site)
    job_id = site.job(max_objects=1)
    supervisor = start("bucketsieve.scanning", processes=2)
    wait_until(lambda: site.status(job_id) == "completed", "the job has completed")
    workers = psutil.Process(supervisor.pid).children()

    output = end(supervisor)

    assert len(workers) == 2
    assert not any(worker.is_running() for worker in workers)
    # One has done the job; the other may still have been starting.
    assert '"message":"stopped"' in output


def test_workers_do_not_outlive_a_supervisor_that_is_killed(
    site: Site, start: Callable[..., subprocess.Popen[str]]
) -> None:
    supervisor = start("bucketsieve.scanning", processes=1)
    family = psutil.Process(supervisor.pid)
    wait_until(lambda: bool(family.children()), "the worker was started")
    [worker] = family.children()
    fill(site)
    job_id = site.job()
    wait_until(lambda: site.status(job_id) == "completed", "the worker is ready")

    supervisor.kill()

    _, alive = psutil.wait_procs([worker], timeout=30)
    assert not alive
