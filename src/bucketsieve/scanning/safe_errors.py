"""What may be told of an unexpected error: its type and where it was raised. Its text may hold content of an object."""

import traceback


def describe(error: BaseException) -> dict[str, str]:
    """Return log fields for an error: ``error``, its type, and ``raised_at``, the innermost frames, outermost first."""
    frames = traceback.extract_tb(error.__traceback__)[-4:]
    return {
        "error": type(error).__name__,
        "raised_at": " > ".join(f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames),
    }
