"""Builds the demo's bucket: the same objects, byte for byte, for the same seed."""

import codecs
import struct
import unicodedata
import zlib
from collections.abc import Iterator, Sequence
from random import Random
from typing import Final

from bucketsieve.reasons import Outcome, Reason
from local.demo.background import ACCENTED_WORDS, Background
from local.demo.document import Document
from local.demo.formats import FORMATS, Group, Writer, app_log, csv_table, json_lines, prose, yaml_config
from local.demo.manifest import DemoObject, Manifest
from local.demo.samples import PUBLISHED_VALUES, SampleMaker

SEED: Final = 20261121
ORDINARY_OBJECTS: Final = 320
#: Readers take objects in pieces of this size; values that lie across its multiples show whether any is cut in two.
PIECE_BYTES: Final = 1024**2
LARGE_OBJECT_PIECES: Final = 20

#: Keys that are valid in S3 and break programs that treat them as paths, URLs, SQL or shell words.
STRANGE_KEYS: Final = (
    "null",
    "None",
    "with spaces/in the name.txt",
    " leading and trailing space ",
    "plus+sign.txt",
    "percent%.txt",
    "percent%20encoded%2Fslash.txt",
    "quotes 'single' \"double\".txt",
    "back\\slash.txt",
    "a//b.txt",
    "/leading/slash.txt",
    "dots/../up.txt",
    "./here.txt",
    "query?version=1&list-type=2#fragment.txt",
    "semi;colon,comma=equals$dollar.txt",
    "<angle>&ampersand;.txt",
    "tilde~star*bang!.txt",
    "control\tcharacter.txt",
    "line\nbreak.txt",
    "日本語/データ.txt",
    "emoji 🔍.txt",
    unicodedata.normalize("NFC", "composed/café.txt"),
    unicodedata.normalize("NFD", "composed/café.txt"),
    "'; DROP TABLE findings; --.txt",
)
_LONGEST_KEY_BYTES: Final = 1_000


def build_manifest(seed: int = SEED) -> Manifest:
    """Build every object of the bucket, and what a correct scan says about it."""
    corpus = _Corpus(Random(seed))  # noqa: S311  (content, not keys)
    return Manifest((*corpus.ordinary(), *corpus.strangely_named(), *corpus.encoded(), *corpus.special()))


