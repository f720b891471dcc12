"""The queue's adapter against what SQS may answer."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import boto3
import pytest
from botocore.stub import ANY, Stubber

from bucketsieve.adapters.chunk_queue import SqsChunkQueue
from bucketsieve.errors import TransientError
from bucketsieve.models import ChunkMessage
from bucketsieve.ports import ReceivedMessage

URL = "https://sqs.us-east-1.amazonaws.com/123456789012/scan"
JOB = UUID("0198c0de-0000-7000-8000-000000000001")
MESSAGE = ReceivedMessage("1", "receipt", "{}", None)


@pytest.fixture
def sqs() -> Any:
    return boto3.client("sqs", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x")


@pytest.fixture
def stub(sqs: Any) -> Iterator[Stubber]:
    with Stubber(sqs) as stub:
        yield stub
        stub.assert_no_pending_responses()


@pytest.fixture
def queue(sqs: Any) -> SqsChunkQueue:
    return SqsChunkQueue(sqs, URL, pause=lambda _seconds: None)


def messages(count: int) -> list[ChunkMessage]:
    return [ChunkMessage(JOB, number) for number in range(count)]


def entries(*numbers: int, **extras: object) -> dict[str, Any]:
    """Return the request that sends these of ``messages``."""
    body = [
        {"Id": str(n), "MessageBody": ChunkMessage(JOB, n).to_json(), "MessageGroupId": "data", **extras}
        for n in numbers
    ]
    return {"QueueUrl": URL, "Entries": body}


def answer(*successful: int, failed: dict[int, bool] | None = None) -> dict[str, Any]:
    """Return an answer; ``failed`` maps an entry to whether it is the sender's fault."""
    return {
        "Successful": [{"Id": str(n), "MessageId": str(n), "MD5OfMessageBody": "x"} for n in successful],
        "Failed": [{"Id": str(n), "SenderFault": fault, "Code": "E"} for n, fault in (failed or {}).items()],
    }


def test_entries_that_sqs_refused_are_sent_again(queue: SqsChunkQueue, stub: Stubber) -> None:
    stub.add_response("send_message_batch", answer(0, 2, failed={1: False}), entries(0, 1, 2))
    stub.add_response("send_message_batch", answer(1), entries(1))

    accepted = queue.send(messages(3), group="data", trace_header=None)

    assert sorted(message.chunk_no for message in accepted) == [0, 1, 2]


def test_entries_that_sqs_keeps_refusing_are_not_among_the_accepted(queue: SqsChunkQueue, stub: Stubber) -> None:
    stub.add_response("send_message_batch", answer(0, failed={1: False}), ANY_REQUEST)
    for _ in range(3):
        stub.add_response("send_message_batch", answer(failed={1: False}), entries(1))

    assert queue.send(messages(2), group="data", trace_header=None) == (ChunkMessage(JOB, 0),)


def test_entries_that_are_our_own_fault_are_not_sent_again(queue: SqsChunkQueue, stub: Stubber) -> None:
    stub.add_response("send_message_batch", answer(0, failed={1: True}), ANY_REQUEST)

    assert queue.send(messages(2), group="data", trace_header=None) == (ChunkMessage(JOB, 0),)


def test_a_batch_that_was_not_sent_is_not_among_the_accepted(queue: SqsChunkQueue, stub: Stubber) -> None:
    stub.add_client_error("send_message_batch", "ServiceUnavailable", http_status_code=400)

    assert queue.send(messages(2), group="data", trace_header=None) == ()


def test_a_message_carries_the_trace_in_the_attribute_that_x_ray_reads(queue: SqsChunkQueue, stub: Stubber) -> None:
    header = {"AWSTraceHeader": {"StringValue": "Root=1-1-1", "DataType": "String"}}
    stub.add_response("send_message_batch", answer(0), entries(0, MessageSystemAttributes=header))

    assert len(queue.send(messages(1), group="data", trace_header="Root=1-1-1")) == 1


def test_a_delivery_tells_its_trace_and_its_number(queue: SqsChunkQueue, stub: Stubber) -> None:
    attributes = {"AWSTraceHeader": "Root=1-1-1", "ApproximateReceiveCount": "3"}
    delivered = {"MessageId": "1", "ReceiptHandle": "receipt", "Body": "{}", "Attributes": attributes}
    stub.add_response("receive_message", {"Messages": [delivered]}, ANY_RECEIVE)

    assert queue.receive(limit=1, wait_seconds=1, visibility_seconds=60) == [
        ReceivedMessage("1", "receipt", "{}", "Root=1-1-1", 3)
    ]


@pytest.mark.parametrize(("counts", "idle"), [((0, 0, 0), True), ((1, 0, 0), False), ((0, 1, 0), False)])
def test_a_queue_is_idle_without_visible_and_invisible_messages(
    queue: SqsChunkQueue, stub: Stubber, counts: tuple[int, int, int], idle: bool
) -> None:
    names = ("", "NotVisible", "Delayed")
    attributes = {f"ApproximateNumberOfMessages{n}": str(c) for n, c in zip(names, counts, strict=True)}
    stub.add_response("get_queue_attributes", {"Attributes": attributes})

    assert queue.is_idle() is idle


def test_every_failure_of_sqs_is_worth_another_try(queue: SqsChunkQueue, stub: Stubber) -> None:
    for operation in ("receive_message", "change_message_visibility", "delete_message", "get_queue_attributes"):
        stub.add_client_error(operation, "InternalError", http_status_code=400)

    with pytest.raises(TransientError, match="InternalError"):
        queue.receive(limit=1, wait_seconds=1, visibility_seconds=60)
    with pytest.raises(TransientError, match="InternalError"):
        queue.extend(MESSAGE, 60)
    with pytest.raises(TransientError, match="InternalError"):
        queue.delete(MESSAGE)
    with pytest.raises(TransientError, match="InternalError"):
        queue.is_idle()


ANY_REQUEST = {"QueueUrl": URL, "Entries": ANY}
ANY_RECEIVE = {
    "QueueUrl": URL,
    "MaxNumberOfMessages": 1,
    "WaitTimeSeconds": 1,
    "VisibilityTimeout": 60,
    "MessageSystemAttributeNames": ANY,
}
