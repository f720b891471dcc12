"""What an object is, is told by its content; its name only adds to that."""

import bz2
import codecs
import gzip
import hashlib
import io
import lzma
import struct
import tarfile
import wave
import zipfile
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bucketsieve.extract import SNIFF_BYTES, TextFormat, sniff
from bucketsieve.extract.binary import is_binary_format

LOG = "2026-01-02T03:04:05Z INFO user=ana@example.com took 12 ms\n" * 200
GERMAN = "Größe: fünf Fässer Öl für Jürgen Müßig, Straße 7\n" * 100
RUSSIAN = "Съешь же ещё этих мягких французских булок\n" * 100
JAPANESE = "吾輩は猫である。名前はまだ無い。どこで生れたか頓と見当がつかぬ。\n" * 100
NOISE = hashlib.shake_256(b"noise").digest(SNIFF_BYTES)


def encoding_of(content: bytes, key: str = "data") -> str | None:
    text = sniff(content[:SNIFF_BYTES], key)
    return text.encoding if text else None


def tar() -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        member = tarfile.TarInfo("notes.txt")
        member.size = len(LOG)
        archive.addfile(member, io.BytesIO(LOG.encode()))
    return buffer.getvalue()


def zipped() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("notes.txt", LOG)
    return buffer.getvalue()


def wav() -> bytes:
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8_000)
        sound.writeframes(b"\x10\x00" * 4_000)
    return buffer.getvalue()


def png() -> bytes:
    def box(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 16, 16, 8, 2, 0, 0, 0)
    pixels = zlib.compress(bytes(16 * (1 + 16 * 3)))
    return b"\x89PNG\r\n\x1a\n" + box(b"IHDR", header) + box(b"IDAT", pixels) + box(b"IEND", b"")


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (LOG.encode(), "utf-8"),
        (GERMAN.encode(), "utf-8"),
        (JAPANESE.encode(), "utf-8"),
        (LOG.encode("utf-8-sig"), "utf-8"),
        (b"\n", "utf-8"),
        (b"a", "utf-8"),
        (GERMAN.encode("latin-1"), "latin-1"),
        (RUSSIAN.encode("cp1251"), "latin-1"),
        (RUSSIAN.encode("koi8-r"), "latin-1"),
        (JAPANESE.encode("shift-jis"), "latin-1"),
        (JAPANESE.encode("euc-jp"), "latin-1"),
        (LOG.encode("utf-16"), "utf-16-le"),
        (codecs.BOM_UTF16_BE + RUSSIAN.encode("utf-16-be"), "utf-16-be"),
        (LOG.encode("utf-32"), "utf-32-le"),
        (codecs.BOM_UTF32_BE + JAPANESE.encode("utf-32-be"), "utf-32-be"),
        (LOG.encode("utf-16-le"), "utf-16-le"),
        (LOG.encode("utf-16-be"), "utf-16-be"),
        (GERMAN.encode("utf-16-le"), "utf-16-le"),
        (LOG.encode("utf-32-le"), "utf-32-le"),
        (LOG.encode("utf-32-be"), "utf-32-be"),
    ],
)
def test_text_is_known_by_its_bytes(content: bytes, encoding: str) -> None:
    assert encoding_of(content) == encoding


@pytest.mark.parametrize(
    "content",
    [
        "\x01".join(["ana", "078-05-1120", "Berlin"]).encode() * 200,  # a Hive table
        b"\x00" * 2_000 + LOG.encode() * 2,  # a log that was truncated while it was written
        b"first\x00second record\x00" * 100,  # as find -print0 writes
        LOG.encode().replace(b"took", b"\xfftook", 3),  # a few broken bytes
        b"\x1b[32mgreen\x1b[0m plain\n" * 100,  # a terminal's colours
    ],
)
def test_text_with_odd_characters_is_still_text(content: bytes) -> None:
    assert encoding_of(content) is not None


@pytest.mark.parametrize(
    "content",
    [
        NOISE,
        bytes(SNIFF_BYTES),
        gzip.compress(LOG.encode()),
        bz2.compress(LOG.encode()),
        lzma.compress(LOG.encode()),
        zlib.compress(NOISE),
        zipped(),
        tar(),
        wav(),
        png(),
        b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n" * 50,
        b"\x00\x00\x00\x20ftypisom" + NOISE,
        b"PAR1" + LOG.encode(),
        b"SQLite format 3\x00" + bytes(100) + LOG.encode(),
        b"\x7fELF\x02\x01\x01" + bytes(64),
    ],
)
def test_a_binary_is_no_text_whatever_its_name_says(content: bytes) -> None:
    assert encoding_of(content, "notes.txt") is None


def test_a_character_cut_by_the_end_of_the_head_is_not_broken() -> None:
    content = ("a" + "é" * SNIFF_BYTES).encode()

    assert encoding_of(content[:SNIFF_BYTES]) == "utf-8"


@pytest.mark.parametrize(
    ("content", "key", "media_type"),
    [
        (b"id,name\n1,ana\n", "a/people.csv", "text/csv"),
        (b"id,name\n1,ana\n", "a/PEOPLE.CSV", "text/csv"),
        (b'{"id": 1}\n{"id": 2}\n', "events.jsonl", "application/x-ndjson"),
        (b'  [{"id": 1}]', "no-suffix", "application/json"),
        (b"[default]\nregion = eu-central-1\n", ".aws/config", "text/plain"),
        (b"[2026-01-02] started\n", "app.log", "text/plain"),
        (b"not json at all", "liar.json", "text/plain"),
        (b"<?xml version='1.0'?><a/>", "feed", "application/xml"),
        (b"key: value\n", "values.yml", "application/yaml"),
    ],
)
def test_the_media_type_is_told_by_content_and_name(content: bytes, key: str, media_type: str) -> None:
    assert sniff(content, key) == TextFormat("utf-8", media_type)


@given(st.binary(max_size=300), st.text(max_size=20))
def test_any_bytes_under_any_key_get_an_answer(content: bytes, key: str) -> None:
    text = sniff(content, key)

    if text is not None:
        content.decode(text.encoding, "replace")


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=300))
def test_utf8_without_control_characters_is_always_text(text: str) -> None:
    content = text.encode()

    assert sniff(content, "data") is not None or is_binary_format(content)
