"""What was compiled once is kept, and nothing that somebody else may have written is loaded."""

import os
import pickle
import time
from collections.abc import Buffer, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event

import pytest

from bucketsieve.detect.cache import Cache, sources_digest
from bucketsieve.detect.catalogue import Catalogue, load, load_catalogue

NOBODY = 65534


class Maker:
    """Makes a value, and counts how often."""

    def __init__(self, value: bytes = b"compiled") -> None:
        self.value, self.calls = value, 0

    def __call__(self) -> bytes:
        self.calls += 1
        return self.value


def kept(folder: Path) -> Path:
    """The one file with a value."""
    (file,) = (each for each in folder.iterdir() if each.suffix != ".lock")
    return file


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "some" / "cache")


def test_a_value_is_made_once(cache: Cache) -> None:
    make = Maker()

    assert [cache.get("key", make), cache.get(b"key", make), Cache(cache.folder).get("key", make)] == [b"compiled"] * 3
    assert make.calls == 1
    assert cache.folder.stat().st_mode & 0o777 == 0o700


def test_another_process_can_be_given_the_cache(cache: Cache) -> None:
    cache.get("key", Maker(b"kept"))

    given = pickle.loads(pickle.dumps(cache))  # noqa: S301  (what was dumped just now)

    assert given.get("key", Maker(b"made again")) == b"kept"


def test_who_waits_for_a_value_is_told_so(tmp_path: Path) -> None:
    announced = Maker()
    cache = Cache(tmp_path, announce=announced)

    for key in ("one", "one", "two"):
        cache.get(key, Maker())

    assert announced.calls == 2


def test_keys_do_not_share_values(cache: Cache) -> None:
    cache.get("one", Maker(b"1"))

    assert cache.get("two", Maker(b"2")) == b"2"
    assert cache.get("one", Maker(b"3")) == b"1"


def test_what_nobody_asked_for_in_a_month_is_removed(cache: Cache) -> None:
    cache.get("old", Maker(b"old"))
    cache.get("used", Maker(b"used"))
    month_ago = time.time() - 31 * 24 * 60 * 60
    (cache.folder / "thesis.txt").write_text("of somebody else")
    for each in cache.folder.iterdir():
        os.utime(each, (month_ago, month_ago))

    cache.get("used", Maker(b"made again"))
    cache.get("new", Maker(b"new"))

    assert len([each for each in cache.folder.iterdir() if len(each.name) == 64]) == 2
    assert (cache.folder / "thesis.txt").exists()
    assert len([each for each in cache.folder.iterdir() if each.suffix == ".lock"]) == 3
    assert cache.get("used", Maker(b"made again")) == b"used"
    assert cache.get("old", Maker(b"made again")) == b"made again"


def test_an_empty_value_is_a_value(cache: Cache) -> None:
    cache.get("key", Maker(b""))

    assert cache.get("key", Maker(b"other")) == b""


def test_who_asks_at_the_same_time_waits_for_who_was_first(cache: Cache) -> None:
    begun, go_on = Event(), Event()
    second = Maker(b"second")

    def first() -> bytes:
        begun.set()
        assert go_on.wait(60)
        return b"first"

    with ThreadPoolExecutor(2) as pool:
        one = pool.submit(cache.get, "key", first)
        assert begun.wait(60)
        other = pool.submit(cache.get, "key", second)
        go_on.set()
        assert (one.result(), other.result(), second.calls) == (b"first", b"first", 0)


def test_what_cannot_be_made_is_not_kept(cache: Cache) -> None:
    def fail() -> bytes:
        raise ValueError("no such expression")

    with pytest.raises(ValueError, match="no such expression"):
        cache.get("key", fail)
    assert cache.get("key", Maker()) == b"compiled"


