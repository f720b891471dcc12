"""What is read into the text's own memory is scanned as what is fed."""

from io import BytesIO

import pytest

from bucketsieve.detect.buffer import TextBuffer
from bucketsieve.detect.catalogue import Catalogue
from bucketsieve.detect.engine import Engine

from .conftest import KEY, kept_lane, scan

BLOCK = 16 * 1024
TEXT = "".join(f"line {number}, naïve\r\nSSN 536-22-{1000 + number}\r\n" for number in range(2000))


class Slow(BytesIO):
    """Gives a few bytes at a time, as pipes and sockets may."""

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        return super().readinto(buffer[:1500])


@pytest.fixture(scope="module")
def small(catalogue: Catalogue) -> Engine:
    return Engine(catalogue, fingerprint_key=KEY, native=kept_lane, block=BLOCK)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32-be"])
@pytest.mark.parametrize("kind", [BytesIO, Slow])
def test_what_is_read_is_found_as_what_is_fed(small: Engine, encoding: str, kind: type[BytesIO]) -> None:
    data = TEXT.encode(encoding)
    file, session = kind(data), small.session()
    session.feed(file.read(100))
    while session.read(file.readinto):
        pass
    report = session.finish()
    assert report.counts == {"us_ssn": 2000}
    assert report == scan(small, data)


def test_a_source_that_has_nothing_yet_has_not_ended(small: Engine) -> None:
    session = small.session()
    with pytest.raises(BlockingIOError, match="ask again"):
        session.read(lambda _: None)
    file = BytesIO(b"SSN 536-22-1234")
    while session.read(file.readinto):
        pass
    assert session.finish().counts == {"us_ssn": 1}


def test_a_small_object_asks_for_little_memory(engine: Engine) -> None:
    asked: list[int] = []
    file, session = BytesIO(TEXT[:20_000].encode()), engine.session()

    def readinto(buffer: memoryview) -> int:
        asked.append(len(buffer))
        return file.readinto(buffer)

    while session.read(readinto):
        pass
    assert sum(asked[:2]) <= 64 * 1024


def test_the_buffer_keeps_what_was_not_forgotten() -> None:
    buffer = TextBuffer(b"\n", 100_000)
    written = b"\n"
    for number in range(300):
        piece = bytes([number % 256]) * (number * 7 % 1000)
        buffer.room(1000)[: len(piece)] = piece
        buffer.grow(len(piece))
        written += piece
        if number % 3 == 0:
            gone = len(written) // 2
            buffer.forget(gone)
            written = written[gone:]
        assert buffer.view() == written
        assert len(buffer) == len(written)


def test_the_buffer_moves_no_more_once_it_has_grown() -> None:
    buffer = TextBuffer(b"", 100_000)
    buffer.add(bytes(90_000))
    first = buffer.view()
    buffer.forget(90_000)
    buffer.add(b"\x01" * 100_000)
    assert first.tobytes() == b"\x01" * 90_000


@pytest.mark.parametrize("size", [0, 10, len(TEXT.encode()), 10_000_000, None])
def test_a_size_that_is_wrong_changes_nothing(small: Engine, size: int | None) -> None:
    file, session = BytesIO(TEXT.encode()), small.session(size=size)
    while session.read(file.readinto):
        pass
    assert session.finish() == scan(small, TEXT.encode())


def test_what_is_expected_takes_no_more_memory_than_it_must() -> None:
    buffer = TextBuffer(b"\n", 100_000, 5000)
    memory = buffer.room(5000).obj
    buffer.grow(5000)
    assert buffer.ready() >= 1
    assert buffer.room(min(buffer.ready(), 3000)).obj is memory
    assert len(memoryview(memory)) < 10_000
