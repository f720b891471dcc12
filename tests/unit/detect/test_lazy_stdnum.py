"""The library's modules are loaded without what no validator needs."""

import subprocess
import sys

SCRIPT = """
import sys
from bucketsieve.detect.validators.lazy_stdnum import stdnum

assert stdnum("fr.nir").is_valid("2 95 10 99 126 111 93")
assert not {"pydoc", "ssl"} & set(sys.modules), "loaded"

import pydoc, ssl
from stdnum import util

assert util.pydoc is not pydoc and util.pydoc.getdoc is pydoc.getdoc
assert util.ssl.SSLContext is ssl.SSLContext
"""


def test_a_module_is_loaded_without_what_only_help_and_web_services_need() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
