"""An anchor lies inside every match, or the reference would find a value or not by what else stands near it."""

import re

import pytest

from bucketsieve.detect.catalogue import load_catalogue
from bucketsieve.detect.catalogue.entry import Context, Detector
from bucketsieve.detect.native.automaton import byte_classes
from bucketsieve.detect.native.positions import ALL_BYTES, Positions, bits

#: A match may end here, or nobody knows what follows.
ENDING = Positions.END | Positions.OPEN
LETTERS_AND_DIGITS = sum(1 << byte for byte in range(128) if chr(byte).isalnum())
DETECTORS = [
    each
    for each in load_catalogue().detectors
    if any(form.context is not Context.REQUIRED and form.anchor != form.source for form in each.forms)
]


def match_without(pattern: str, anchor: str, in_front: int) -> bytes | None:
    """A match of ``pattern``, behind any byte of the set ``in_front``, that does not hold ``anchor``; None: all do."""
    match, sought = Positions.of(pattern), Positions.of(anchor)
    kinds = byte_classes({*sought.members, in_front})
    met = set[tuple[int, int]]()
    # What is read next of the match, what may be read next of anchors that have begun, and what was read.
    todo = [
        (position, read_on(sought, sought.start, kind), b"")
        for kind in kinds
        if kind & in_front
        for position in bits(match.start & ~ENDING)
    ]
    while todo:
        position, begun, text = todo.pop()
        if (position, begun) in met:
            continue
        met.add((position, begun))
        for kind in kinds:
            byte = next(bits(kind & match.members[position]), None)
            after = read_on(sought, begun, kind)
            if byte is None or after & ENDING:
                continue
            if match.follow[position] & ENDING:
                return text + bytes([byte])
            todo += [(each, after, text + bytes([byte])) for each in bits(match.follow[position])]
    return None


def read_on(sought: Positions, begun: int, kind: int) -> int:
    """What may be read next, once a byte of ``kind`` was; another one may begin everywhere."""
    read = sum(1 << each for each in bits(begun & ~ENDING) if sought.members[each] & kind)
    return sought.start | sought.after(read)


@pytest.mark.parametrize("detector", DETECTORS, ids=lambda each: each.id)
def test_every_match_holds_the_anchor(detector: Detector) -> None:
    for form in detector.forms:
        if form.context is not Context.REQUIRED:
            # Where the anchor asks for a byte in front of the match, the form denies letters and digits there.
            asked = form.anchor.startswith("[^0-9A-Za-z]")
            in_front = ALL_BYTES & ~LETTERS_AND_DIGITS if asked else ALL_BYTES
            assert match_without(form.source, form.anchor, in_front) is None


@pytest.mark.parametrize(
    ("pattern", "anchor", "always"),
    [
        ("C/ ?[A-Z]{1,3}", "C/ ?[A-Z]{2}", False),
        ("C/ ?[A-Z]{2,3}", "C/ ?[A-Z]{2}", True),
        ("a+b?", "[^0-9]ab", False),
        ("a?b", "[^0-9a]b|ab", True),
        ("(?:ab|ba){2}", "aa|bb", False),
    ],
)
def test_a_match_without_its_anchor_is_found(pattern: str, anchor: str, always: bool) -> None:
    found = match_without(pattern, anchor, ALL_BYTES & ~LETTERS_AND_DIGITS)
    assert (found is None) == always
    if found is not None:
        assert re.fullmatch(pattern.encode(), found)
        assert not re.search(anchor.encode(), b" " + found)
