"""One process of the scanner: ``python -m bucketsieve.scanning.worker``. SIGTERM ends it with status 0.

With a file descriptor as its argument, it writes a byte to it every second, for a supervisor that wants to know that it
lives.
"""

import contextlib
import gc
import io
import logging
import os
import signal
import sys
import time
from threading import Thread
from typing import TYPE_CHECKING, Final

from bucketsieve import bootstrap
from bucketsieve.observability import logger
from bucketsieve.scanning.privacy import die_with_parent, forbid_core_dumps
from bucketsieve.scanning.pulse import IDLE, IN_LONG_WORK
from bucketsieve.scanning.safe_errors import hide_error_texts
from bucketsieve.scanning.service import ObjectHangsError, Scanner

if TYPE_CHECKING:
    from bucketsieve.scanning.dialogue import MakeEngine

_PULSE_SECONDS: Final = 1.0


def main(make_engine: "MakeEngine | None" = None) -> None:
    """Run a scanner until SIGTERM or SIGINT, with the given engine or that of the whole catalogue."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: os._exit(0))  # nothing is in flight while the engine compiles
    forbid_core_dumps()
    hide_error_texts()
    supervised = len(sys.argv) > 1
    if supervised:
        die_with_parent()
    # Each line is an event of its own to whoever collects them.
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(line_buffering=True)
    scanner = bootstrap.scanner(make_engine)
    gc.freeze()  # all of this lives as long as the process, and the collector need not walk it again and again
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: scanner.stop())
    if supervised:
        Thread(target=_beat, args=(int(sys.argv[1]), scanner), name="pulse", daemon=True).start()
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


def _beat(descriptor: int, scanner: Scanner) -> None:
    """Show that this process gets to run Python: an object can hold the interpreter, and all threads with it."""
    with contextlib.suppress(BrokenPipeError):
        while True:
            os.write(descriptor, IN_LONG_WORK if scanner.in_long_work else IDLE)
            time.sleep(_PULSE_SECONDS)


if __name__ == "__main__":
    main()
