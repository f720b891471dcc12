"""The scanner on a disk that takes no byte: ``python -m tests.faults.disk.scanner``.

As on a full one, or in a container with a read-only root: whoever writes to a file, here or in a child, is told so.
"""

import resource
import sys
import tempfile

from tests.faults.poison.scanner import main


def prove() -> None:
    """End with an error if a file can be written to anywhere."""
    try:
        tempfile.gettempdir()  # it writes to what it returns
    except FileNotFoundError:
        return
    sys.exit("the disk takes bytes")


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    prove()
    sys.exit(main())
