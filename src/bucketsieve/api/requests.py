"""What callers may send: the bodies of a scan and a retry, and the parameters of the lists."""

import json
from datetime import UTC, datetime
from typing import Annotated, Any, Final, Self
from uuid import UUID

from aws_lambda_powertools.event_handler.openapi.params import Header, Path, Query
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictInt,
    model_validator,
)

from bucketsieve.detect.model import Severity
from bucketsieve.errors import InvalidRequestError
from bucketsieve.job import NewScan, ScanOptions
from bucketsieve.reasons import Reason
from bucketsieve.results.model import ObjectState

JSON: Final = "application/json"

#: S3 keys, and so prefixes, have up to 1,024 bytes of UTF-8.
MAX_KEY_BYTES: Final = 1024
#: Items on a page.
DEFAULT_LIMIT: Final = 100
MAX_LIMIT: Final = 1000
#: The names of today, and those from before 2018, when us-east-1 still took capitals, underscores and 255 characters.
BUCKET_NAME: Final = r"^[A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9]$"


def _fits_a_key(text: str) -> str:
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        raise ValueError("must be valid Unicode") from None
    if size > MAX_KEY_BYTES:
        raise ValueError(f"must have at most {MAX_KEY_BYTES} bytes in UTF-8")
    return text


def _is_text(value: object) -> object:
    # A number would be taken for seconds since 1970.
    if not isinstance(value, str):
        raise ValueError("must be a time such as 2026-11-01T00:00:00Z")
    return value


def _in_utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


def is_json(media_type: str) -> bool:
    """Say whether a body of this ``Content-Type`` is read: JSON is, and one that does not say what it is."""
    return media_type.partition(";")[0].strip() in ("", JSON)


def _is_json(media_type: str) -> str:
    if not is_json(media_type):
        raise ValueError(f"must be {JSON}")
    return media_type


def _bare(extension: str) -> str:
    return extension.removeprefix(".").lower()


KeyText = Annotated[str, AfterValidator(_fits_a_key)]
Extension = Annotated[str, Field(pattern=r"^\.?[^./\x00-\x1f]{1,64}$"), AfterValidator(_bare)]
Extensions = Annotated[list[Extension], Field(max_length=100)]
Moment = Annotated[AwareDatetime, BeforeValidator(_is_text), AfterValidator(_in_utc)]


class ScanRequest(BaseModel):
    """What to scan, and what to leave out of it. What is left out is in the ledger all the same, as skipped."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    bucket: Annotated[str, Field(pattern=BUCKET_NAME, description="The bucket's name.", examples=["acme-exports"])]
    prefix: Annotated[KeyText, Field(description="Only keys that begin so; empty for all.", examples=["2026/11/"])] = ""
    max_object_bytes: Annotated[
        StrictInt | None, Field(ge=1, le=2**53, description="Skip larger objects; default: the deployment's limit.")
    ] = None
    include_extensions: Annotated[
        Extensions, Field(description="Only keys with these extensions; empty for all.", examples=[["csv", "log"]])
    ] = []
    exclude_extensions: Annotated[Extensions, Field(description="No keys with these extensions.")] = []
    modified_after: Annotated[
        Moment | None, Field(description="Only objects modified after this time, with its offset from UTC.")
    ] = None

    def to_scan(self, *, max_object_bytes: int) -> NewScan:
        """Return the scan this asks for; ``max_object_bytes`` holds where it asks for no limit itself."""
        options = ScanOptions(
            max_object_bytes=self.max_object_bytes or max_object_bytes,
            include_extensions=tuple(self.include_extensions),
            exclude_extensions=tuple(self.exclude_extensions),
            modified_after=self.modified_after,
        )
        return NewScan(bucket=self.bucket, prefix=self.prefix, options=options)


class RetryRequest(BaseModel):
    """Which objects to scan again; with neither field, all that failed."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    reason: Annotated[
        Reason | None,
        Field(description="Those with this reason, whatever their outcome.", examples=["PERMISSION_DENIED"]),
    ] = None
    key: Annotated[KeyText | None, Field(min_length=1, description="The one with this key, unless it succeeded.")] = (
        None
    )

    @model_validator(mode="after")
    def _is_one_choice(self) -> Self:
        if self.reason is not None and self.key is not None:
            raise ValueError("give reason or key, not both")
        return self


#: What a retry without a body asks for.
ALL_FAILED: Final = RetryRequest()

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        pattern=r"^[\x21-\x7e]{1,255}$",
        description="Up to 255 visible ASCII characters; the same key with the same body gives the same job.",
    ),
]
ContentType = Annotated[str, Header(alias="Content-Type"), AfterValidator(_is_json)]
JobId = Annotated[UUID, Path(description="The job's id.")]
RealTime = Annotated[bool, Query(description="Count the totals for this answer, instead of taking the last refresh's.")]
OfOutcome = Annotated[ObjectState | None, Query(description="Only objects that stand so.")]
OfReason = Annotated[Reason | None, Query(description="Only objects with this reason.")]
OfJob = Annotated[UUID | None, Query(description="Only findings of this job.")]
OfBucket = Annotated[str | None, Query(pattern=BUCKET_NAME, description="Only findings in this bucket.")]
OfKey = Annotated[KeyText | None, Query(description="Only findings in the object of exactly this key.")]
OfDetector = Annotated[str | None, Query(description="Only findings of this detector.")]
OfSeverity = Annotated[Severity | None, Query(description="Only findings of this severity.")]
Limit = Annotated[int, Query(ge=1, le=MAX_LIMIT, description="Items on a page, at most.")]
CursorText = Annotated[
    str | None, Query(max_length=1024, description="Where to go on: next_cursor of the page before, of the same call.")
]


def parse_body(text: str) -> dict[str, Any]:
    """Read a request body.

    Raises:
        InvalidRequestError: it is no JSON object.
    """
    try:
        body = json.loads(text)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise InvalidRequestError(f"The body is not JSON: {error.msg} at {place}.") from None
    except (ValueError, RecursionError):  # numbers of thousands of digits, or nesting as deep
        raise InvalidRequestError("The body is not JSON that can be read here.") from None
    if not isinstance(body, dict):
        raise InvalidRequestError('The body must be a JSON object, such as {"bucket": "acme-exports"}.')
    return body
