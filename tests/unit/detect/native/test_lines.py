"""Lines beyond ASCII are shown as the reference shows them."""

import pytest

from bucketsieve.detect.catalogue import Catalogue
from bucketsieve.detect.engine import Engine

from ..conftest import KEY, scan

pytest.importorskip("bucketsieve.detect.native._core", reason="the C extension is not built")

from bucketsieve.detect.native.record import NativeRecorder

SHOWN = ["é", "ß", "ȿ", "Ж", "ѿ", "漢", "倀", "말", "뀀"]


@pytest.fixture(scope="module")
def pair(catalogue: Catalogue) -> tuple[Engine, Engine]:
    """With the native lane, and without."""
    few = catalogue.only(("email", "us_ssn"))
    return Engine(few, fingerprint_key=KEY), Engine(few, fingerprint_key=KEY, native=None)


def context(engine: Engine, line: bytes) -> str:
    (finding,) = scan(engine, line).findings
    return finding.context


def lines(character: bytes) -> list[bytes]:
    before, after = character + b" SSN 536-22-8726", b"SSN 536-22-8726 " + character
    # Cut in the middle where the line is longer than what is shown.
    return [before, after, character * 41 + before, after + character * 41, before + character + b" 536-22-8726"]


@pytest.mark.parametrize("high", range(0x80, 0x3000, 0x40))
def test_characters_of_two_and_three_bytes(pair: tuple[Engine, Engine], high: int) -> None:
    text = b"".join(chr(code).encode() + b" SSN 536-22-8726\n" for code in range(high, high + 0x40))
    native, reference = (scan(engine, text) for engine in pair)
    assert native == reference
    for code in (high, high + 0x3F):
        for line in lines(chr(code).encode()):
            assert context(pair[0], line) == context(pair[1], line)


@pytest.mark.parametrize("first", range(0x80, 0x100))
def test_bytes_that_are_no_text(pair: tuple[Engine, Engine], first: int) -> None:
    for rest in (b"", b"\x7f", b"\x80", b"\x80\x80", b"\xbf\x41", b"\xbf\xbf", b"\xc3", b"\xa9\xff"):
        for line in lines(bytes([first]) + rest):
            assert context(pair[0], line) == context(pair[1], line)


@pytest.mark.parametrize("character", SHOWN)
def test_letters_are_shown_by_c(pair: tuple[Engine, Engine], character: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(NativeRecorder, "_line", lambda *_: "shown by Python")
    assert context(pair[0], f"{character} SSN 536-22-8726".encode()) == f"{character} SSN ***-**-8726"
