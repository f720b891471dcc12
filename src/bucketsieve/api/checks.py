"""What Powertools' validation leaves open."""

from typing import TYPE_CHECKING

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError

if TYPE_CHECKING:
    from aws_lambda_powertools.event_handler.middlewares import NextMiddleware


def refuse_unknown_parameters(app: APIGatewayRestResolver, next_middleware: "NextMiddleware") -> Response[str]:
    """Refuse query parameters the call does not declare: a misspelt filter would answer what was not asked for.

    Raises:
        RequestValidationError: there is one.
    """
    known = {parameter.alias for parameter in app.context["_route"].dependant.query_params}
    unknown = sorted(app.current_event.resolved_query_string_parameters.keys() - known)
    if unknown:
        raise RequestValidationError([{"loc": ("query", name), "type": "extra_forbidden"} for name in unknown])
    return next_middleware(app)
