"""The extension is there wherever it could be built, in the build that the tests are meant for."""

import importlib
import os
import shutil
from pathlib import Path

import pytest


@pytest.mark.skipif(shutil.which("cc") is None, reason="NO COMPILER, so the C extension was NOT tested")
def test_the_extension_is_built_where_a_compiler_is() -> None:
    built = Path(importlib.import_module("bucketsieve.detect.native._core").__file__ or "")

    assert built.suffixes == [".abi3", ".so"]
    under = os.environ.get("BUCKETSIEVE_NATIVE_UNDER")
    assert under is None or built.is_relative_to(under)
