"""What may be told of an unexpected error: its type and where it was raised. Its text may hold content of an object."""

import sys
import threading
import traceback
from types import TracebackType
from typing import TYPE_CHECKING

from bucketsieve.observability import logger

if TYPE_CHECKING:
    from sys import UnraisableHookArgs


def describe(error: BaseException) -> dict[str, str]:
    """Return log fields for an error: ``error``, its type, and ``raised_at``, the innermost frames, outermost first."""
    frames = traceback.extract_tb(error.__traceback__)[-4:]
    return {
        "error": type(error).__name__,
        "raised_at": " > ".join(f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames),
    }


def hide_error_texts() -> None:
    """Let errors that nobody catches show their type and place alone: Python would print their text as well."""
    sys.excepthook = _tell
    threading.excepthook = _tell_of_thread
    sys.unraisablehook = _tell_of_unraisable


def _tell(_kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
    logger.critical("the process broke off", extra=describe(error))


def _tell_of_thread(ended: threading.ExceptHookArgs) -> None:
    if ended.exc_value is not None:
        logger.error("a thread broke off", extra=describe(ended.exc_value))


def _tell_of_unraisable(ignored: "UnraisableHookArgs") -> None:
    if ignored.exc_value is not None:
        logger.error("an error was ignored", extra=describe(ignored.exc_value))
