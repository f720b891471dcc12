"""Formats that are known by their first bytes, and whose text, if any, cannot be read as it lies in the file.

Only what the look of the bytes alone could take for text has to be here; the rest is here because a name is cheaper and
surer than a guess. Source of the signatures: the formats' own specifications, as collected by file(1).
"""

from typing import Final

_SIGNATURES: Final = (
    # Documents
    b"%PDF-",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",  # OLE2: old Office formats, Outlook messages
    # Archives and compressed streams
    b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08",  # zip, and all that is one: Office, jar, apk
    b"\x1f\x8b",  # gzip
    b"BZh",
    b"\xfd7zXZ\x00",
    b"\x28\xb5\x2f\xfd",  # zstd
    b"\x04\x22\x4d\x18",  # lz4
    b"7z\xbc\xaf\x27\x1c",
    b"Rar!\x1a\x07",
    b"!<arch>\n",  # ar, deb
    b"MSCF",
    b"\xff\x06\x00\x00sNaPpY",
    # Tables
    b"PAR1", b"PARE",  # Parquet
    b"Obj\x01",  # Avro
    b"ORC",
    b"ARROW1",
    b"SQLite format 3\x00",
    b"\x89HDF\r\n\x1a\n",
    # Images, sound, video, fonts
    b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"II*\x00", b"MM\x00*", b"8BPS",
    b"RIFF", b"OggS", b"fLaC", b"ID3", b"\x1aE\xdf\xa3", b"wOFF", b"wOF2", b"\x00\x01\x00\x00\x00", b"OTTO\x00",
    # Programs
    b"\x7fELF", b"MZ\x90\x00", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\xfe\xed\xfa\xcf", b"\x00asm",
    # Encrypted
    b"age-encryption.org/", b"Salted__",
)  # fmt: skip

#: A tar's first header has its mark after name, mode, owner, size, time, checksum and link (POSIX ustar).
_TAR_MARK: Final = b"ustar"
_TAR_MARK_AT: Final = 257
#: ISO base media (mp4, mov, heic): a box length, then ``ftyp``.
_MEDIA_MARK: Final = b"ftyp"
_MEDIA_MARK_AT: Final = 4


def is_binary_format(head: bytes) -> bool:
    """Whether the first bytes of an object are those of a known container or binary format."""
    return (
        head.startswith(_SIGNATURES)
        or head.startswith(_TAR_MARK, _TAR_MARK_AT)
        or head.startswith(_MEDIA_MARK, _MEDIA_MARK_AT)
    )
