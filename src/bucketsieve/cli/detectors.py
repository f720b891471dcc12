"""``bucketsieve detectors``: list, show, test, explain."""

import argparse
import sys

from rich.console import Console
from rich.table import Table

from bucketsieve.cli.arguments import Exit
from bucketsieve.cli.rules import Rules, read_custom
from bucketsieve.detect.catalogue import Catalogue, Detector, load_catalogue
from bucketsieve.detect.catalogue.entry import Context
from bucketsieve.detect.creation import failed_examples
from bucketsieve.detect.custom import detector_of
from bucketsieve.detect.explain import explain


def run_detectors(arguments: argparse.Namespace) -> int:
    """Run the action; raises CatalogueError (a ValueError) for an id that does not exist."""
    actions = {"list": _list, "show": _show, "test": _test, "explain": _explain}
    return actions[arguments.action](arguments)


def _list(arguments: argparse.Namespace) -> int:
    catalogue = load_catalogue()
    table = Table(box=None, pad_edge=False)
    for column in ("id", "name", "category", "severity", "region"):
        table.add_column(column, no_wrap=column == "id")
    for detector in catalogue.detectors:
        if arguments.category in (None, detector.category) and arguments.region in (None, detector.region):
            table.add_row(detector.id, detector.name, detector.category, detector.severity, detector.region)
    Console().print(table)
    print(f"{table.row_count} detectors, version {catalogue.version}")
    return Exit.CLEAN


def _show(arguments: argparse.Namespace) -> int:
    (detector,) = load_catalogue().only([arguments.id]).detectors
    for line in describe(detector):
        print(line)
    return Exit.CLEAN


def describe(detector: Detector) -> list[str]:
    """A detector in words, line by line."""
    lines = [
        f"{detector.id}: {detector.name}",
        detector.description,
        f"category {detector.category}, severity {detector.severity}, region {detector.region or 'any'}",
        f"source: {detector.source}",
    ]
    if detector.macie:
        lines.append(f"Amazon Macie: {', '.join(detector.macie)}")
    for form in detector.forms:
        lines += ["", f"pattern: {form.source}", f"confidence: {form.confidence}"]
        if form.validators:
            lines.append(f"validators: {', '.join(form.validators)}")
        if form.context is not Context.NONE:
            lines.append(f"context words ({form.context}, within {form.distance} bytes): {', '.join(form.keywords)}")
    lines += ["", "found:", *(f"  {example}" for example in detector.examples)]
    lines += ["not found:", *(f"  {example}" for example in detector.counter_examples)]
    return lines


def _test(arguments: argparse.Namespace) -> int:
    custom = read_custom(arguments.custom)  # which tries their examples
    catalogue = load_catalogue()
    if arguments.ids:
        catalogue = catalogue.only(arguments.ids)
    elif custom:
        catalogue = Catalogue((), "custom")
    failures = list(failed_examples(Rules().engine(), catalogue.detectors)) if catalogue.detectors else []
    for failure in failures:
        print(failure)
    tried = [*catalogue.detectors, *map(detector_of, custom)]
    examples = sum(len(each.examples) + len(each.counter_examples) for each in tried)
    print(f"{len(tried)} detectors, {examples} examples, {len(failures)} failures")
    return Exit.FINDINGS if failures else Exit.CLEAN


def _explain(arguments: argparse.Namespace) -> int:
    custom = read_custom(arguments.custom)
    if arguments.id not in {identifier.id for identifier in custom}:
        load_catalogue().only([arguments.id])
    text = sys.stdin.buffer.read() if arguments.text is None else arguments.text.encode()
    steps = list(explain(Rules(custom=custom).engine(), arguments.id, text))
    for step in steps:
        print(f"{step.start}-{step.end} {step.check}: {'yes' if step.passed else 'no'} ({step.reason})")
    if not steps:
        print("the pattern matches nowhere")
    return Exit.CLEAN
