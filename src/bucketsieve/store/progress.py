"""Refreshes the materialized view of all jobs' progress."""

from typing import Final

from bucketsieve.store.database import Transaction

#: Any constant will do; this one spells "sieve" in ASCII.
_REFRESH_LOCK: Final = 0x7369657665

TRY_REFRESH_LOCK: Final = "SELECT pg_try_advisory_xact_lock(:key) AS locked"

#: A function of the owner's, who alone may refresh a view.
REFRESH: Final = "SELECT refresh_job_progress()"


def refresh_progress(tx: Transaction) -> bool:
    """Refresh the view; false where another refresh is at it, which is left to finish."""
    lock = tx.row(TRY_REFRESH_LOCK, key=_REFRESH_LOCK)
    if lock is None or not lock["locked"]:
        return False
    tx.execute(REFRESH)
    return True
