"""Every example and counter-example of the catalogue, through the whole engine and in many surroundings.

One family alone: ``pytest tests/unit/detect/test_catalogue_examples.py -k core-`` (ids are family-detector).
"""

import json

import pytest

from bucketsieve.detect.catalogue import Detector, load_catalogue
from bucketsieve.detect.catalogue.entry import Context, marked_value
from bucketsieve.detect.engine import Engine

from .conftest import KEY, scan, spans

DETECTORS = [pytest.param(each, id=f"{each.family}-{each.id}") for each in load_catalogue().detectors]
BLOCK = 4_096


@pytest.fixture(scope="module")
def small_blocks() -> Engine:
    return Engine(load_catalogue(), fingerprint_key=KEY, block=BLOCK)


def surroundings(text: str) -> dict[str, tuple[str, str]]:
    """What may stand around an example without changing what it is: name -> (before, after)."""
    return {
        "alone": ("", ""),
        "start of text": ("", "\nand more text\n"),
        "end of text": ("some text\n", ""),
        "sentence": ("We wrote it down: ", " was the value."),
        "windows lines": ("first\r\n", "\r\nlast\r\n"),
        "csv": ("id,value,note\n1,", ",none\n"),
        "json": ('{"value": "', '", "n": 1}'),
        "xml": ("<value>", "</value>"),
        "url": ("https://initech.com/?q=", "&page=1"),
    }


@pytest.mark.parametrize("detector", DETECTORS)
def test_examples_are_found_wherever_they_stand(engine: Engine, detector: Detector) -> None:
    for example in detector.examples:
        text, value = marked_value(example)
        for name, (before, after) in surroundings(text).items():
            if name in ("json", "csv", "xml", "url") and not fits(name, text):
                continue
            data = (before + text + after).encode()
            start = len((before + text[: text.index(value)]).encode())
            found = spans(scan(engine, data), detector.id)
            assert (start, start + len(value.encode())) in found, f"{example!r} in {name}: found {found}"


def fits(name: str, text: str) -> bool:
    """Whether the text can stand in a format without being rewritten."""
    if name == "json":
        return json.dumps(text, ensure_ascii=False)[1:-1] == text
    if name == "csv":
        return not set(text) & set(',"\n')
    return not set(text) & set('<>&"' if name == "xml" else " \n&?<>\"'#,")


@pytest.mark.parametrize("detector", DETECTORS)
def test_counter_examples_are_not_found(engine: Engine, detector: Detector) -> None:
    for example in detector.counter_examples:
        for name, (before, after) in surroundings(example).items():
            report = scan(engine, (before + example + after).encode())
            assert not spans(report, detector.id), f"{example!r} in {name} was taken for {detector.id}"
            if name == "windows lines":
                break


@pytest.mark.parametrize("detector", DETECTORS)
def test_examples_are_found_across_a_block_edge(small_blocks: Engine, detector: Detector) -> None:
    for example in detector.examples:
        text, value = marked_value(example)
        inside = len(text[: text.index(value)].encode())
        for shift in (0, inside, inside + 1, inside + len(value.encode()) // 2, len(text.encode())):
            before = (b"some words\n" * BLOCK)[: BLOCK - shift - 1] + b"\n"
            found = spans(scan(small_blocks, before + text.encode() + b"\n"), detector.id)
            start = len(before) + inside
            assert (start, start + len(value.encode())) in found, f"{example!r} at {shift} bytes before the edge"


@pytest.mark.parametrize("detector", DETECTORS)
def test_letters_and_digits_beside_a_value_make_it_something_else(engine: Engine, detector: Detector) -> None:
    if any(not form.pattern.pattern.startswith(b"(?<!") for form in detector.forms):
        pytest.skip("the detector has no boundary on the left")
    for example in detector.examples:
        text, value = marked_value(example)
        for glue in ("x", "7", "Q"):
            changed = text.replace(value, glue + value)
            start = len(changed[: changed.index(glue + value) + 1].encode())
            found = spans(scan(engine, changed.encode()), detector.id)
            whole = (start, start + len(value.encode()))
            assert whole not in found, f"{example!r} after {glue!r}"


@pytest.mark.parametrize("detector", DETECTORS)
def test_every_match_contains_a_literal_of_its_form(detector: Detector) -> None:
    for example in detector.examples:
        text, _ = marked_value(example)
        for form in detector.forms:
            if form.literals and (match := form.pattern.search(text.encode())):
                assert any(literal.encode() in match.group() for literal in form.literals), f"{example!r}"


@pytest.mark.parametrize("detector", DETECTORS)
def test_a_required_word_is_required(engine: Engine, detector: Detector) -> None:
    if any(form.context is not Context.REQUIRED for form in detector.forms):
        pytest.skip("some form needs no context word")
    for example in detector.examples:
        _, value = marked_value(example)
        assert not spans(scan(engine, f"see {value} there".encode()), detector.id), f"{example!r} without its word"
