"""Every row of the matrix in docs/reliability.md names its tests and their result, and every test it names exists."""

import ast
import re
from collections import Counter
from pathlib import Path

from tests.conftest import PROJECT
from tests.faults.matrix import COLUMNS, names, outcomes, result, rows

REPORT = """<testsuites><testsuite>
<testcase classname="tests" name="test_a[1]"/><testcase classname="tests" name="test_a[2]"/>
<testcase classname="tests" name="test_b"><failure/></testcase>
<testcase classname="tests" name="test_c"><skipped/></testcase>
</testsuite></testsuites>"""


def existing_tests() -> set[str]:
    """Return the names of all functions of all test files."""
    return {
        node.name
        for path in (PROJECT / "tests").rglob("test_*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef)
    }


def test_every_row_names_its_tests_and_their_result() -> None:
    assert len(rows()) > 50
    assert [row for row in rows() if len(row) != COLUMNS or not names(row)] == []
    assert [row for row in rows() if not re.fullmatch(r"\d+ (passed|failed)(, \d+ failed)?", row[-1])] == []


def test_every_test_that_is_named_exists() -> None:
    assert {name for row in rows() for name in names(row)} - existing_tests() == set()


def test_a_result_is_read_from_reports(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    report.write_text(REPORT)
    row = ["component", "fault", "what happens", "`test_a` `test_b` `test_c` `test_d`"]

    counted = outcomes([report])

    assert counted["test_a"] == Counter(passed=2)
    assert result(row, counted) == "1 skipped, 2 passed, 1 not run, 1 failed"
