"""The scan queue on SQS: standard, and fair by its messages' groups."""

import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import batched
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from bucketsieve.errors import TransientError
from bucketsieve.faults import maybe_crash
from bucketsieve.models import ChunkMessage
from bucketsieve.observability import logger
from bucketsieve.ports import ReceivedMessage

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import MessageTypeDef

#: What SendMessageBatch takes at most.
_BATCH: Final = 10
#: One call is in flight for about 10 ms: 20 side by side keep up with a listing of 10,000 keys.
_SENDERS: Final = 20
#: How often entries are sent that SQS refused by itself; each time after a longer pause.
_SEND_ROUNDS: Final = 4
_FIRST_PAUSE_SECONDS: Final = 0.2
_COUNTS: Final = (
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
)


class SqsChunkQueue:
    """``ChunkQueue`` on SQS; safe to share between threads."""

    def __init__(self, sqs: "SQSClient", url: str, *, pause: Callable[[float], None] = time.sleep) -> None:
        self._sqs = sqs
        self._url = url
        self._pause = pause

    def send(
        self, messages: Iterable[ChunkMessage], *, group: str, trace_header: str | None
    ) -> tuple[ChunkMessage, ...]:
        """Send all, in parallel batches; see ``ChunkQueue``."""
        extras: dict[str, Any] = {"MessageGroupId": group}
        if trace_header:
            extras["MessageSystemAttributes"] = {"AWSTraceHeader": {"StringValue": trace_header, "DataType": "String"}}
        with ThreadPoolExecutor(_SENDERS) as senders:
            accepted = senders.map(
                lambda batch: self._send_batch(batch, extras), batched(messages, _BATCH, strict=False)
            )
            return tuple(message for batch in accepted for message in batch)

    def receive(self, *, limit: int, wait_seconds: int, visibility_seconds: int) -> Sequence[ReceivedMessage]:
        """Long-poll; see ``ChunkQueue``.

        Raises:
            TransientError: SQS did not answer, or answered with an error.
        """
        try:
            answer = self._sqs.receive_message(
                QueueUrl=self._url,
                MaxNumberOfMessages=limit,
                WaitTimeSeconds=wait_seconds,
                VisibilityTimeout=visibility_seconds,
                MessageSystemAttributeNames=["AWSTraceHeader", "ApproximateReceiveCount"],
            )
        except (ClientError, BotoCoreError) as error:
            raise TransientError(f"nothing was received: {_cause(error)}") from error
        return [_parsed(message) for message in answer.get("Messages", ())]

    def extend(self, message: ReceivedMessage, visibility_seconds: int) -> None:
        """Keep the message invisible from now on; see ``ChunkQueue``.

        Raises:
            TransientError: SQS did not do it; the message may be visible already.
        """
        try:
            self._sqs.change_message_visibility(
                QueueUrl=self._url, ReceiptHandle=message.receipt, VisibilityTimeout=visibility_seconds
            )
        except (ClientError, BotoCoreError) as error:
            raise TransientError(f"the visibility was not changed: {_cause(error)}") from error

    def delete(self, message: ReceivedMessage) -> None:
        """Remove the message for good.

        Raises:
            TransientError: SQS did not do it; the message will be delivered again.
        """
        try:
            self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle=message.receipt)
        except (ClientError, BotoCoreError) as error:
            raise TransientError(f"the message was not deleted: {_cause(error)}") from error

    def is_idle(self) -> bool:
        """Whether the queue holds nothing, visible or in flight; see ``ChunkQueue``.

        Raises:
            TransientError: SQS did not say.
        """
        try:
            answer = self._sqs.get_queue_attributes(QueueUrl=self._url, AttributeNames=list(_COUNTS))
        except (ClientError, BotoCoreError) as error:
            raise TransientError(f"the queue's size is unknown: {_cause(error)}") from error
        return all(int(answer["Attributes"].get(name, 0)) == 0 for name in _COUNTS)

    def _send_batch(self, batch: Sequence[ChunkMessage], extras: dict[str, Any]) -> list[ChunkMessage]:
        """Send up to ten messages, and those that were refused for no fault of theirs again; return the accepted."""
        accepted: list[ChunkMessage] = []
        waiting = {str(number): message for number, message in enumerate(batch)}
        for attempt in range(_SEND_ROUNDS):
            if attempt:
                self._pause(_FIRST_PAUSE_SECONDS * 2 ** (attempt - 1))
            entries: list[Any] = [
                {"Id": entry, "MessageBody": message.to_json(), **extras} for entry, message in waiting.items()
            ]
            try:
                answer = self._sqs.send_message_batch(QueueUrl=self._url, Entries=entries)
            except (ClientError, BotoCoreError) as error:
                # botocore has tried it several times already.
                logger.warning("a batch of messages was not sent", extra={"cause": _cause(error)})
                return accepted
            maybe_crash("while_sending")
            accepted += [waiting.pop(entry["Id"]) for entry in answer.get("Successful", ())]
            for entry in answer.get("Failed", ()):
                if entry["SenderFault"]:
                    logger.error("a message was refused for good", extra={"cause": entry["Code"]})
                    del waiting[entry["Id"]]
            if not waiting:
                break
        return accepted


def _parsed(message: "MessageTypeDef") -> ReceivedMessage:
    attributes = message.get("Attributes", {})
    return ReceivedMessage(
        message_id=message["MessageId"],
        receipt=message["ReceiptHandle"],
        body=message["Body"],
        trace_header=attributes.get("AWSTraceHeader"),
        receive_count=int(attributes.get("ApproximateReceiveCount", 1)),
    )


def _cause(error: ClientError | BotoCoreError) -> str:
    if isinstance(error, ClientError):
        return str(error.response.get("Error", {}).get("Code", "unknown"))
    return type(error).__name__
