"""Writes findings: a table for people, JSON lines and CSV for programs. One line an occurrence, values masked."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from json.encoder import encode_basestring
from typing import Protocol, TextIO

from bucketsieve.cli.scanning import Scanned
from bucketsieve.detect.model import Finding, Severity
from bucketsieve.reasons import Reason

FORMATS = ("table", "jsonl", "csv")
#: The fields of a line, in this order.
FIELDS = (
    "path", "detector", "start", "end", "line", "column", "masked", "context", "confidence", "severity", "fingerprint",
)  # fmt: skip
#: Findings whose lines are made before they are written: an object may have hundreds of thousands of lines.
_AT_A_TIME = 256
_STYLES = {Severity.CRITICAL: "bold red", Severity.HIGH: "red", Severity.MEDIUM: "yellow", Severity.LOW: "dim"}


class Writer(Protocol):
    """Takes results as they come."""

    def write(self, scanned: Scanned) -> None:
        """Write the findings of one target."""
        ...

    def close(self) -> None:
        """Write what has to wait for the end."""
        ...


def occurrences(scanned: Scanned) -> Iterator[dict[str, str | int]]:
    """One record of `FIELDS` for every kept location of every finding."""
    for finding in scanned.findings:
        for place in finding.locations:
            values = (
                scanned.path, finding.detector, place.start, place.end, place.line, place.column, finding.masked,
                finding.context, finding.confidence.value, finding.severity.value, finding.fingerprint,
            )  # fmt: skip
            yield dict(zip(FIELDS, values, strict=True))


class JsonLines:
    """One JSON object a line."""

    def __init__(self, out: TextIO) -> None:
        self._out = out

    def write(self, scanned: Scanned) -> None:
        """See `Writer`."""
        start = f'{{"path": {encode_basestring(scanned.path)}, "detector": "'
        count = len(scanned.findings)
        for first in range(0, count, _AT_A_TIME):
            self._out.writelines(_json_lines(start, scanned.findings, first, min(first + _AT_A_TIME, count)))

    def close(self) -> None:
        """See `Writer`."""
        self._out.flush()


def _json_lines(start: str, findings: Sequence[Finding], first: int, last: int) -> Iterable[str]:
    """The lines for ``findings[first:last]``, which begin with ``start``; one or more in each text."""
    in_c: Callable[[str, int, int], list[str]] | None = getattr(findings, "json_lines", None)
    try:
        if in_c is not None:
            return in_c(start, first, last)
    except UnicodeEncodeError:  # a path may be no text
        pass
    return chain.from_iterable(_lines_of(start, findings[number]) for number in range(first, last))


def _lines_of(start: str, finding: Finding) -> Iterator[str]:
    """A line for each location; to encode a dictionary for each took ten times as long."""
    detector, severity, confidence, _, masked, context, fingerprint, _, locations = finding
    rest = "".join(
        (
            f', "masked": {encode_basestring(masked)}, "context": {encode_basestring(context)}, "confidence": "',
            confidence,  # to format a member of an enumeration takes as long as all else
            '", "severity": "',
            severity,
            f'", "fingerprint": "{fingerprint}"}}\n',
        )
    )
    for low, high, line, column in locations:
        yield f'{start}{detector}", "start": {low}, "end": {high}, "line": {line}, "column": {column}{rest}'


class Csv:
    """RFC 4180, with a header. What a spreadsheet would take for a formula begins with an apostrophe."""

    def __init__(self, out: TextIO) -> None:
        import csv  # noqa: PLC0415  (nobody else writes it)

        self._out = out
        self._writer = csv.DictWriter(out, FIELDS)
        self._writer.writeheader()

    def write(self, scanned: Scanned) -> None:
        """See `Writer`."""
        for record in occurrences(scanned):
            self._writer.writerow({name: _no_formula(value) for name, value in record.items()})

    def close(self) -> None:
        """See `Writer`."""
        self._out.flush()


def _no_formula(value: str | int) -> str | int:
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")) else value


class Screen:
    """A table of findings, one row a value, most severe first within a file."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._rows: list[tuple[str, ...]] = []

    def write(self, scanned: Scanned) -> None:
        """See `Writer`."""
        order = list(_STYLES)
        for finding in sorted(scanned.findings, key=lambda each: order.index(each.severity)):
            place = finding.locations[0]
            row = (
                f"[{_STYLES[finding.severity]}]{finding.severity}[/]",
                finding.detector,
                _plain(finding.masked),
                _plain(f"{scanned.path}:{place.line}:{place.column}"),
                str(finding.count),
                finding.confidence.value,
            )
            self._rows.append(row)

    def close(self) -> None:
        """See `Writer`."""
        if not self._rows:
            return
        # It takes as long to load as a small scan.
        from rich.console import Console  # noqa: PLC0415
        from rich.table import Table  # noqa: PLC0415

        table = Table(box=None, pad_edge=False)
        for name in ("severity", "detector", "value", "where", "count", "confidence"):
            table.add_column(name, overflow="fold", justify="right" if name == "count" else "left")
        for row in self._rows:
            table.add_row(*row)
        Console(file=self._out).print(table)


def _plain(text: str) -> str:
    return text.replace("[", "\\[")


class Summary:
    """What was examined and what was not, for the last lines on the terminal."""

    def __init__(self) -> None:
        self.targets = 0
        self.bytes = 0
        self.findings: Counter[str] = Counter()
        self.incomplete: Counter[str] = Counter()

    def add(self, scanned: Scanned) -> None:
        """Count one target."""
        self.targets += 1
        self.bytes += scanned.examined
        self.findings.update(dict(scanned.counts))
        if scanned.reason is Reason.FINDINGS_OVER_LIMIT:
            what = "examined and counted, but not every value was kept"
        else:
            what = "not (wholly) examined, and not to be taken for clean"
        if not scanned.complete:
            self.incomplete[f"{scanned.outcome} ({scanned.reason}): {what}"] += 1

    def lines(self) -> Iterator[str]:
        """The summary in words."""
        values = sum(self.findings.values())
        yield f"{self.targets} scanned, {self.bytes:,} bytes, {values:,} occurrences of {len(self.findings)} detectors"
        for what, count in self.incomplete.most_common():
            yield f"{count} {what}"


def writer_for(name: str, out: TextIO) -> Writer:
    """The writer called ``name``, one of `FORMATS`."""
    if name == "jsonl":
        return JsonLines(out)
    return Csv(out) if name == "csv" else Screen(out)
