"""The commands."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import RawIOBase, TextIOWrapper
from typing import Final, TextIO

from bucketsieve.cli.arguments import Exit, parser
from bucketsieve.cli.output import Summary, writer_for
from bucketsieve.cli.rules import Rules, read_allowed, read_custom
from bucketsieve.cli.scanning import Scanned, scan_all
from bucketsieve.cli.targets import Target, find_targets
from bucketsieve.errors import BucketSieveError


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; the answer is the exit code, see `Exit`."""
    arguments = parser().parse_args(argv)
    if isinstance(sys.stdout, TextIOWrapper):
        # A file's name may be no text; in JSON this is how the same name is written.
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        return _COMMANDS[arguments.command](arguments)
    except BrokenPipeError:
        return Exit.INCOMPLETE  # nobody reads on, as with `| head`
    except BucketSieveError as error:
        print(f"bucketsieve: {error}", file=sys.stderr)
        return Exit.INCOMPLETE
    except (ValueError, OSError) as error:
        print(f"bucketsieve: {error}", file=sys.stderr)
        return Exit.USAGE


def _detectors(arguments: argparse.Namespace) -> int:
    from bucketsieve.cli.detectors import run_detectors  # noqa: PLC0415  (loads what a scan does not need)

    return run_detectors(arguments)


def _doctor(arguments: argparse.Namespace) -> int:
    from bucketsieve.cli.doctor import run_doctor  # noqa: PLC0415  (as above)

    return run_doctor(arguments)


def _scan(arguments: argparse.Namespace) -> int:
    rules = Rules(
        detectors=arguments.detectors or (),
        custom=read_custom(arguments.custom),
        allowed=read_allowed(arguments.allow),
        report_test_values=not arguments.no_test_values,
        key=arguments.fingerprint_key,
    )
    summary = Summary()
    with _whole(sys.stdout) as out:
        writer = writer_for(arguments.format, out)
        for scanned in _with_progress(rules, find_targets(arguments.paths), arguments.jobs):
            writer.write(scanned)
            summary.add(scanned)
            if not scanned.complete:
                print(f"{scanned.outcome} ({scanned.reason}): {scanned.path}", file=sys.stderr)
        writer.close()
    for line in summary.lines():
        print(line, file=sys.stderr)
    if summary.findings and arguments.fail_on_findings:
        return Exit.FINDINGS
    return Exit.INCOMPLETE if summary.incomplete else Exit.CLEAN


@contextmanager
def _whole(out: TextIO) -> Iterator[TextIO]:
    """A file that writes all it is given or raises: one without a buffer may write a part, and say nothing."""
    if not isinstance(getattr(out, "buffer", None), RawIOBase):
        yield out
        return
    with open(out.fileno(), "w", encoding=out.encoding, errors=out.errors, closefd=False) as whole:
        yield whole


def _with_progress(rules: Rules, targets: Iterator[Target], jobs: int) -> Iterator[Scanned]:
    """The results, with a bar on standard error if that is a terminal."""
    if not sys.stderr.isatty():
        yield from scan_all(rules, targets, jobs)
        return
    from rich.console import Console  # noqa: PLC0415  (takes as long to load as a small scan)
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn  # noqa: PLC0415

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True, redirect_stdout=False) as progress:
        task = progress.add_task("scanning", total=0)
        known = 0

        def counted() -> Iterator[Target]:
            nonlocal known
            for target in targets:
                known += target.size
                progress.update(task, total=known)
                yield target

        for scanned in scan_all(rules, counted(), jobs):
            progress.update(task, advance=scanned.size)
            yield scanned


_COMMANDS: Final = {"scan": _scan, "detectors": _detectors, "doctor": _doctor}
