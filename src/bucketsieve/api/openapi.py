"""The API's description, made by Powertools from the handler."""

import json
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver

from bucketsieve.api.problems import INTERNAL, UNAVAILABLE


def describe(app: APIGatewayRestResolver) -> str:
    """Return the OpenAPI 3.1 document of the calls, indented."""
    document: dict[str, Any] = json.loads(
        app.get_openapi_json_schema(title="BucketSieve", version="1", description="Finds sensitive data in Amazon S3.")
    )
    # Powertools describes its own answers to faults, in place of which all of ours are problems.
    for path in document["paths"].values():
        for operation in path.values():
            responses = operation["responses"]
            del responses["422"]
            responses[str(INTERNAL.status)] = responses[str(UNAVAILABLE.status)] | {"description": INTERNAL.name}
            operation["responses"] = dict(sorted(responses.items()))
    for name in ("HTTPValidationError", "ValidationError", "ResponseValidationError"):
        del document["components"]["schemas"][name]
    return json.dumps(document, indent=2, ensure_ascii=False)
