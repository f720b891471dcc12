"""What the queue gave up on, judged by the record: tried once more, or ended in the ledger with its reason."""

from enum import StrEnum
from typing import Final

from bucketsieve.errors import TransientError
from bucketsieve.models import ChunkMessage, ChunkState, Verdict
from bucketsieve.observability import logger
from bucketsieve.ports import ChunkQueue
from bucketsieve.reasons import Outcome, Reason
from bucketsieve.store.database import Database, Transaction
from bucketsieve.store.dead_letters import DeadChunk, lock_chunk
from bucketsieve.store.ending import end_chunk
from bucketsieve.store.jobs import close_job
from bucketsieve.store.listing import mark_enqueued

#: How often a chunk may be claimed. A suspect object is settled after its third try, so a chunk that comes this far
#: kills its workers in a way that no single object explains.
MAX_CHUNK_ATTEMPTS: Final = 10


class DeadLetterVerdict(StrEnum):
    """What became of a dead letter."""

    ALREADY_DONE = "already_done"
    SENT_AGAIN = "sent_again"
    ENDED = "ended"
    UNKNOWN_CHUNK = "unknown_chunk"


class DeadLetters:
    """Takes messages from the dead-letter queue; the record decides, never the count of receives."""

    def __init__(self, database: Database, queue: ChunkQueue) -> None:
        self._database = database
        self._queue = queue

    def settle(self, body: str) -> DeadLetterVerdict:
        """Settle one message.

        Raises:
            MessageError: the body is not a message this version understands; it should stay where it is.
            TransientError: the database or the queue did not answer, or a worker holds the chunk; it should come again.
        """
        message = ChunkMessage.from_json(body)
        verdict = self._settle(message)
        logger.info(
            "a dead letter was settled",
            extra={"job_id": str(message.job_id), "chunk_no": message.chunk_no, "verdict": verdict},
        )
        return verdict

    def _settle(self, message: ChunkMessage) -> DeadLetterVerdict:
        def judge(tx: Transaction) -> DeadLetterVerdict | DeadChunk:
            chunk = lock_chunk(tx, message.job_id, message.chunk_no)
            if chunk is None:
                return DeadLetterVerdict.UNKNOWN_CHUNK
            if chunk.state is ChunkState.DONE:
                return DeadLetterVerdict.ALREADY_DONE
            if chunk.held or chunk.tries < MAX_CHUNK_ATTEMPTS:
                return chunk
            poison = Verdict(Outcome.FAILED, Reason.POISON, f"its chunk failed {chunk.tries} times")
            end_chunk(tx, message.job_id, message.chunk_no, poison)
            return DeadLetterVerdict.ENDED

        judged = self._database.run(judge)
        if judged is DeadLetterVerdict.ENDED:
            self._database.run(lambda tx: close_job(tx, message.job_id))
        if isinstance(judged, DeadLetterVerdict):
            return judged
        if judged.tries >= MAX_CHUNK_ATTEMPTS:
            # Were it sent again, messages would take turns in claiming the chunk, and it would never be found free.
            raise TransientError("a worker holds the chunk; it is judged when the lease is over")
        group, trace_header = judged.fair_share_group, judged.trace_header
        sent = self._queue.send([message], group=group, trace_header=trace_header)
        if not sent:
            raise TransientError("the queue refused the message")
        self._database.run(lambda tx: mark_enqueued(tx, message.job_id, [m.chunk_no for m in sent]))
        return DeadLetterVerdict.SENT_AGAIN
