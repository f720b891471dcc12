"""What happens in the scanner's container before Python does."""

import os
import subprocess
from pathlib import Path

from tests.conftest import PROJECT


def test_the_image_starts_without_core_dumps(tmp_path: Path) -> None:
    python = tmp_path / "python"
    python.write_text('#!/bin/sh\necho "$@"\nulimit -S -c\nulimit -H -c\n')
    python.chmod(0o755)

    started = subprocess.run(
        ["/bin/sh", "containers/scanner/entrypoint.sh"],
        cwd=PROJECT,
        env={"PATH": f"{tmp_path}{os.pathsep}{os.defpath}"},
        check=True,
        capture_output=True,
        text=True,
    )

    assert started.stdout.splitlines() == ["-m bucketsieve.scanning", "0", "0"]
