"""Every minute: refreshes the progress of all jobs and sweeps up what was dropped."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from bucketsieve import bootstrap
from bucketsieve.metrics import Metric, emit
from bucketsieve.observability import logger, tracer


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(_event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Refresh and sweep; say what was done."""
    upkeep = bootstrap.refresh()
    report = upkeep.run()
    actions = {
        Metric.CHUNKS_SENT_AGAIN: report.chunks_sent_again,
        Metric.LISTINGS_RESUMED: report.listings_resumed,
        Metric.LISTINGS_FAILED: report.listings_failed,
        Metric.CHUNKS_ENDED: report.chunks_ended,
        Metric.JOBS_CLOSED: report.jobs_closed,
    }
    # A metric is charged for every hour in which it has a value.
    if done := {action: count for action, count in actions.items() if count}:
        emit(done)
    if health := upkeep.health():
        emit({
            Metric.RUNNING_JOBS: health.running_jobs,
            Metric.STUCK_JOBS: health.stuck_jobs,
            Metric.OLDEST_JOB_SECONDS: health.oldest_job_seconds,
            Metric.PROGRESS_AGE_SECONDS: health.progress_age_seconds,
        })  # fmt: skip
    return report.to_json()
