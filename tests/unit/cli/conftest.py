from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """One cache for all tests of the session, beside the user's."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "cache"))
    monkeypatch.delenv("BUCKETSIEVE_FINGERPRINT_KEY", raising=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two values in two files, an empty file, and one that is no text."""
    place = tmp_path / "files"
    (place / "deep").mkdir(parents=True)
    (place / "a.txt").write_text("Jane's SSN is 536-22-8726.\n")
    (place / "deep" / "b.csv").write_text("id,card\n1,4539148803436467\n")
    (place / "empty").write_bytes(b"")
    return place
