"""Messages that are gone, come too often, or are meant for somebody else."""

import json
from pathlib import Path
from uuid import UUID, uuid4

from tests.faults.kills.invariants import Contents, check
from tests.faults.kills.run import contents_of
from tests.faults.plant import Plant, dice, wait_until
from tests.integration.scans import first_state, new_job


def listed(plant: Plant) -> tuple[UUID, Contents]:
    """List a bucket; its chunks are announced and nobody scans them yet."""
    contents = contents_of(dice(plant.bucket))
    plant.put(contents.objects)
    job_id = new_job(plant.database, plant.bucket)
    state = Path(f"{plant.logs}.state")
    state.write_text(json.dumps(first_state(job_id) | {"bucket": plant.bucket}))
    lister = plant.lister(state)
    lister.join(60)
    assert lister.exitcode == 0
    return job_id, contents


def test_a_purged_queue_is_filled_again_by_the_sweeper(plant: Plant) -> None:
    job_id, contents = listed(plant)
    plant.sqs.purge_queue(QueueUrl=plant.queue_url)
    plant.scanner()

    plant.let_time_pass()

    wait_until(lambda: plant.is_over(job_id), "the job has completed")
    check(plant, job_id, contents)


def test_every_message_twice_and_to_two_workers_at_once_scans_once(plant: Plant) -> None:
    job_id, contents = listed(plant)
    for _ in range(3):
        plant.announce_all(job_id)

    for _ in range(2):
        plant.scanner()

    wait_until(lambda: plant.is_over(job_id), "the job has completed")
    check(plant, job_id, contents)
    assert {chunk["attempt"] for chunk in plant.snapshot()["job_chunks"]} <= {0, 1}


def test_messages_of_another_version_or_of_no_job_do_not_hold_up_the_others(plant: Plant) -> None:
    job_id, contents = listed(plant)
    known = {"version": 1, "job_id": str(job_id), "chunk_no": 0}
    strange = [known | {"version": 2}, known | {"job_id": str(uuid4())}, known | {"chunk_no": 4_711}, {"version": 1}]
    for body in [*map(json.dumps, strange), "no JSON"]:
        plant.sqs.send_message(QueueUrl=plant.queue_url, MessageBody=body)
    plant.scanner()

    wait_until(lambda: plant.is_over(job_id), "the job has completed")

    def left() -> int:
        return len(plant.queue.receive(limit=10, wait_seconds=0, visibility_seconds=0))

    wait_until(lambda: left() == 0, "the scanner holds or has dropped every message")
    plant.started[-1].kill()
    plant.started[-1].join()
    plant.let_time_pass()
    assert left() == 3  # what no worker of this version understands waits for the dead-letter queue
    plant.sqs.purge_queue(QueueUrl=plant.queue_url)
    plant.scanner()
    check(plant, job_id, contents)