def flip(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[-1] ^= 1
    file.write_bytes(data)


def swap(file: Path) -> None:
    Cache(file.parent.parent / "other").get("other", Maker(b"of another key"))
    file.write_bytes(kept(file.parent.parent / "other").read_bytes())


def link(file: Path) -> None:
    file.rename(file.parent.parent / "elsewhere")
    file.symlink_to(file.parent.parent / "elsewhere")


DAMAGE: list[Callable[[Path], object]] = [
    flip,
    swap,
    link,
    lambda file: file.write_bytes(b""),
    lambda file: file.write_bytes(file.read_bytes()[:-1]),
    lambda file: file.chmod(0o666),
]


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_file_that_is_not_as_it_was_written_is_made_anew(cache: Cache, damage: Callable[[Path], object]) -> None:
    cache.get("key", Maker(b"old"))
    damage(kept(cache.folder))

    assert cache.get("key", Maker(b"new")) == b"new"
    assert cache.get("key", Maker(b"newer")) == b"new"


@pytest.mark.parametrize("mode", [0o770, 0o707, 0o1777])
def test_a_folder_that_others_may_write_to_is_not_used(cache: Cache, mode: int) -> None:
    cache.get("key", Maker(b"old"))
    cache.folder.chmod(mode)

    assert cache.get("key", Maker(b"new")) == b"new"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_a_folder_of_somebody_else_is_not_used(cache: Cache) -> None:
    cache.get("key", Maker(b"old"))
    os.chown(cache.folder, NOBODY, NOBODY)

    assert cache.get("key", Maker(b"new")) == b"new"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root becomes somebody else")
def test_a_folder_of_root_is_read_by_all() -> None:
    with TemporaryDirectory() as folder:  # where others get to, other than below `tmp_path`
        cache = Cache(Path(folder))
        cache.get("key", Maker(b"old"))
        cache.folder.chmod(0o755)
        kept(cache.folder).chmod(0o644)
        os.seteuid(NOBODY)
        try:
            assert cache.get("key", Maker(b"new")) == b"old"
            assert cache.get("another key", Maker(b"new")) == b"new"
        finally:
            os.seteuid(0)


def test_a_cache_that_cannot_be_is_none(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    assert Cache(tmp_path / "file").get("key", Maker()) == b"compiled"


def as_parsed(catalogue: Catalogue) -> Catalogue:
    """The catalogue without what is kept of its forms beside them."""
    detectors = (
        detector._replace(forms=tuple(form._replace(compiled=b"", digest="") for form in detector.forms))
        for detector in catalogue.detectors
    )
    return catalogue._replace(detectors=tuple(detectors), kept=False)


def test_a_kept_catalogue_is_the_parsed_one(cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    parsed = load_catalogue()
    assert as_parsed(load_catalogue(cache)) == parsed
    monkeypatch.setattr(load, "load_family", None)

    assert as_parsed(load_catalogue(cache)) == parsed


def test_a_digest_of_sources_depends_on_their_text(tmp_path: Path) -> None:
    (tmp_path / "one.py").write_text("1")
    before = sources_digest(tmp_path)
    (tmp_path / "one.py").write_text("2")

    assert sources_digest(tmp_path) != before
    assert sources_digest(tmp_path / "one.py") == sources_digest(tmp_path)


def test_a_value_may_be_told_by_a_digest_of_it(cache: Cache) -> None:
    def digest(value: Buffer) -> bytes:
        return bytes(value)[:1]

    cache.get_large("key", Maker(b"compiled"), digest)
    file = kept(cache.folder)
    file.write_bytes(file.read_bytes()[:-1] + b"s")

    assert cache.get_large("key", Maker(b"other"), digest) == b"compiles"
    assert cache.get("key", Maker(b"other")) == b"other"


@pytest.mark.parametrize("size", [4 * 1024 * 1024 + 1, 6 * 1024 * 1024])
def test_a_large_value_is_read_whole_and_only_to_be_read(cache: Cache, size: int) -> None:
    value = os.urandom(size)
    cache.get_large("key", Maker(value), bytes)

    found = memoryview(cache.get_large("key", Maker(b"other"), bytes))

    assert found == value
    assert found.readonly
    assert cache.get("key", Maker(b"other")) == value


@pytest.mark.parametrize("change", [-1, 1, 2 * 1024 * 1024])
def test_a_large_value_of_another_size_is_made_again(cache: Cache, change: int) -> None:
    value = os.urandom(5 * 1024 * 1024)
    cache.get_large("key", Maker(value), bytes)
    file = kept(cache.folder)
    os.truncate(file, file.stat().st_size + change)

    assert cache.get_large("key", Maker(b"other"), bytes) == b"other"
