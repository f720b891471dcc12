"""The scanner: ``python -m bucketsieve.scanning``, one worker process for each core. See ``supervisor``."""

import logging
import os
import signal
import sys

from bucketsieve.observability import logger
from bucketsieve.scanning.cores import usable_cores
from bucketsieve.scanning.privacy import forbid_core_dumps
from bucketsieve.scanning.protection import AGENT_VARIABLE, protect_long_work
from bucketsieve.scanning.supervisor import Supervisor
from bucketsieve.settings import ScannerSettings

#: What a worker may take beyond its time to shut down.
_GRACE_SECONDS = 5


def main() -> int:
    """Run workers until SIGTERM or SIGINT; return the exit status."""
    forbid_core_dumps()
    settings = ScannerSettings()
    supervisor = Supervisor(
        [sys.executable, "-m", "bucketsieve.scanning.worker"],
        processes=settings.processes or usable_cores(),
        silence_seconds=settings.lease_seconds,
        stop_seconds=settings.shutdown_seconds + _GRACE_SECONDS,
        tell=protect_long_work(os.environ.get(AGENT_VARIABLE)),
    )
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: supervisor.stop())
    status = supervisor.run()
    logger.info("ended", extra={"status": status})
    logging.shutdown()
    return status


if __name__ == "__main__":
    sys.exit(main())
