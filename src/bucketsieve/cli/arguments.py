"""What the command line understands."""

import argparse
import os
from collections.abc import Callable
from contextlib import suppress
from enum import IntEnum
from pathlib import Path
from typing import Any

from bucketsieve.cli.output import FORMATS


class Exit(IntEnum):
    """Exit codes. Of two that apply, the one with the lower number is given."""

    CLEAN = 0  # everything was examined; and nothing was found, or nobody asked
    FINDINGS = 1  # something was found, and --fail-on-findings was given
    USAGE = 2  # the command line, a pattern or a file named on it is wrong
    INCOMPLETE = 3  # something could not be examined, or not to its end


_EXIT_CODES = """exit codes:
  0  everything was examined (and nothing found, or no --fail-on-findings)
  1  something was found, with --fail-on-findings
  2  usage: wrong arguments, patterns or options
  3  incomplete: something could not be examined, or not to its end
"""
#: Of a terminal that does not tell.
_COLUMNS = 80
_KEY_VARIABLE = "BUCKETSIEVE_FINGERPRINT_KEY"


class _Help(argparse.RawDescriptionHelpFormatter):
    """As wide as the terminal. One is made for each argument, and would load `shutil` to ask how wide that is."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=_columns() - 2)


def _columns() -> int:
    with suppress(ValueError, OSError):
        columns = int(os.environ["COLUMNS"]) if "COLUMNS" in os.environ else os.get_terminal_size().columns
        return columns if columns > 0 else _COLUMNS
    return _COLUMNS


class _Parser(argparse.ArgumentParser):
    """And so are those of its commands."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401  (those of the base class)
        super().__init__(formatter_class=_Help, **options)


class _Command(_Parser):
    """Of a command: what it understands is added when it is called, for the others take as long as to load them all."""

    fill: Callable[[argparse.ArgumentParser], None] | None = None

    def parse_known_args(self, *given: Any, **options: Any) -> Any:  # noqa: ANN401  (as in the base class)
        if self.fill is not None:
            fill, self.fill = self.fill, None
            fill(self)
        return super().parse_known_args(*given, **options)


def parser() -> argparse.ArgumentParser:
    """The parser; ``command`` and, below detectors, ``action`` say what to do."""
    root = _Parser(
        prog="bucketsieve",
        description="Finds sensitive data in files and S3 objects. Values are never shown, only masked.",
        epilog=_EXIT_CODES,
    )
    commands = root.add_subparsers(
        dest="command", required=True, metavar="scan|detectors|doctor", parser_class=_Command
    )
    scan = commands.add_parser("scan", help="scan files, folders and s3://bucket/prefix")
    detectors = commands.add_parser("detectors", help="list, show, test and explain detectors")
    doctor = commands.add_parser("doctor", help="say what this installation is made of, and test every detector")
    doctor.epilog = "exit codes: 0 if every detector finds its canary, 1 if one does not"
    for command in (scan, detectors):
        command.epilog = root.epilog
    scan.fill, detectors.fill, doctor.fill = _add_scan, _add_detectors, _add_doctor
    return root


def _add_scan(scan: argparse.ArgumentParser) -> None:
    scan.add_argument("paths", nargs="+", metavar="PATH|s3://BUCKET/PREFIX")
    scan.add_argument("--format", choices=FORMATS, default="table", help="table (default), jsonl or csv")
    scan.add_argument("--jobs", type=_jobs, default=1, metavar="N", help="processes; 0: one per processor (default: 1)")
    scan.add_argument("--fail-on-findings", action="store_true", help="exit with 1 if anything is found")
    _add_rules(scan)


def _add_rules(command: argparse.ArgumentParser) -> None:
    command.add_argument("--detectors", type=_ids, metavar="ID,…", help="only these detectors")
    command.add_argument("--custom", type=Path, metavar="FILE", help="TOML file with [[identifier]] tables")
    command.add_argument("--allow", type=Path, metavar="FILE", help="values that are never reported, one a line")
    command.add_argument("--no-test-values", action="store_true", help="drop published test values")
    command.set_defaults(fingerprint_key=os.environ.get(_KEY_VARIABLE, "").encode())


def _add_doctor(doctor: argparse.ArgumentParser) -> None:
    doctor.add_argument("--format", choices=("text", "json"), default="text", help="text (default) or json")


def _add_detectors(detectors: argparse.ArgumentParser) -> None:
    actions = detectors.add_subparsers(dest="action", required=True, metavar="list|show|test|explain")
    every = actions.add_parser("list", help="all detectors")
    every.add_argument("--category", help="only this category")
    every.add_argument("--region", help="only this country (ISO 3166)")
    show = actions.add_parser("show", help="one detector: what it finds and how it is checked")
    show.add_argument("id")
    test = actions.add_parser("test", help="run the examples of detectors, or of a file of custom identifiers")
    test.add_argument("ids", nargs="*", metavar="ID")
    test.add_argument("--custom", type=Path, metavar="FILE")
    explain = actions.add_parser("explain", help="why a detector does or does not report a text")
    explain.add_argument("id")
    explain.add_argument("text", nargs="?", help="default: standard input, so that it stays out of the shell's history")
    explain.add_argument("--custom", type=Path, metavar="FILE")


def _jobs(text: str) -> int:
    jobs = int(text)
    if jobs < 0:
        raise argparse.ArgumentTypeError("must not be negative")
    return jobs or os.cpu_count() or 1


def _ids(text: str) -> tuple[str, ...]:
    return tuple(filter(None, (part.strip() for part in text.split(","))))
