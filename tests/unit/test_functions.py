"""Each handler hands its events on to its service and answers in the shape its caller expects."""

import json
from typing import Any
from uuid import UUID

import pytest
from functions.dead_letter import app as dead_letter
from functions.list_batch import app as list_batch
from functions.refresh import app as refresh

from bucketsieve import bootstrap
from bucketsieve.dead_letters.service import DeadLetterVerdict
from bucketsieve.metrics import Metric
from bucketsieve.models import ChunkMessage
from bucketsieve.store.health import Health
from bucketsieve.upkeep.service import UpkeepReport
from tests.conftest import PROJECT
from tests.lambda_context import Context

JOB = UUID("2f6b1d3e-8c4a-4b7e-9a57-0d1c2e3f4a5b")


def event(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((PROJECT / "events" / f"{name}.json").read_text())
    return loaded


def recorded(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """Return the values of all metrics that were written, by name, with the dimensions beside them."""
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    return {name: value for line in lines if "_aws" in line for name, value in line.items()}


class FakeListing:
    """Remembers steps, answering with their state, and failures."""

    def __init__(self) -> None:
        self.failures: list[tuple[UUID, str, str]] = []

    def step(self, state: dict[str, Any]) -> dict[str, Any]:
        names = {"job_id": state["job_id"], "bucket": state["bucket"]}
        return {**names, "stepped": state, "batch_size": 7, "messages_enqueued": 1, "done": False}

    def fail(self, job_id: UUID, *, error: str, cause: str) -> None:
        self.failures.append((job_id, error, cause))


@pytest.fixture
def listing(monkeypatch: pytest.MonkeyPatch) -> FakeListing:
    listing = FakeListing()
    monkeypatch.setattr(bootstrap, "list_batch", lambda: listing)
    return listing


@pytest.mark.parametrize("name", ["first_round", "next_round"])
def test_a_round_is_a_step_that_knows_its_execution(
    name: str, listing: FakeListing, capsys: pytest.CaptureFixture[str]
) -> None:
    payload = event(f"list_batch/{name}")

    answer = list_batch.handler(payload, Context())

    assert answer is not None
    assert answer["stepped"] == payload["state"] | {"execution_arn": payload["execution_arn"]}
    assert listing.failures == []
    metrics = recorded(capsys)
    assert (metrics[Metric.OBJECTS_LISTED], metrics[Metric.MESSAGES_ENQUEUED]) == ([7.0], [1.0])


def test_giving_up_a_listing_fails_its_job_with_the_cause(listing: FakeListing) -> None:
    payload = event("list_batch/give_up")

    assert list_batch.handler(payload, Context()) is None

    assert listing.failures == [(JOB, "BucketError", payload["error"]["Cause"])]


class FakeUpkeep:
    """Has sent two chunks again; the health of its jobs is known or not."""

    def __init__(self, health: Health | None) -> None:
        self._health = health

    def run(self) -> UpkeepReport:
        return UpkeepReport(
            refreshed=True,
            chunks_sent_again=2,
            listings_resumed=0,
            listings_failed=0,
            chunks_ended=0,
            jobs_closed=1,
        )

    def health(self) -> Health | None:
        return self._health


def test_every_minute_answers_with_what_was_done_and_measures_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bootstrap, "refresh", lambda: FakeUpkeep(Health(3, 1, 4000.0, 61.5)))

    answer = refresh.handler(event("refresh/every_minute"), Context())

    assert answer["refreshed"] is True
    assert answer["chunks_sent_again"] == 2
    metrics = recorded(capsys)
    assert metrics[Metric.CHUNKS_SENT_AGAIN] == [2.0]
    assert Metric.LISTINGS_RESUMED not in metrics
    assert metrics[Metric.STUCK_JOBS] == [1.0]
    assert metrics[Metric.PROGRESS_AGE_SECONDS] == [61.5]


def test_jobs_that_could_not_be_measured_are_not_reported_as_well(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bootstrap, "refresh", lambda: FakeUpkeep(None))

    refresh.handler(event("refresh/every_minute"), Context())

    assert Metric.STUCK_JOBS not in recorded(capsys)


class FakeDeadLetters:
    """Settles every message that is one."""

    def settle(self, body: str) -> DeadLetterVerdict:
        ChunkMessage.from_json(body)
        return DeadLetterVerdict.ENDED


def test_a_settled_dead_letter_does_not_come_again(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bootstrap, "dead_letters", FakeDeadLetters)

    assert dead_letter.handler(event("dead_letter/chunk"), Context()) == {"batchItemFailures": []}

    metrics = recorded(capsys)
    assert (metrics[Metric.DEAD_LETTERS], metrics["verdict"]) == ([1.0], "ended")


def test_only_the_letter_that_cannot_be_read_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "dead_letters", FakeDeadLetters)
    payload = event("dead_letter/chunk_and_garbage")

    answer = dead_letter.handler(payload, Context())

    assert answer == {"batchItemFailures": [{"itemIdentifier": payload["Records"][1]["messageId"]}]}