class _Corpus:
    def __init__(self, random: Random) -> None:
        self._random = random
        self._background = Background(random)
        self._samples = SampleMaker(random)

    def ordinary(self) -> Iterator[DemoObject]:
        """Yield objects of all formats: with values and near-misses, with near-misses alone, or with neither."""
        for number in range(ORDINARY_OBJECTS):
            ending, writer = FORMATS[number % len(FORMATS)]
            moment = self._background.moment()
            key = f"{self._background.service()}/{moment:%Y/%m/%d}/{self._background.name()}-{number:04}.{ending}"
            yield self._object(key, Document(), writer, self._groups(), records=self._random.randint(20, 250))

    def strangely_named(self) -> Iterator[DemoObject]:
        """Yield small texts under keys that are easy to get wrong; each holds a value, so that a lost one is missed."""
        long_key = "long/" + "x" * (_LONGEST_KEY_BYTES - len("long/.txt")) + ".txt"
        for key in (*STRANGE_KEYS, long_key):
            yield self._object(key, Document(), prose, self._samples.planted(2), records=3)

    def encoded(self) -> Iterator[DemoObject]:
        """Yield texts whose bytes, characters and lines do not fall together."""
        background = Background(self._random, extra_words=ACCENTED_WORDS)
        variants = {
            "utf-8.txt": Document(),
            "utf-8 with bom.csv": Document(bom=codecs.BOM_UTF8),
            "utf-16 little endian.txt": Document(encoding="utf-16-le", bom=codecs.BOM_UTF16_LE),
            "utf-16 big endian.txt": Document(encoding="utf-16-be", bom=codecs.BOM_UTF16_BE),
            "latin-1.txt": Document(encoding="latin-1"),
            "crlf.txt": Document(newline="\r\n"),
            "crlf.csv": Document(newline="\r\n"),
            "utf-16 crlf.txt": Document(encoding="utf-16-le", bom=codecs.BOM_UTF16_LE, newline="\r\n"),
        }
        for name, document in variants.items():
            writer = csv_table if name.endswith(".csv") else prose
            groups = [*self._samples.planted(8), *self._samples.distracting(4)]
            yield self._object(f"encodings/{name}", document, writer, groups, records=30, background=background)

    def special(self) -> Iterator[DemoObject]:
        """Yield objects at the edges: not read, repeated values, a value at the first and last byte, a large one."""
        yield _skipped("special/empty.txt", b"", Reason.EMPTY_OBJECT)
        yield _skipped("special/folder/", b"", Reason.EMPTY_OBJECT)
        yield _skipped("special/picture.png", _png(self._random), Reason.UNSUPPORTED_FILE_TYPE)
        yield _skipped("special/picture named as text.txt", _png(self._random), Reason.UNSUPPORTED_FILE_TYPE)
        archived = self._object("special/archived.csv", Document(), csv_table, self._samples.planted(3), records=9)
        yield DemoObject(
            archived.key,
            archived.body,
            archived.planted,
            archived.near_misses,
            Outcome.SKIPPED,
            Reason.INVALID_OBJECT_STATE,
            storage_class="GLACIER",
        )
        yield self._published()
        yield self._repeated()
        yield self._bare()
        yield self._large()

    def _groups(self) -> Sequence[Group]:
        draw = self._random.random()
        if draw < 0.6:
            planted = self._samples.planted(self._random.randint(1, 6))
            groups = [*planted, *self._samples.distracting(self._random.randint(0, 4))]
        elif draw < 0.7:
            groups = [*self._samples.ambiguous(self._random.randint(1, 5))]
        elif draw < 0.85:
            groups = [*self._samples.distracting(self._random.randint(1, 8))]
        else:
            return []
        self._random.shuffle(groups)
        return groups

    def _object(
        self,
        key: str,
        document: Document,
        writer: Writer,
        groups: Sequence[Group],
        *,
        records: int,
        background: Background | None = None,
    ) -> DemoObject:
        writer(background or self._background, document, groups, records)
        return _scanned(key, document)

    def _published(self) -> DemoObject:
        """Return values that everybody knows: reported all the same, as test values."""
        groups = [(sample,) for sample in PUBLISHED_VALUES]
        return self._object("special/published test values.yaml", Document(), yaml_config, groups, records=12)

    def _repeated(self) -> DemoObject:
        """Return more occurrences of one value than a finding has places for: the count must still be exact."""
        groups = [self._samples.us_ssn()] * 45 + [self._samples.email()] * 30
        return self._object("special/repeated.jsonl", Document(), json_lines, groups, records=200)

    def _bare(self) -> DemoObject:
        """Return a text that begins and ends with a value, without an end of line."""
        (first,), (last,) = self._samples.email(), self._samples.us_ssn()
        return _scanned("special/first and last byte.txt", Document().put(first).write("\n").put(last))

    def _large(self) -> DemoObject:
        """Return a log of 20 MiB, most of it one block over and over, with values across the pieces it is read in."""
        block = Document()
        app_log(self._background, block, [], records=4_000)
        filler = block.body.decode()
        document = Document()
        for piece in range(1, LARGE_OBJECT_PIECES):
            (group,) = self._samples.planted(1)
            lead = f"{self._background.word()} {group[0].name}="
            edge = piece * PIECE_BYTES - len(group[0].value) // 2
            gap = edge - len(lead) - 1 - len(document)
            text = (filler * (gap // len(filler) + 1))[:gap]
            # Cut the filler at an end of line, so that no number is cut into one that could be reported.
            text = text[: text.rindex("\n") + 1]
            document.write(text + "#" * (gap - len(text)) + "\n" + lead).put(group[0])
            for sample in group[1:]:
                document.write(f" {sample.name}=").put(sample)
            document.write("\n")
        document.write(filler)
        return _scanned("special/large.log", document)


def _scanned(key: str, document: Document) -> DemoObject:
    return DemoObject(key, document.body, tuple(document.planted), tuple(document.near_misses))


def _skipped(key: str, body: bytes, reason: Reason) -> DemoObject:
    return DemoObject(key, body, outcome=Outcome.SKIPPED, reason=reason)


def _png(random: Random, side: int = 48) -> bytes:
    """Return a valid PNG picture (RFC 2083) of grey noise."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    # Not compressed, so that every version of zlib gives the same bytes.
    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    rows = b"".join(b"\0" + random.randbytes(side) for _ in range(side))
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(rows, level=0))
        + chunk(b"IEND", b"")
    )
