"""The command behind ``make demo``: exit status 0 when every promise was kept, else 1."""

import argparse
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console
from rich.markup import escape

from local.demo.corpus import SEED, build_manifest
from local.demo.judgement import Judgement, judge
from local.demo.leftovers import function_logs
from local.demo.manifest import Manifest
from local.demo.report import examples, findings_table, ledger_table, size, trace_tree, verdict
from local.demo.run import DemoTimeoutError, Scanned, collect, scan, throughput, upload
from local.demo.scan_api import ApiError
from local.processes import StartError
from local.stack import LocalStack

#: Of a log file, which has no width of its own.
_LOG_WIDTH: Final = 140

#: What a shell reports of a program that Ctrl-C ended.
_INTERRUPTED: Final = 130

_NEXT: Final = """\
Where to look next
  .local/logs, .local/traces.jsonl   what this run left behind
  make up                            the same stack, kept running; README.md has the API by example
  docs/architecture.md               how nothing is lost or counted twice"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the demo; return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m local.demo", description="Scan a bucket of known content, and check."
    )
    parser.add_argument("--seed", type=int, default=SEED, help="another number gives another bucket")
    seed: int = parser.parse_args(arguments).seed

    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=_LOG_WIDTH)
    console.rule("[bold]BucketSieve: a bucket of known content, scanned by the real pipeline")
    manifest = build_manifest(seed)
    planted = manifest.occurrences()
    console.print(
        f"Generated {len(manifest.objects):,} objects, {size(manifest.byte_count)}, with {planted.total():,} values of "
        f"{len(planted)} detectors and {manifest.near_miss_count:,} near-misses (seed {seed})."
    )
    try:
        scanned, judgement = _run(manifest, console)
    except (StartError, DemoTimeoutError, ApiError) as error:
        console.print(f"[bold red]The demo did not get to its end:[/] {escape(str(error))}")
        console.print("The logs are in .local/logs.")
        return 1
    except KeyboardInterrupt:
        console.print("Stopped.")
        return _INTERRUPTED
    _show(scanned, judgement, console)
    return judgement.exit_status


def _run(manifest: Manifest, console: Console) -> tuple[Scanned, Judgement]:
    with LocalStack(workers=0, progress=lambda step: console.print(f"[dim]… {step}[/]")) as stack:
        try:
            upload(stack, manifest)
            console.print(f"Uploaded them; the API is at {stack.api_url}")
            scanned = scan(stack, console)
            return scanned, judge(collect(stack, manifest, scanned))
        finally:
            # The emulator takes its logs along when it goes.
            with suppress(BotoCoreError, ClientError):
                (stack.logs / "functions.log").write_bytes(b"\n".join(function_logs(stack.client("logs"))))


def _show(scanned: Scanned, judgement: Judgement, console: Console) -> None:
    console.print(findings_table(judgement.findings), examples(scanned.findings), ledger_table(judgement.ledger))
    if judgement.trace.trace:
        console.print(trace_tree(judgement.trace.trace))
    console.print("", throughput(scanned, judgement.trace.trace), sep="\n")
    console.print("", verdict(judgement.problems, judgement.kept), "", _NEXT, sep="\n")


if __name__ == "__main__":
    sys.exit(main())
