"""The custom resource that keeps the database's schema as the SQL files say."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from bucketsieve import bootstrap
from bucketsieve.migrate import custom_resource
from bucketsieve.observability import logger, tracer


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> None:
    """Apply the migrations the database has not seen and tell CloudFormation."""

    def migrate() -> dict[str, str]:
        applied = bootstrap.migrator().apply()
        logger.info("migrated", applied=applied)
        return {"Applied": ",".join(applied)}

    custom_resource.settle(event, migrate, seconds_left=context.get_remaining_time_in_millis() / 1000)
