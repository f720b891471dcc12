"""The application, deployed from a copy of the project that tests may change."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from local.stack import LocalStack

from tests.conftest import PROJECT

#: Kept from one run to the next, so that only what changed is built again.
DIRECTORY: Final = PROJECT / ".local" / "e2e"

_SOURCES: Final = ("functions", "infra", "src", "sql", "statemachine", "events", "template.yaml", "samconfig.toml")
_NOT_COPIED: Final = shutil.ignore_patterns("__pycache__", "*.pyc")


@pytest.fixture(scope="session")
def project() -> Path:
    """Return a copy of what SAM builds and deploys."""
    copy = DIRECTORY / "project"
    copy.mkdir(parents=True, exist_ok=True)
    for name in _SOURCES:
        source, target = PROJECT / name, copy / name
        if source.is_dir():
            shutil.rmtree(target, ignore_errors=True)
            shutil.copytree(source, target, ignore=_NOT_COPIED)
        else:
            shutil.copy2(source, target)
    return copy


@pytest.fixture(scope="session")
def stack(project: Path) -> Iterator[LocalStack]:
    """Bring the whole stack up once."""
    with LocalStack(directory=DIRECTORY, project=project, workers=1) as stack:
        yield stack
