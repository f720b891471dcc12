"""An engine that can be poisoned: objects say what they do to it. It has one detector, so as to be started quickly."""

import ctypes
import os
import re
import time
from collections.abc import Callable
from typing import Final

from bucketsieve.detect.cache import Cache
from bucketsieve.detect.catalogue import load_catalogue
from bucketsieve.detect.engine import Engine, Session
from bucketsieve.detect.model import ScanReport
from tests.conftest import CACHE

FINGERPRINT_KEY: Final = "a key of a test, thirty-two bytes"
_SPELL: Final = re.compile(rb"POISON:(\w+)")


def _segfault() -> None:
    ctypes.string_at(0)


def _exit() -> None:
    os._exit(3)


def _hold_the_interpreter() -> None:
    """Sleep for an hour in C without letting any other thread run Python."""
    ctypes.PyDLL(None).sleep(3_600)


def _loop() -> None:
    while True:
        time.sleep(0)


def _hoard() -> None:
    hoard = []
    while True:
        hoard.append(bytearray(16 * 1024**2))


def _recurse() -> None:
    _recurse()


SPELLS: Final[dict[bytes, Callable[[], None]]] = {
    b"segfault": _segfault,
    b"exit": _exit,
    b"hold": _hold_the_interpreter,
    b"loop": _loop,
    b"hoard": _hoard,
    b"recurse": _recurse,
}


def poison(spell: str) -> bytes:
    """Return a line that does this to the engine that reads it."""
    assert spell.encode() in SPELLS
    return f"POISON:{spell}\n".encode()


class PoisonedSession:
    """The real engine's session, until it is fed poison."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def feed(self, chunk: bytes) -> None:
        if spell := _SPELL.search(chunk):
            if spell[1] == b"tell":
                raise ValueError(f"cannot digest {chunk!r}")
            SPELLS[spell[1]]()
        self._session.feed(chunk)

    def finish(self) -> ScanReport:
        return self._session.finish()


class PoisonedEngine:
    """``DetectionEngine`` that objects can poison."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def session(self, *, encoding: str | None = None, media_type: str | None = None) -> PoisonedSession:
        return PoisonedSession(self._engine.session(encoding=encoding, media_type=media_type))


def make_poisoned_engine() -> PoisonedEngine:
    """Return such an engine; can be pickled by name."""
    catalogue = load_catalogue(Cache(CACHE))
    few = catalogue._replace(detectors=tuple(each for each in catalogue.detectors if each.id == "us_ssn"))
    return PoisonedEngine(Engine(few, fingerprint_key=FINGERPRINT_KEY.encode()))
