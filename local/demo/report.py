"""What the demo shows: tables and trees for a terminal, which read as well in a log file."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from rich import box
from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.tree import Tree

from bucketsieve.results.model import FindingReport
from local.demo.findings_check import FindingsCheck
from local.demo.ledger_check import LedgerCheck
from local.demo.problems import Problem, Promise
from local.traces import Step, Trace

_GOOD: Final = "[green]✓[/]"
_BAD: Final = "[bold red]✗[/]"
#: Of many alike, so many are shown.
_SHOWN_PROBLEMS: Final = 10
_SHOWN_SIBLINGS: Final = 4
#: Characters of context before and behind a mask.
_CLIP: Final = 24
#: Keys that fit for an example; the others are there to be hard to read.
_PLAIN_KEY: Final = re.compile(r"[a-z]+/20[\w/.-]+")


def findings_table(check: FindingsCheck) -> Table:
    """Return what was found against what was planted, by detector."""
    table = _table("Findings against the manifest")
    table.add_column("detector")
    for name in ("planted", "found", "missing", "false", "misplaced"):
        table.add_column(name, justify="right")
    table.add_column()
    for detector, tally in check.tallies.items():
        numbers = (tally.planted, tally.found, tally.missing, tally.false, tally.misplaced)
        table.add_row(detector, *(f"{number:,}" for number in numbers), _mark(tally.right))
    return table


def examples(findings: Sequence[FindingReport]) -> RenderableType:
    """Return one finding of each detector, as the API gives it out."""
    first: dict[str, FindingReport] = {}
    for finding in sorted(findings, key=lambda finding: (not _PLAIN_KEY.fullmatch(finding.key), finding.key)):
        first.setdefault(finding.detector, finding)
    lines = ["[bold]One finding of each kind, as GET /results gives it out[/]", ""]
    for detector, finding in sorted(first.items()):
        place = finding.locations[0]
        lines.append(f" {detector:<22} {escape(finding.masked)} [dim]{finding.severity}, {finding.confidence}[/]")
        lines.append(f" {'':<22} [dim]{escape(finding.key)}, line {place.line}, column {place.column}[/]")
        lines.append(f" {'':<22} [dim]{escape(_clip(finding.context, finding.masked))}[/]")
    return Group(*lines, "")


def ledger_table(check: LedgerCheck) -> Table:
    """Return objects by outcome and reason, and how many there had to be."""
    table = _table("The ledger: every object, and what became of it")
    table.add_column("outcome")
    table.add_column("reason")
    table.add_column("objects", justify="right")
    table.add_column("expected", justify="right")
    table.add_column()
    for entry in sorted(
        check.actual.keys() | check.expected.keys(), key=lambda entry: (entry[0] != "succeeded", entry)
    ):
        actual, expected = check.actual.get(entry, 0), check.expected.get(entry, 0)
        table.add_row(*entry, f"{actual:,}", f"{expected:,}", _mark(actual == expected))
    table.add_section()
    total, expected_total = sum(check.actual.values()), sum(check.expected.values())
    table.add_row("[bold]listed[/]", "", f"{total:,}", f"{expected_total:,}", _mark(total == expected_total))
    return table


def trace_tree(trace: Trace) -> RenderableType:
    """Return the steps of a trace, the children of each below it; of many siblings alike only the first."""
    tree = Tree(f"[bold]Trace {trace.id}[/]", guide_style="dim")
    for root in trace.roots:
        _grow(tree, trace, root)
    return tree


def verdict(problems: Sequence[Problem], promises: Mapping[Promise, str]) -> RenderableType:
    """Return a line for each promise: kept, with what shows it, or broken, with what broke it."""
    grid = Table.grid(padding=(0, 1))
    for promise, shown in promises.items():
        broken = [problem for problem in problems if problem.promise is promise]
        grid.add_row(
            _mark(not broken), promise, f"[bold red]broken {len(broken):,} times[/]" if broken else f"[dim]{shown}[/]"
        )
        for problem in broken[:_SHOWN_PROBLEMS]:
            grid.add_row("", "", escape(problem.text))
        if len(broken) > _SHOWN_PROBLEMS:
            grid.add_row("", "", f"… and {len(broken) - _SHOWN_PROBLEMS:,} more")
    return grid


def _clip(context: str, masked: str) -> str:
    """Return the part of the context that stands around the mask."""
    place = max(context.find(masked), 0)
    begin, end = max(place - _CLIP, 0), place + len(masked) + _CLIP
    return f"{'…' if begin else ''}{context[begin:end].strip()}{'…' if end < len(context) else ''}"


def size(count: float) -> str:
    """Return a number of bytes in words, in units of 10."""
    for unit in ("bytes", "kB", "MB"):
        if count < 1000:
            return f"{count:.0f} {unit}" if unit == "bytes" else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} GB"


def _grow(branch: Tree, trace: Trace, step: Step) -> None:
    flag = " [bold red]failed[/]" if step.failed else ""
    grown = branch.add(f"{escape(step.name)} [dim]{step.seconds * 1000:,.0f} ms[/]{flag}")
    shown: dict[str, int] = {}
    for child in trace.children(step):
        shown[child.name] = shown.get(child.name, 0) + 1
        if shown[child.name] <= _SHOWN_SIBLINGS:
            _grow(grown, trace, child)
    for name, count in shown.items():
        if count > _SHOWN_SIBLINGS:
            grown.add(f"[dim]… and {count - _SHOWN_SIBLINGS:,} more {escape(name)}[/]")


def _table(title: str) -> Table:
    return Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)


def _mark(good: bool) -> str:
    return _GOOD if good else _BAD
