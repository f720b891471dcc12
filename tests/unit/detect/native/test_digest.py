"""The digest by which a plan's damage is told."""

import random

import pytest

core = pytest.importorskip("bucketsieve.detect.native._core")


def test_any_change_of_a_byte_shows() -> None:
    rng = random.Random(1)
    for size in (1, 7, 8, 63, 64, 65, 200):
        data = bytearray(rng.randbytes(size))
        before = core.digest(data)
        assert len(before) == 8
        for place in range(size):
            for bit in range(8):
                data[place] ^= 1 << bit
                assert core.digest(data) != before
                data[place] ^= 1 << bit
        assert core.digest(bytes(data)) == before


def test_what_is_cut_lengthened_or_moved_shows() -> None:
    data = random.Random(2).randbytes(512)
    zeros = [core.digest(bytes(size)) for size in range(300)]
    assert len(set(zeros)) == len(zeros)
    others = [data[:-1], data + b"\0", data[64:] + data[:64], data[8:16] + data[:8] + data[16:], data[::-1], data[:256]]
    assert len({core.digest(each) for each in (data, *others)}) == 7
