"""docs/openapi.json is what the handler does, and docs/api.md tells of all of it."""

import json
import re
from pathlib import Path
from typing import Any, Final

import pytest
from functions.api.app import app

from bucketsieve.api.openapi import describe
from bucketsieve.api.problems import KINDS, NO_SUCH_BUCKET
from bucketsieve.reasons import REASONS_BY_OUTCOME, Reason

DOCS: Final = Path(__file__).parents[3] / "docs"


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads(describe(app))
    return parsed


def test_the_document_is_current() -> None:
    written = (DOCS / "openapi.json").read_text()

    assert written == describe(app) + "\n", "run: python -m functions.api.app > docs/openapi.json"


def test_every_fault_is_described_as_a_problem(document: dict[str, Any]) -> None:
    for path in document["paths"].values():
        for operation in path.values():
            for status, response in operation["responses"].items():
                kind = "application/json" if status < "300" else "application/problem+json"
                assert list(response["content"]) == [kind]


def test_no_call_takes_a_parameter_unchecked(document: dict[str, Any]) -> None:
    assert {path for path, calls in document["paths"].items() if "get" in calls} == {
        "/jobs",
        "/jobs/{job_id}",
        "/jobs/{job_id}/objects",
        "/results",
    }
    for route in app._static_routes + app._dynamic_routes:
        assert [check.__name__ for check in route.middlewares] == ["refuse_unknown_parameters"], route.path


def test_the_guide_names_every_call_parameter_and_problem(document: dict[str, Any]) -> None:
    guide = (DOCS / "api.md").read_text().lower()
    names = {kind.name for kind in (*KINDS.values(), NO_SUCH_BUCKET)}
    for body in ("ScanRequest", "RetryRequest"):
        names |= set(document["components"]["schemas"][body]["properties"])
    for path, calls in document["paths"].items():
        for method, operation in calls.items():
            names.add(f"{method} {path}")
            names |= {parameter["name"] for parameter in operation.get("parameters", ())}

    assert {name for name in names if name not in guide} == set()


def test_the_guides_table_of_reasons_is_the_codes() -> None:
    rows = re.findall(r"^\| `([A-Z_]+)` \| ([a-z, ]+) \|", (DOCS / "api.md").read_text(), re.MULTILINE)

    told = {reason: set(outcomes.split(", ")) for reason, outcomes in rows}

    assert told == {
        str(reason): {str(outcome) for outcome, reasons in REASONS_BY_OUTCOME.items() if reason in reasons} or {"job"}
        for reason in Reason
    }
