"""docs/security.md names code and tests that exist."""

import re
from typing import Final

import pytest

from tests.conftest import PROJECT

TEXT: Final = (PROJECT / "docs" / "security.md").read_text()
TESTS: Final = sorted(set(re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", TEXT)))
#: Files by their path in the project or, shorter, in the package.
CODE: Final = sorted(set(re.findall(r"`((?!tests/)[\w/]+\.(?:py|sql|yaml|json))`", TEXT)))


@pytest.mark.parametrize(("path", "name"), TESTS)
def test_a_test_that_is_named_exists(path: str, name: str) -> None:
    assert f"\ndef {name}(" in (PROJECT / path).read_text() if name else (PROJECT / path).exists()


@pytest.mark.parametrize("path", CODE)
def test_code_that_is_named_exists(path: str) -> None:
    assert (PROJECT / path).exists() or (PROJECT / "src" / "bucketsieve" / path).exists()


def test_every_risk_of_the_list_has_an_answer() -> None:
    for number in range(1, 11):
        [row] = re.findall(rf"^\| API{number} .*", TEXT, re.MULTILINE)
        assert "`tests/" in row
