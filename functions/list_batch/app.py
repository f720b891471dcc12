"""One round of a listing, as the state machine asks for it; also where it reports that a listing was given up."""

from typing import Any
from uuid import UUID

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from bucketsieve import bootstrap
from bucketsieve.observability import logger, metrics


# No tracer here: the service opens its step in the job's trace, which may not be the one this invocation began with.
@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any] | None:
    """Do the next round of ``{"state", "execution_arn"}``, or end the job of ``{"job_id", "error"}`` as failed."""
    listing = bootstrap.list_batch()
    if "error" not in event:
        state = listing.step({**event["state"], "execution_arn": event["execution_arn"]})
        metrics.add_metric(name="objects_listed", unit=MetricUnit.Count, value=state["batch_size"])
        metrics.add_metric(name="messages_enqueued", unit=MetricUnit.Count, value=state["messages_enqueued"])
        return state
    error = event["error"]
    listing.fail(UUID(event["job_id"]), error=error["Error"], cause=error.get("Cause", ""))
    return None
