"""Every minute: refreshes the progress of all jobs and sweeps up what was dropped."""

from typing import Any

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from bucketsieve import bootstrap
from bucketsieve.observability import logger, metrics, tracer


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def handler(_event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Refresh and sweep; say what was done."""
    report = bootstrap.refresh().run().to_json()
    for action, count in report.items():
        metrics.add_metric(name=action, unit=MetricUnit.Count, value=count)
    return report
