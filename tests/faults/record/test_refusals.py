"""Errors of the database quote rows in what they say; nobody who is told of one is told of those."""

import json
import logging
import traceback
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from uuid import UUID

import pytest
from aws_lambda_powertools import Tracer
from aws_xray_sdk import global_sdk_config
from aws_xray_sdk.core import xray_recorder
from functions.api import app
from local.postgres import DatabaseAddress
from pg8000.exceptions import DatabaseError

from bucketsieve import bootstrap
from bucketsieve.errors import RecordError
from bucketsieve.jobs.service import JobService
from bucketsieve.observability import logger
from bucketsieve.store.database import Database, Transaction
from tests.events import event
from tests.fakes import FakeLister, FakeQueue, FakeTraces, listed
from tests.integration.scans import list_all, listing, new_job
from tests.lambda_context import Context

CANARY = "canary-536-22-8726"

type Work = Callable[[Transaction], object]


@pytest.fixture
def job_id(database: Database) -> UUID:
    """Return a job of two objects, one of which has a key that may not be seen."""
    job_id = new_job(database)
    list_all(listing(database, FakeLister({"data": [listed(CANARY), listed("z")]}), FakeQueue()), job_id)
    return job_id


@pytest.fixture
def segments(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Trace as Lambda does, and collect what is sent."""
    sent: list[str] = []
    monkeypatch.setattr(Tracer, "_config", dict(Tracer._default_config))  # all tracers share it

    class Collector:
        def send_entity(self, entity: object) -> None:
            sent.append(entity.serialize())  # type: ignore[attr-defined]

    monkeypatch.setattr(xray_recorder, "emitter", Collector())
    enabled = global_sdk_config.sdk_enabled()
    global_sdk_config.set_sdk_enabled(True)
    yield sent
    global_sdk_config.set_sdk_enabled(enabled)


def same_key(tx: Transaction) -> None:
    tx.execute("UPDATE job_objects SET key = :key", key=CANARY)


def no_reason(tx: Transaction) -> None:
    tx.execute("UPDATE job_objects SET outcome = 'failed' WHERE key = :key", key=CANARY)


def no_number(tx: Transaction) -> None:
    tx.execute("UPDATE job_objects SET size = CAST(CAST(:key AS text) AS integer)", key=CANARY)


REFUSALS = pytest.mark.parametrize(
    ("work", "text"),
    [
        (same_key, "SQLSTATE 23505, constraint job_objects_job_id_key_version_key"),
        (no_reason, "SQLSTATE 23514, constraint outcome_has_its_reason"),
        (no_number, "SQLSTATE 22P02"),
    ],
    ids=["unique", "check", "conversion"],
)


@REFUSALS
def test_the_databases_own_words_go_no_further(
    work: Work, text: str, database: Database, database_address: DatabaseAddress, job_id: UUID, segments: list[str]
) -> None:
    tracer = Tracer(service="tests", disabled=False, auto_patch=False)
    with database_address.connect() as direct, pytest.raises(DatabaseError, match=CANARY):
        work(Transaction(direct))

    with xray_recorder.in_segment("function", sampling=1), pytest.raises(RecordError) as refused:
        tracer.capture_method(database.run)(work)

    assert str(refused.value) == f"the database refused a statement: {text}"
    assert CANARY not in "".join(traceback.format_exception(refused.value))
    assert CANARY not in "".join(repr(each.args) for each in _with_all_that_led_to_it(refused.value))
    assert "RecordError" in "".join(segments)
    assert CANARY not in "".join(segments)


@pytest.mark.parametrize("state", ["40001", "40P01", "55P03", "57014", "57P01", "53300", "08006", "25006"])
def test_what_another_try_can_cure_is_tried_again(state: str, database: Database) -> None:
    attempts: list[int] = []

    def work(tx: Transaction) -> int:
        attempts.append(1)
        if len(attempts) == 1:
            tx.execute(f"DO $$ BEGIN RAISE EXCEPTION '{CANARY}' USING ERRCODE = '{state}'; END $$")
        return 1

    assert database.run(work) == 1
    assert len(attempts) == 2


def test_a_refused_request_tells_neither_its_caller_nor_the_log(
    database: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    database.run(lambda tx: tx.execute("ALTER TABLE jobs ADD CONSTRAINT nothing_goes CHECK (false) NOT VALID"))
    lister = FakeLister({"data": []})
    service = JobService(
        database,
        lister,
        listing(database, lister, FakeQueue()),
        None,
        FakeTraces(),
        fair_share_by="bucket",
        ruleset_version="test",
    )
    monkeypatch.setattr(bootstrap, "jobs", lambda: service)
    monkeypatch.setattr(bootstrap, "api_settings", lambda: SimpleNamespace(max_object_bytes=1024))
    caplog.set_level(logging.DEBUG)
    request = event("api", "post_scan") | {"body": json.dumps({"bucket": "data", "prefix": CANARY})}

    answer = app.handler(request, Context())

    assert answer["statusCode"] == 500
    assert CANARY not in answer["body"]
    [logged] = [each for each in caplog.records if each.name == logger.name and each.exc_info]
    assert "constraint nothing_goes" in str(logged.exc_info)
    assert CANARY not in logging.Formatter().format(logged)


def _with_all_that_led_to_it(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
