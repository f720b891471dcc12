"""Real processes around a PostgreSQL that waits for its disk, killed at every step, and nothing is lost.

``SEEDS=500`` (the default is 100) makes a fifth as many of these runs; a failing one is repeated by
``FIRST_SEED`` with its number and ``SEEDS=5``.
"""

import os
import signal
from threading import Event
from typing import Final

import pytest

from tests.conftest import PROJECT
from tests.faults.cloud import held_back
from tests.faults.kills.invariants import check
from tests.faults.kills.run import (
    LISTING_LABELS,
    LONELY_LABELS,
    RELEASE_LABELS,
    WORKER_LABELS,
    Plan,
    contents_of,
    plan_of,
    play,
)
from tests.faults.plant import Plant, dice, wait_until
from tests.faults.requests.test_lost_messages import listed
from tests.integration.scans import rows

FIRST_SEED: Final = int(os.environ.get("FIRST_SEED", "0"))
RUNS: Final = max(1, int(os.environ.get("SEEDS", "100")) // 5)


@pytest.mark.parametrize("label", LISTING_LABELS)
def test_a_lister_killed_at_any_step_loses_nothing(label: str, plant: Plant) -> None:
    assert play(plant, Plan(listing=(label,)), contents_of(dice(label))) == 1


@pytest.mark.parametrize("label", WORKER_LABELS)
def test_a_worker_killed_at_any_step_loses_nothing(label: str, plant: Plant) -> None:
    assert play(plant, Plan(scanning=(label,)), contents_of(dice(label))) == 1


@pytest.mark.parametrize("label", [*LONELY_LABELS, "while_reading", "before_settle:2", "after_settle:2"])
def test_a_worker_killed_again_over_a_suspect_chunk_blames_nobody(label: str, plant: Plant) -> None:
    assert play(plant, Plan(scanning=("after_claim", label)), contents_of(dice(label))) == 2


@pytest.mark.parametrize("label", RELEASE_LABELS)
def test_a_worker_killed_while_it_gives_a_chunk_back_loses_nothing(label: str, plant: Plant) -> None:
    job_id, contents = listed(plant)
    gate = Event()
    plant.cloud.plan["GetObject"] = [held_back(gate)] * 4
    stopped = plant.scanner(label, SHUTDOWN_SECONDS="10")
    wait_until(lambda: not plant.cloud.plan["GetObject"], "four objects are being read")
    assert stopped.pid is not None
    os.kill(stopped.pid, signal.SIGTERM)

    stopped.join(60)
    gate.set()
    given_back = rows(plant.database, "SELECT attempt - forgiven AS tries FROM job_chunks WHERE attempt > 0")
    plant.let_time_pass()
    plant.scanner()
    wait_until(lambda: plant.is_over(job_id), "another worker has done everything")

    assert stopped.exitcode == -signal.SIGKILL
    assert {"tries": 0} in given_back
    check(plant, job_id, contents)


@pytest.mark.parametrize("seed", range(FIRST_SEED, FIRST_SEED + RUNS), ids="seed-{}".format)
def test_processes_killed_at_random_lose_nothing(seed: int, plant: Plant) -> None:
    random = dice(seed)

    play(plant, plan_of(random), contents_of(random))


def test_the_labels_are_those_of_the_code() -> None:
    source = "".join(path.read_text() for path in (PROJECT / "src" / "bucketsieve").rglob("*.py"))
    named = {part.partition('"')[0] for part in source.split('maybe_crash("')[1:]}

    assert named == {*LISTING_LABELS, *WORKER_LABELS, *LONELY_LABELS, *RELEASE_LABELS}
