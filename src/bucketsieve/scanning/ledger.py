"""The record as the scanner writes it, each method a transaction of its own."""

from collections.abc import Sequence
from typing import Protocol

from bucketsieve.faults import maybe_crash
from bucketsieve.models import ChunkMessage, ChunkState, ClaimedChunk, ClaimedObject, ObjectResult
from bucketsieve.store import chunks, jobs
from bucketsieve.store.database import Database


class ChunkLedger(Protocol):
    """What the scanner writes. All of it raises ``TransientError`` where the record stays away."""

    def claim(self, nudge: ChunkMessage) -> ClaimedChunk | ChunkState | None:
        """Take the chunk; else say its state, or ``None`` where there is no such chunk."""
        ...

    def hold(self, chunk: ClaimedChunk) -> None:
        """Renew the lease, in a single try. Raises ``LeaseLostError`` where it is gone."""
        ...

    def mark_attempt(self, chunk: ClaimedChunk, claimed: ClaimedObject) -> None:
        """Note that an object is about to be tried alone. Raises ``LeaseLostError``."""
        ...

    def forgive_attempt(self, chunk: ClaimedChunk, claimed: ClaimedObject) -> None:
        """Take a try alone back that ended without an outcome, but in good order. Raises ``LeaseLostError``."""
        ...

    def settle(self, chunk: ClaimedChunk, results: Sequence[ObjectResult]) -> bool:
        """Write results; true when the whole chunk is done. Raises ``LeaseLostError``, and has written nothing then."""
        ...

    def release(self, chunk: ClaimedChunk, *, troubled: bool) -> None:
        """Give an unfinished chunk back in good order; ``troubled`` where S3 did not deliver some of it."""
        ...


class DatabaseLedger:
    """``ChunkLedger`` in PostgreSQL."""

    def __init__(self, database: Database, *, lease_seconds: int) -> None:
        self._database = database
        self._lease_seconds = lease_seconds

    def claim(self, nudge: ChunkMessage) -> ClaimedChunk | ChunkState | None:
        """Take the chunk; see ``ChunkLedger``."""
        return self._database.run(lambda tx: chunks.claim(tx, nudge.job_id, nudge.chunk_no, self._lease_seconds))

    def hold(self, chunk: ClaimedChunk) -> None:
        """Renew the lease; see ``ChunkLedger``."""
        with self._database.transaction() as tx:
            chunks.extend_lease(tx, chunk, self._lease_seconds)

    def mark_attempt(self, chunk: ClaimedChunk, claimed: ClaimedObject) -> None:
        """Note a try alone; see ``ChunkLedger``."""
        self._database.run(lambda tx: chunks.mark_attempt(tx, chunk, claimed))

    def forgive_attempt(self, chunk: ClaimedChunk, claimed: ClaimedObject) -> None:
        """Take a try alone back; see ``ChunkLedger``."""
        self._database.run(lambda tx: chunks.forgive_attempt(tx, chunk, claimed))

    def settle(self, chunk: ClaimedChunk, results: Sequence[ObjectResult]) -> bool:
        """Write results; see ``ChunkLedger``."""
        done = self._database.run(lambda tx: chunks.settle(tx, chunk, results))
        maybe_crash("after_settle")
        if done:
            # After the COMMIT: of two workers with the last two chunks, the later one then sees both.
            self._database.run(lambda tx: jobs.close_job(tx, chunk.job_id))
        return done

    def release(self, chunk: ClaimedChunk, *, troubled: bool) -> None:
        """Give the chunk back; see ``ChunkLedger``."""
        self._database.run(lambda tx: chunks.release(tx, chunk, troubled=troubled))
