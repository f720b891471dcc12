"""Why a detector reports a text, or does not: every step of its forms, in words and without values."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bucketsieve.detect.catalogue.entry import Context
from bucketsieve.detect.compiled import CompiledForm
from bucketsieve.detect.engine import Engine
from bucketsieve.detect.evaluate import Block
from bucketsieve.detect.validators.base import Kind


@dataclass(frozen=True, slots=True)
class Step:
    """One check of one form at one place: byte offsets in the text, what was checked, whether it passed, and why."""

    start: int
    end: int
    check: str
    passed: bool
    reason: str


def explain(engine: Engine, detector: str, text: bytes) -> Iterator[Step]:
    """The steps of ``detector`` over ``text`` (UTF-8), form by form; last, what is reported. Raises KeyError."""
    numbers = {each.id: number for number, each in enumerate(engine.compiled.detectors)}
    wanted = numbers[detector]
    data = b"\n" + text + b"\n"
    block = Block(engine.compiled, data, -1, 1, len(data) - 1)
    for compiled in engine.compiled.forms:
        if compiled.detector == wanted:
            yield from _steps(block, compiled, data)
    session = engine.session(encoding="utf-8")
    session.feed(text)
    for finding in session.finish().findings:
        for place in finding.locations:
            mine = finding.detector == detector
            reason = f"{finding.confidence}: {finding.confidence_reason}" if mine else f"belongs to {finding.detector}"
            yield Step(place.start, place.end, "reported", mine, reason)


def _steps(block: Block, compiled: CompiledForm, data: bytes) -> Iterator[Step]:
    form = compiled.form
    shapes = re.compile(form.source.encode()) if compiled.custom is None else compiled.custom
    for match in shapes.finditer(data):
        start, end = match.start() - 1, match.end() - 1
        yield Step(start, end, "pattern", True, form.source)
        bounded = compiled.pattern.match(data, match.start())
        yield Step(start, end, "boundary", bounded is not None, "what stands beside it")
        if bounded is None:
            continue
        low, high = bounded.span(compiled.group)
        if form.context is not Context.NONE:
            word = block.any_near(compiled, low, high) or block.name_near(compiled, low)
            needed = form.context is Context.REQUIRED
            reason = f"beside the word '{word}'" if word else f"no context word within {form.distance} bytes"
            yield Step(low - 1, high - 1, "context", bool(word) or not needed, reason)
        value = data[low:high].decode("utf-8", "replace")
        for name, validate in zip(form.validators or ("ignore words",), compiled.validators, strict=False):
            verdict = validate(value)
            passed = verdict is not None
            reason = "turned down" if verdict is None else verdict.reason
            if verdict is not None and verdict.kind is Kind.TEST:
                reason = f"{Kind.TEST}: {reason}"
            yield Step(low - 1, high - 1, f"validator {name}", passed, reason)
