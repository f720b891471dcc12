"""The wheel, which the image is made of, holds every file of the package."""

from pathlib import Path
from typing import Final

import pytest
from setuptools import Distribution  # type: ignore[import-untyped]
from setuptools.command.build_py import build_py  # type: ignore[import-untyped]

from tests.conftest import PROJECT

#: Modules are found by themselves, and the extension is built.
NOT_DATA: Final = {".py", ".pyc", ".so"}


def test_no_file_of_the_package_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(PROJECT)
    distribution = Distribution()
    distribution.parse_config_files(["pyproject.toml"])
    build = build_py(distribution)
    build.ensure_finalized()

    packed = {Path(source, name) for _, source, _, names in build.get_data_files_without_manifest() for name in names}

    written = {path for path in Path("src/bucketsieve").rglob("*") if path.is_file() and path.suffix not in NOT_DATA}
    assert len(written) > 20
    assert written <= packed
