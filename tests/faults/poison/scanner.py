"""The scanner, supervised, with an engine that can be poisoned: ``python -m tests.faults.poison.scanner``."""

import resource
import signal
import sys
from typing import Final

from bucketsieve.scanning import worker
from bucketsieve.scanning.privacy import forbid_core_dumps
from bucketsieve.scanning.supervisor import Supervisor
from bucketsieve.settings import ScannerSettings
from tests.faults.poison.engine import make_poisoned_engine

#: Stands for the memory of the container: an object that eats it may not eat the machine's.
_ADDRESS_SPACE: Final = 6 * 1024**3


def main() -> int:
    """Be a worker if a supervisor says so, else the supervisor of one."""
    if len(sys.argv) > 1:
        resource.setrlimit(resource.RLIMIT_AS, (_ADDRESS_SPACE, _ADDRESS_SPACE))
        worker.main(make_poisoned_engine)
    forbid_core_dumps()
    supervisor = Supervisor(
        [sys.executable, "-m", "tests.faults.poison.scanner"],
        processes=1,
        silence_seconds=ScannerSettings().lease_seconds,
        stop_seconds=30,
    )
    signal.signal(signal.SIGTERM, lambda _number, _frame: supervisor.stop())
    return supervisor.run()


if __name__ == "__main__":
    sys.exit(main())
