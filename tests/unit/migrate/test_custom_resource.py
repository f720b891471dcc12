"""CloudFormation gets exactly one answer to every event, in time, with the cause of a failure."""

import json
import threading
from typing import Any, Final

import pytest
from functions.migrate import app

from bucketsieve import bootstrap
from bucketsieve.migrate import custom_resource
from bucketsieve.migrate.custom_resource import settle
from bucketsieve.store.migrations import MigrationError
from tests.conftest import PROJECT
from tests.lambda_context import Context

EVENTS: Final = PROJECT / "events" / "migrate"


def event(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((EVENTS / f"{name}.json").read_text())
    return loaded


class Answers:
    """What was put to which URL."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, dict[str, Any]]] = []

    def __call__(self, url: str, body: bytes) -> None:
        assert len(body) < 4_096
        self.sent.append((url, json.loads(body)))

    def only(self) -> dict[str, Any]:
        [(url, answer)] = self.sent
        assert url == event("create")["ResponseURL"]
        return answer


class FakeMigrator:
    """Counts its runs; fails with ``error`` where there is one."""

    def __init__(self, error: Exception | None = None) -> None:
        self.runs = 0
        self._error = error

    def apply(self) -> tuple[str, ...]:
        self.runs += 1
        if self._error:
            raise self._error
        return ("0001_first.sql",)


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Answers:
    answers = Answers()
    monkeypatch.setattr(custom_resource.settle, "__kwdefaults__", {"put": answers})
    return answers


@pytest.mark.parametrize("name", ["create", "update", "rollback"])
def test_a_create_or_update_migrates_and_keeps_the_same_identity(
    name: str, answers: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    migrator = FakeMigrator()
    monkeypatch.setattr(bootstrap, "migrator", lambda: migrator)

    app.handler(event(name), Context())

    assert migrator.runs == 1
    assert answers.only() == {
        "StackId": event(name)["StackId"],
        "RequestId": event(name)["RequestId"],
        "LogicalResourceId": "DatabaseSchema",
        "PhysicalResourceId": "database-schema",
        "Status": "SUCCESS",
        "Data": {"Applied": "0001_first.sql"},
    }


@pytest.mark.parametrize("name", ["delete", "delete_after_failed_create"])
def test_a_delete_succeeds_and_touches_nothing(name: str, answers: Answers, monkeypatch: pytest.MonkeyPatch) -> None:
    migrator = FakeMigrator()
    monkeypatch.setattr(bootstrap, "migrator", lambda: migrator)

    app.handler(event(name), Context())

    assert migrator.runs == 0
    assert answers.only()["Status"] == "SUCCESS"
    assert answers.only()["PhysicalResourceId"] == event(name)["PhysicalResourceId"]


def test_a_failure_is_answered_with_its_cause(answers: Answers, monkeypatch: pytest.MonkeyPatch) -> None:
    migrator = FakeMigrator(MigrationError("0002_second.sql: syntax error" + " and so on" * 1_000))
    monkeypatch.setattr(bootstrap, "migrator", lambda: migrator)

    app.handler(event("create"), Context())

    assert answers.only()["Status"] == "FAILED"
    assert answers.only()["Reason"].startswith("MigrationError: 0002_second.sql: syntax error")


def test_a_missing_variable_is_answered_by_its_name(answers: Answers) -> None:
    app.handler(event("create"), Context())

    assert answers.only()["Status"] == "FAILED"
    assert "database_host" in answers.only()["Reason"]


def test_work_that_takes_too_long_is_answered_before_the_function_is_killed() -> None:
    answered = threading.Event()
    answers = Answers()

    def put(url: str, body: bytes) -> None:
        answers(url, body)
        answered.set()

    def work() -> dict[str, str]:
        assert answered.wait(10)
        return {}

    settle(event("create"), work, seconds_left=0.1, put=put)

    assert answers.only()["Status"] == "FAILED"
    assert "time" in answers.only()["Reason"]
