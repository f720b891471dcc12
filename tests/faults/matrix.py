"""The matrix of docs/reliability.md, and its last column: ``python -m tests.faults.matrix REPORT…`` fills it in.

Reports are what ``pytest --junitxml=REPORT`` writes. The column says how many cases of a row's tests passed: every set
of parameters, every life and every kill of SEEDS is one.
"""

import re
import sys
from collections import Counter
from pathlib import Path
from typing import Final
from xml.etree import ElementTree

from tests.conftest import PROJECT

DOCUMENT: Final = PROJECT / "docs" / "reliability.md"
COLUMNS: Final = 5
_HEADING: Final = "## The matrix"
_NAME: Final = re.compile(r"`(test_\w+)`")


def rows() -> list[list[str]]:
    """Return the cells of the matrix's rows, without its heads."""
    lines = DOCUMENT.read_text().partition(_HEADING)[2].splitlines()
    return [cells(line) for line in lines if is_row(line)]


def is_row(line: str) -> bool:
    """Whether a line behind the matrix's heading is one of its rows."""
    return line.startswith("| ") and not line.startswith("| component ")


def cells(line: str) -> list[str]:
    """Return the cells of a row."""
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def names(row: list[str]) -> list[str]:
    """Return the tests that a row names."""
    return _NAME.findall(row[3])


def outcomes(reports: list[Path]) -> dict[str, Counter[str]]:
    """Return by test how many of its cases passed, failed or were skipped, by the last report that has the case."""
    cases: dict[tuple[str, str], str] = {}
    for report in reports:
        for case in ElementTree.parse(report).iter("testcase"):  # noqa: S314 (written by pytest)
            bad = {"failure": "failed", "error": "failed", "skipped": "skipped"}
            outcome = next((bad[child.tag] for child in case if child.tag in bad), "passed")
            cases[case.attrib["classname"], case.attrib["name"]] = outcome
    counted: dict[str, Counter[str]] = {}
    for (_, name), outcome in cases.items():
        counted.setdefault(name.partition("[")[0], Counter())[outcome] += 1
    return counted


def result(row: list[str], counted: dict[str, Counter[str]]) -> str:
    """Return what became of a row's tests, such as ``27 passed``."""
    total: Counter[str] = Counter()
    for name in names(row):
        total.update(counted.get(name, Counter({"not run": 1})))
    return ", ".join(f"{count} {outcome}" for outcome, count in sorted(total.items(), reverse=True))


def main() -> None:
    """Write the column."""
    counted = outcomes([Path(argument) for argument in sys.argv[1:]])
    before, heading, matrix = DOCUMENT.read_text().partition(_HEADING)
    lines = matrix.splitlines()
    for number, line in enumerate(lines):
        if is_row(line):
            row = cells(line)[: COLUMNS - 1]
            lines[number] = f"| {' | '.join([*row, result(row, counted)])} |"
    DOCUMENT.write_text(before + heading + "\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
