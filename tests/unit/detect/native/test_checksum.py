"""The checksum of what is kept is XXH64."""

import random

import pytest

_core = pytest.importorskip("bucketsieve.detect.native._core", reason="the C extension is not built")

_BITS = 1 << 64
_PRIMES = (
    0x9E3779B185EBCA87,
    0xC2B2AE3D27D4EB4F,
    0x165667B19E3779F9,
    0x85EBCA77C2B2AE63,
    0x27D4EB2F165667C5,
)


def turned(value: int, bits: int) -> int:
    return (value << bits | value >> 64 - bits) % _BITS


def mixed(total: int, lane: int) -> int:
    return turned((total + lane * _PRIMES[1]) % _BITS, 31) * _PRIMES[0] % _BITS


def expected(data: bytes) -> int:
    """By the specification, for a seed of 0."""
    one, two, three, four, five = _PRIMES
    total, place = five, 0
    if len(data) >= 32:
        sums = [one + two, two, 0, -one]
        while place + 32 <= len(data):
            sums = [
                mixed(each % _BITS, int.from_bytes(data[place + 8 * lane :][:8], "little"))
                for lane, each in enumerate(sums)
            ]
            place += 32
        total = sum(turned(each, bits) for each, bits in zip(sums, (1, 7, 12, 18), strict=True)) % _BITS
        for each in sums:
            total = ((total ^ mixed(0, each)) * one + four) % _BITS
    total = (total + len(data)) % _BITS
    for size, turn, factor, more in ((8, 27, one, four), (4, 23, two, three), (1, 11, one, 0)):
        while place + size <= len(data):
            read = int.from_bytes(data[place : place + size], "little")
            read = mixed(0, read) if size == 8 else read * (one if size == 4 else five) % _BITS
            total = (turned(total ^ read, turn) * factor + more) % _BITS
            place += size
    for shift, factor in ((33, two), (29, three), (32, 1)):
        total = (total ^ total >> shift) * factor % _BITS
    return total


@pytest.mark.parametrize(
    ("data", "checksum"),
    [
        (b"", "ef46db3751d8e999"),
        (b"a", "d24ec4f1a98c6e5b"),
        (b"abc", "44bc2cf5ad770999"),
        (b"Nobody inspects the spammish repetition", "fbcea83c8a378bf1"),
    ],
)
def test_published_checksums(data: bytes, checksum: str) -> None:
    assert _core.xxh64(data).hex() == checksum
    assert expected(data) == int(checksum, 16)


def test_checksums_of_all_lengths() -> None:
    rng = random.Random(1)
    for size in (*range(140), 1_000, 4_099):
        data = rng.randbytes(size)
        assert int.from_bytes(_core.xxh64(memoryview(data))) == expected(data), size
