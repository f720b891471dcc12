"""Unit tests reach nothing outside the process."""

import pytest
from pytest_socket import disable_socket


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Make every network socket an error, in this directory's tests alone."""
    disable_socket(allow_unix_socket=True)
