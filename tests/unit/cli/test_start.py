"""A scan of a small file takes little longer than its start, which loads what the file needs and nothing else."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

#: Libraries and packages that each take as long to load as a small file takes to scan.
SLOW = ("boto3", "botocore", "concurrent.futures", "importlib.metadata", "multiprocessing", "obstore", "phonenumbers",
        "pydantic", "re2", "rich", "stdnum", "tomllib")  # fmt: skip
PROGRAM = """
import sys
from bucketsieve.cli import main
assert main(sys.argv[1:]) == 0
print(*sorted(sys.modules), file=sys.stderr)
"""


#: What decides in place of nearly all validators cannot be loaded.
WITHOUT_EXTENSION = 'import sys; sys.modules["bucketsieve.detect.native._core"] = None'


def loaded_by(*arguments: str, program: str = PROGRAM) -> set[str]:
    """The modules that a command has loaded, in a process of its own."""
    command = [sys.executable, "-c", program, *arguments]
    return set(subprocess.run(command, capture_output=True, text=True, check=True).stderr.split())


@pytest.fixture
def small(tmp_path: Path) -> Path:
    file = tmp_path / "small.txt"
    file.write_text("Jane's SSN is 536-22-8726.\n")
    # Whoever fills the cache loads everything.
    loaded_by("scan", "--format", "jsonl", str(file))
    return file


def test_a_scan_loads_no_library_that_its_text_does_not_need(small: Path) -> None:
    loaded = loaded_by("scan", "--format", "jsonl", str(small))

    assert not loaded & set(SLOW)
    assert "bucketsieve.detect.validators.phones" not in loaded


def test_a_scan_loads_vectorscan_only_without_the_extension(small: Path) -> None:
    loaded = loaded_by("scan", "--format", "jsonl", str(small))

    assert ("hyperscan" in loaded) != ("bucketsieve.detect.native._core" in loaded)


def test_a_validator_brings_the_library_it_needs(small: Path) -> None:
    command, program = ("scan", "--format", "jsonl", str(small)), WITHOUT_EXTENSION + PROGRAM
    loaded_by(*command, program=program)  # fills the cache, which loads everything
    assert "stdnum" not in loaded_by(*command, program=program)
    small.write_text("VAT: DE183354257\n")

    loaded = loaded_by(*command, program=program)

    assert "stdnum" in loaded
    assert not loaded & {"phonenumbers", "pydoc", "ssl"}


def test_a_value_on_which_the_plan_rules_brings_none(small: Path) -> None:
    pytest.importorskip("bucketsieve.detect.native._core", reason="NO EXTENSION, so Python decides")
    small.write_text("call me: +33 6 12 34 56 78, Telefon 044 482 93 75, IMSI 262011482937510\n")

    assert not loaded_by("scan", "--format", "jsonl", str(small)) & {"phonenumbers", "stdnum"}


def test_who_waits_for_the_detectors_is_told_so_once(small: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-c", PROGRAM, "scan", "--detectors", "us_ssn", str(small)]
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache")}

    first, second = (
        subprocess.run(command, capture_output=True, text=True, check=True, env=environment).stderr for _ in range(2)
    )

    assert first.count("compiling detectors") == 1
    assert "compiling" not in second
