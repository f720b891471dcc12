"""Every row of the matrix in docs/reliability.md names its tests, and every test it names exists."""

import ast
import re
from typing import Final

from tests.conftest import PROJECT

MATRIX: Final = PROJECT / "docs" / "reliability.md"
_NAME: Final = re.compile(r"`(test_\w+)`")


def rows() -> list[list[str]]:
    """Return the cells of the matrix's rows, without its heads."""
    matrix = MATRIX.read_text().partition("## The matrix")[2]
    lines = [line for line in matrix.splitlines() if line.startswith("| ")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [row for row in cells if row[0] != "component"]


def existing_tests() -> set[str]:
    """Return the names of all functions of all test files."""
    return {
        node.name
        for path in (PROJECT / "tests").rglob("test_*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef)
    }


def test_every_row_names_its_tests() -> None:
    assert len(rows()) > 50
    assert [row for row in rows() if len(row) != 4 or not _NAME.search(row[3])] == []


def test_every_test_that_is_named_exists() -> None:
    named = {name for row in rows() for name in _NAME.findall(row[3])}

    assert named - existing_tests() == set()
