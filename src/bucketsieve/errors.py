"""The tree of errors: what is worth another try, and what is not."""

from bucketsieve.reasons import Reason


class BucketSieveError(Exception):
    """Every error this package raises on purpose. Its text never holds content of an object."""


class TransientError(BucketSieveError):
    """Worth another try: a timeout, a throttle, a database that fails over.

    Never subclassed: the state machine's ``Retry`` matches errors by this very name.
    """


class PermanentError(BucketSieveError):
    """Not worth another try: the input, a permission or the object itself has to change first."""


class RecordError(BucketSieveError):
    """The database refused a statement in a way that another try does not cure: a mistake of this package.

    The server's own words may quote a row's keys and values. The text has none of them, only the ``sqlstate`` and the
    name of the ``constraint``, where there is one.
    """

    def __init__(self, sqlstate: str, constraint: str | None = None) -> None:
        of_constraint = f", constraint {constraint}" if constraint else ""
        super().__init__(f"the database refused a statement: SQLSTATE {sqlstate or 'unknown'}{of_constraint}")
        self.sqlstate = sqlstate
        self.constraint = constraint


class InvalidRequestError(PermanentError):
    """The caller sent something that cannot be understood; the text says what to send instead."""


class NotFoundError(PermanentError):
    """A job that does not exist."""


class IdempotencyConflictError(PermanentError):
    """An ``Idempotency-Key`` was used before with another request body."""


class ConflictError(PermanentError):
    """The job is in a state in which what was asked makes no sense; the text says which."""


class BucketError(PermanentError):
    """The bucket as a whole cannot be listed.

    ``reason`` is ``NO_SUCH_BUCKET_AVAILABLE`` or ``PERMISSION_DENIED``; the text begins with it, for the text is all
    that a state machine hands on of an error.
    """

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(f"{reason}: {message}")
        self.reason = reason


class ObjectError(PermanentError):
    """One object cannot be read; ``reason`` becomes its reason in the ledger."""

    def __init__(self, reason: Reason, message: str = "") -> None:
        super().__init__(message or reason.value)
        self.reason = reason


class LeaseLostError(PermanentError):
    """Another worker took the chunk over, or the job was cancelled: this attempt may write nothing more."""


class MessageError(PermanentError):
    """A queue message that this version cannot understand; it is left for the dead-letter queue."""
