"""Errors as RFC 9457 problems: one table from the classes of errors to what the caller is told."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Final, Literal

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError as NoSuchCallError
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestUnsupportedContentType, RequestValidationError
from pydantic import BaseModel, Field

from bucketsieve.api.requests import is_json
from bucketsieve.errors import (
    BucketError,
    ConflictError,
    IdempotencyConflictError,
    InvalidRequestError,
    NotFoundError,
    TransientError,
)
from bucketsieve.observability import logger
from bucketsieve.reasons import Reason

if TYPE_CHECKING:
    from aws_lambda_powertools.event_handler.openapi.types import OpenAPIResponse
    from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent

CONTENT_TYPE: Final = "application/problem+json"

#: What is told of one request at most, however much of it is wrong, and of a name in it, which may be the caller's.
_MAX_ERRORS: Final = 20
_MAX_NAME_LENGTH: Final = 64


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem. Without a ``detail`` of its own, the error's text is written for the caller."""

    name: str
    title: str
    status: int
    detail: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


class Fault(BaseModel):
    """A part of the request that is wrong."""

    within: Annotated[Literal["body", "query", "path", "header"], Field(alias="in")]
    name: Annotated[str, Field(description="The parameter, or the path of the field; empty for the body as a whole.")]
    detail: str


class Problem(BaseModel):
    """A problem, by RFC 9457. ``type`` is stable and tells kinds apart; titles and details are for people."""

    type: Annotated[str, Field(examples=["urn:bucketsieve:problem:invalid-request"])]
    title: str
    status: int
    detail: str
    request_id: Annotated[str, Field(description="Finds the request in the logs.")]
    errors: Annotated[list[Fault] | None, Field(description="What exactly is wrong, for invalid-request.")] = None


INVALID_REQUEST: Final = Kind("invalid-request", "The request is not valid", 400)
FORBIDDEN_BUCKET: Final = Kind(
    "forbidden-bucket",
    "The bucket may not be listed",
    403,
    "Allow the scanner's roles s3:ListBucket and s3:GetObject on it, in their policy and in the bucket's; a bucket of "
    "another Region needs a deployment there.",
)
NO_SUCH_BUCKET: Final = Kind(
    "no-such-bucket", "There is no such bucket", 404, "Check the spelling; aws s3 ls lists the buckets of an account."
)
NOT_FOUND: Final = Kind("not-found", "There is nothing of this id", 404)
NO_SUCH_CALL: Final = Kind(
    "no-such-call", "There is no such call", 404, "Check path and method; docs/api.md lists the calls."
)
IDEMPOTENCY_CONFLICT: Final = Kind("idempotency-conflict", "The key was used for another request", 409)
JOB_CONFLICT: Final = Kind("job-conflict", "The job's status does not allow it", 409)
UNSUPPORTED_MEDIA_TYPE: Final = Kind(
    "unsupported-media-type", "The body must be JSON", 415, "Send it with the header Content-Type: application/json."
)
INTERNAL: Final = Kind(
    "internal", "An error of BucketSieve", 500, "Nothing you can cure; the function's log has it under request_id."
)
UNAVAILABLE: Final = Kind(
    "unavailable",
    "The database or AWS did not answer",
    503,
    "Send the same request again in a few seconds; a scan with an Idempotency-Key is never started twice.",
    {"Retry-After": "5"},
)

#: The table. An error is of the kind of its nearest class here; a ``BucketError`` of that of its reason.
KINDS: Final[Mapping[type[Exception], Kind]] = {
    RequestValidationError: INVALID_REQUEST,
    InvalidRequestError: INVALID_REQUEST,
    BucketError: FORBIDDEN_BUCKET,
    NotFoundError: NOT_FOUND,
    NoSuchCallError: NO_SUCH_CALL,
    IdempotencyConflictError: IDEMPOTENCY_CONFLICT,
    ConflictError: JOB_CONFLICT,
    RequestUnsupportedContentType: UNSUPPORTED_MEDIA_TYPE,
    TransientError: UNAVAILABLE,
    Exception: INTERNAL,
}
_BUCKET_KINDS: Final = {Reason.NO_SUCH_BUCKET_AVAILABLE: NO_SUCH_BUCKET, Reason.PERMISSION_DENIED: FORBIDDEN_BUCKET}


def problem_response(error: Exception, event: "APIGatewayProxyEvent") -> Response[str]:
    """Return the answer to a request that failed so, and log what its owner has to know."""
    kind = _kind(error, event)
    if kind is INTERNAL:
        logger.exception("a request failed unexpectedly")
    elif kind is UNAVAILABLE:
        logger.warning("a request could not be served", extra={"cause": str(error)})
    faults = list(_faults(error)) if isinstance(error, RequestValidationError) and kind is INVALID_REQUEST else None
    problem = Problem(
        type=f"urn:bucketsieve:problem:{kind.name}",
        title=kind.title,
        status=kind.status,
        detail=kind.detail or ("See errors for what to change." if faults else str(error)),
        request_id=event.request_context.request_id or "",
        errors=faults,
    )
    return Response(
        status_code=kind.status,
        content_type=CONTENT_TYPE,
        body=problem.model_dump_json(by_alias=True, exclude_none=True),
        headers=dict(kind.headers),
    )


def documented(status: int, description: str, *kinds: Kind) -> dict[int, "OpenAPIResponse"]:
    """Return what a call may answer, for the OpenAPI document: success, these kinds, and those any call may give."""
    responses: dict[int, OpenAPIResponse] = {status: {"description": description}}
    for kind in (*kinds, INTERNAL, UNAVAILABLE):
        known = responses.get(kind.status)
        responses[kind.status] = {
            "description": f"{known['description']}; {kind.name}" if known else kind.name,
            "content": {CONTENT_TYPE: {"model": Problem}},
        }
    return responses


def _kind(error: Exception, event: "APIGatewayProxyEvent") -> Kind:
    if isinstance(error, BucketError):
        return _BUCKET_KINDS.get(error.reason, FORBIDDEN_BUCKET)
    kind = next(KINDS[known] for known in type(error).__mro__ if known in KINDS)
    # Powertools reads forms too, and says of one what is wrong with its fields, or raises a bare ValueError.
    unreadable = kind is INVALID_REQUEST or type(error) is ValueError
    if unreadable and event.body and not is_json(event.headers.get("content-type", "")):
        return UNSUPPORTED_MEDIA_TYPE
    return kind


def _faults(error: RequestValidationError) -> Iterator[Fault]:
    for fault in error.errors()[:_MAX_ERRORS]:
        within, *path = fault["loc"]
        name = ".".join(map(str, path))
        detail = "there is no such name here" if fault["type"] == "extra_forbidden" else fault["msg"]
        yield Fault.model_validate(
            {"in": within, "name": name[:_MAX_NAME_LENGTH], "detail": detail.removeprefix("Value error, ")}
        )
