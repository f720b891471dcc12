"""Saved queries name only what is logged: fields, and messages word for word."""

import ast
import json
import re
from collections.abc import Iterator
from typing import Any, Final

import pytest
from lint.stacks import production

from tests.conftest import PROJECT
from tests.unit.template.rendered import rendered

APPLICATION: Final = production()
DASHBOARD: Final = APPLICATION.nested()["Dashboard"]
QUERIES: Final = DASHBOARD.of_type("AWS::Logs::QueryDefinition")

#: Of every line; https://docs.aws.amazon.com/powertools/python/latest/core/logger/#standard-structured-keys
OF_POWERTOOLS: Final = {"service", "level", "message", "xray_trace_id"}
#: Of CloudWatch Logs.
OF_EVENTS: Final = {"@timestamp"}
#: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html
WORDS: Final = {
    "fields", "filter", "stats", "sort", "limit", "by", "as", "in", "and", "or", "desc", "asc", "count", "sum", "pct",
    "latest", "bin",
}  # fmt: skip

LEVELS: Final = {"debug", "info", "warning", "error", "critical", "exception"}
#: What says of itself which fields it gives to a log line.
GIVES_FIELDS: Final = {"fields", "_fields", "describe"}

SOURCES: Final = [
    ast.parse(path.read_text())
    for folder in ("functions", "src/bucketsieve")
    for path in sorted((PROJECT / folder).rglob("*.py"))
]


def log_calls() -> Iterator[ast.Call]:
    for tree in SOURCES:
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in LEVELS:
                owner = node.func.value
                if isinstance(owner, ast.Name) and owner.id == "logger":
                    yield node


def keys(node: ast.AST) -> Iterator[str]:
    for inner in ast.walk(node):
        if isinstance(inner, ast.Dict):
            yield from (str(key.value) for key in inner.keys if isinstance(key, ast.Constant))


def logged_fields() -> set[str]:
    given = {key for call in log_calls() for keyword in call.keywords for key in keys(keyword.value)}
    named = {keyword.arg for call in log_calls() for keyword in call.keywords if keyword.arg}
    of_functions = {
        key
        for tree in SOURCES
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.name in GIVES_FIELDS
        for key in keys(node)
    }
    return given | named | of_functions


def logged_messages() -> set[str]:
    return {call.args[0].value for call in log_calls() if isinstance(call.args[0], ast.Constant)}  # type: ignore[misc]


def access_log_fields() -> set[str]:
    line: str = APPLICATION.resources["Api"]["Properties"]["AccessLogSetting"]["Format"]
    return set(json.loads(line))


def named_fields(query: str) -> set[str]:
    """Return the fields that a query names: what is neither text, parameter, word of the language, time nor alias."""
    query = re.sub(r"'[^']*'", "", query)
    aliases = set(re.findall(r"\bas (\w+)", query))
    return set(re.findall(r"@?\b[a-z_]\w*", re.sub(r"\b\d+\w*", "", query))) - WORDS - aliases


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_a_query_names_fields_that_are_logged(query: dict[str, Any]) -> None:
    of_requests = query["LogGroupNames"] != DASHBOARD.parameters["LogGroupNames"]
    logged = access_log_fields() if of_requests else logged_fields() | OF_POWERTOOLS

    assert named_fields(query["QueryString"]) <= logged | OF_EVENTS


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_a_query_asks_for_messages_that_are_logged(query: dict[str, Any]) -> None:
    [*conditions] = re.findall(r"message (?:=|in) (\[[^]]*\]|'[^']*')", query["QueryString"])
    asked = {text for condition in conditions for text in re.findall(r"'([^']*)'", condition)}

    assert asked <= logged_messages()


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_a_query_is_told_what_it_does_not_know(query: dict[str, Any]) -> None:
    declared = {parameter["Name"] for parameter in query.get("Parameters", [])}

    assert declared == set(re.findall(r"\{\{(\w+)\}\}", query["QueryString"]))


def test_queries_look_into_every_log_of_the_application() -> None:
    groups = DASHBOARD.parameters["LogGroupNames"]["Fn::Join"][1]
    of_functions = {f"<{name}LogGroup>" for name in APPLICATION.of_type("AWS::Serverless::Function")}

    assert {rendered(APPLICATION, group) for group in groups} == of_functions | {"<Scanners.Outputs.LogGroupName>"}


def test_the_tests_would_notice_a_field_or_a_message_that_is_not_there() -> None:
    query = "fields nonsense | filter level in ['ERROR'] | stats sum(bytes_scanned) as total by bin(5m)"
    assert named_fields(query) == {"nonsense", "level", "bytes_scanned"}
    assert {"job_id", "chunk_no", "bytes_scanned", "cause", "error"} <= logged_fields()
    assert "nonsense" not in logged_fields() | logged_messages()
