import subprocess
import sys

import pytest

#: What only the scanner image and the command line install; a Lambda function that imports it does not start.
SCANNER_ONLY = {"hyperscan", "re2", "obstore", "phonenumbers", "stdnum", "rich"}


MODULES = ["bucketsieve.bootstrap", "bucketsieve.detect.catalogue", "bucketsieve.detect.model"]


@pytest.mark.parametrize("module", MODULES)
def test_what_a_function_imports_needs_nothing_of_the_scanner(module: str) -> None:
    code = f"import sys, {module}; print(*{{name.partition('.')[0] for name in sys.modules}})"

    imported = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split()

    assert SCANNER_ONLY.isdisjoint(imported)
