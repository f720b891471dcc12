"""One round of a listing, as the state machine asks for it; also where it reports that a listing was given up."""

from typing import Any
from uuid import UUID

from aws_lambda_powertools.utilities.typing import LambdaContext

from bucketsieve import bootstrap
from bucketsieve.metrics import Metric, emit
from bucketsieve.observability import logger


# No tracer here: the service opens its step in the job's trace, which may not be the one this invocation began with.
@logger.inject_lambda_context
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any] | None:
    """Do the next round of ``{"state", "execution_arn"}``, or end the job of ``{"job_id", "error"}`` as failed."""
    listing = bootstrap.list_batch()
    if "error" not in event:
        state = listing.step({**event["state"], "execution_arn": event["execution_arn"]})
        listed, enqueued = state["batch_size"], state["messages_enqueued"]
        logger.info(
            "a round was listed",
            extra={
                "job_id": state["job_id"],
                "bucket": state["bucket"],
                "objects_listed": listed,
                "messages_enqueued": enqueued,
                "done": state["done"],
            },
        )
        emit({Metric.OBJECTS_LISTED: listed, Metric.MESSAGES_ENQUEUED: enqueued})
        return state
    error = event["error"]
    listing.fail(UUID(event["job_id"]), error=error["Error"], cause=error.get("Cause", ""))
    return None
