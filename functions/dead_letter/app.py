"""Takes what the scan queue gave up on; a message that cannot be settled stays in the dead-letter queue."""

from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from bucketsieve import bootstrap
from bucketsieve.metrics import Metric, emit
from bucketsieve.observability import logger, tracer

processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)


def settle(record: SQSRecord) -> None:
    """Settle one message."""
    verdict = bootstrap.dead_letters().settle(record.body)
    emit({Metric.DEAD_LETTERS: 1}, verdict=verdict)


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Settle a batch; answer with the messages that have to come again."""
    return process_partial_response(event, record_handler=settle, processor=processor, context=context)
