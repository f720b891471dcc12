"""The scanner's process: ``python -m bucketsieve.scanning``. It ends with status 0 when it is told to by SIGTERM."""

import io
import logging
import os
import resource
import signal
import sys

from bucketsieve import bootstrap
from bucketsieve.observability import logger
from bucketsieve.scanning.service import ObjectHangsError


def main() -> None:
    """Run the scanner until SIGTERM or SIGINT."""
    # The memory of this process holds content of objects.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # Each line is an event of its own to whoever collects them.
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(line_buffering=True)
    scanner = bootstrap.scanner()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: scanner.stop())
    logger.info("scanning")
    status = 0
    try:
        scanner.run()
    except ObjectHangsError:
        status = 1
    logging.shutdown()
    sys.stdout.flush()
    # A thread that hangs would hold the interpreter's own exit back.
    os._exit(status)


if __name__ == "__main__":
    main()
