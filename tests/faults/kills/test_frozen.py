"""A worker that is stopped in the middle of an object for longer than its lease, and then goes on."""

import os
import signal
from threading import Event

from tests.faults.cloud import held_back
from tests.faults.kills.invariants import check
from tests.faults.plant import Plant, dice, wait_until
from tests.faults.requests.test_lost_messages import listed
from tests.integration.scans import rows

LOST = "the lease was lost"


def test_a_worker_frozen_past_its_lease_writes_nothing(plant: Plant) -> None:
    job_id, contents = listed(plant)
    gate = Event()
    plant.cloud.plan["GetObject"] = [held_back(gate)] * 4
    frozen = plant.scanner()
    wait_until(lambda: not plant.cloud.plan["GetObject"], "four objects are being read")
    assert frozen.pid is not None
    os.kill(frozen.pid, signal.SIGSTOP)
    held = rows(plant.database, "SELECT chunk_no FROM job_chunks WHERE state = 'processing'")
    plant.let_time_pass()

    plant.scanner()
    wait_until(lambda: plant.is_over(job_id), "another worker has done everything")
    before = plant.snapshot()
    gate.set()
    os.kill(frozen.pid, signal.SIGCONT)
    wait_until(lambda: plant.logs.read_text().count(LOST) == len(held), "the frozen worker has noticed")

    assert len(held) >= 1
    assert plant.snapshot() == before
    assert frozen.is_alive()
    check(plant, job_id, contents)


def test_a_worker_frozen_for_less_than_its_lease_goes_on(plant: Plant) -> None:
    job_id, contents = listed(plant)
    worker = plant.scanner()
    assert worker.pid is not None
    random = dice(plant.bucket)
    while not plant.is_over(job_id):
        os.kill(worker.pid, signal.SIGSTOP)
        Event().wait(random.uniform(0.01, 0.3))
        os.kill(worker.pid, signal.SIGCONT)
        Event().wait(random.uniform(0.01, 0.3))

    assert {chunk["attempt"] for chunk in plant.snapshot()["job_chunks"]} <= {0, 1}
    check(plant, job_id, contents)
