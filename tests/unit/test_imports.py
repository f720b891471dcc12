import subprocess
import sys
from pathlib import Path

import pytest

#: What only the scanner image and the command line install; a Lambda function that imports it does not start.
SCANNER_ONLY = {"hyperscan", "re2", "obstore", "phonenumbers", "stdnum", "rich"}


MODULES = ["bucketsieve.bootstrap", "bucketsieve.detect.catalogue", "bucketsieve.detect.model"]


@pytest.mark.parametrize("module", MODULES)
def test_what_a_function_imports_needs_nothing_of_the_scanner(module: str) -> None:
    code = f"import sys, {module}; print(*{{name.partition('.')[0] for name in sys.modules}})"

    imported = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split()

    assert SCANNER_ONLY.isdisjoint(imported)


#: What takes as long to load as a tenth of the start of a small scan, or longer.
SLOW = {
    "dataclasses",
    "inspect",
    "shutil",
    "rich",
    "csv",
    "re2",
    "phonenumbers",
    "stdnum",
    "boto3",
    "concurrent.futures",
}


def test_a_scan_of_a_clean_file_loads_nothing_slow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "file").write_text("nothing here\n")
    code = "import sys; from bucketsieve.cli import main; status = main(sys.argv[1:]); print(status, *sys.modules)"
    command = [sys.executable, "-c", code, "scan", "--detectors", "us_ssn,email", str(tmp_path / "file")]

    for _ in range(2):  # the first fills the cache
        said = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()

    assert said[0] == "0"
    assert SLOW.isdisjoint(said)
