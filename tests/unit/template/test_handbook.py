"""The handbook tells of every alarm there is and quotes queries and log lines as they are."""

import re
from typing import Final

import pytest
from lint.stacks import production

from tests.conftest import PROJECT
from tests.unit.template.rendered import rendered
from tests.unit.template.test_queries import logged_fields, logged_messages

ALARMS: Final = production().nested()["Alarms"]
DASHBOARD: Final = production().nested()["Dashboard"]
OPERATIONS: Final = (PROJECT / "docs" / "operations.md").read_text()
TRACING: Final = (PROJECT / "docs" / "tracing.md").read_text()

NAMES: Final = {
    rendered(ALARMS, alarm["AlarmName"]).removeprefix("<AWS::StackName>-")
    for alarm in ALARMS.of_type("AWS::CloudWatch::Alarm").values()
}
QUERIES: Final = {
    rendered(DASHBOARD, query["Name"]).removeprefix("<AWS::StackName>/"): query["QueryString"]
    for query in DASHBOARD.of_type("AWS::Logs::QueryDefinition").values()
}


def test_every_alarm_is_explained() -> None:
    assert set(re.findall(r"^### (.+)$", OPERATIONS, re.MULTILINE)) == NAMES


def test_an_alarm_that_is_referred_to_exists() -> None:
    assert set(re.findall(r"\*([a-z]+(?:-[a-z]+)+)\*", OPERATIONS)) <= NAMES


@pytest.mark.parametrize("text", [OPERATIONS, TRACING], ids=["operations", "tracing"])
def test_a_query_that_is_referred_to_is_saved(text: str) -> None:
    assert set(re.findall(r"\bquery `([^`]+)`", text)) <= QUERIES.keys()


def test_queries_are_quoted_as_they_are_saved() -> None:
    quoted = [block for block in re.findall(r"```text\n(.*?)```", TRACING, re.DOTALL) if "| " in block]

    assert quoted == [QUERIES[name] for name in ("job", "job-throughput", "trace")]


def test_log_lines_are_those_that_are_written() -> None:
    rows = re.findall(r"^\| ([a-z][^|]+) \| (?:api|scanner|[a-z, -]+) \| (.+) \|$", TRACING, re.MULTILINE)
    messages = {message: set(re.findall(r"`(\w+)`", says)) for message, says in rows if message != "message"}

    assert len(messages) == 11
    assert messages.keys() <= logged_messages()
    assert set.union(*messages.values()) <= logged_fields() | {"correlation_id"}
