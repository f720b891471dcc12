"""What the calls answer, beside the reports of ``bucketsieve.results.model``."""

import json
from functools import partial
from typing import Annotated, Final, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from bucketsieve.job import AcceptedScan

#: Keys in any script stay as they are: escaped, a page of them could outgrow the 6 MB that Lambda hands back.
to_json: Final = partial(json.dumps, ensure_ascii=False, separators=(",", ":"))


class ScanStarted(BaseModel):
    """A scan whose bucket is being listed by an execution of the state machine."""

    model_config = ConfigDict(validate_by_name=True)

    job_id: UUID
    bucket: str
    prefix: str
    status: Annotated[
        str, Field(description="`listing`, or where the job is by now if the request was a repeated one.")
    ]
    execution_arn: Annotated[str | None, Field(description="Null where it will be started within minutes.")]
    message: str
    asynchronous: Annotated[Literal[True], Field(alias="async")] = True


class ScanListed(BaseModel):
    """A scan whose bucket was listed inside the request, because no state machine is configured."""

    model_config = ConfigDict(validate_by_name=True)

    job_id: UUID
    bucket: str
    prefix: str
    status: Annotated[str, Field(description="`queued`, or `listing` where time ran out and listing goes on later.")]
    total_objects: int
    messages_enqueued: int
    asynchronous: Annotated[Literal[False], Field(alias="async")] = False


class RetryAccepted(BaseModel):
    """Objects that are queued again."""

    job_id: UUID
    retried_objects: Annotated[int, Field(description="Objects that this request queued again.")]
    more: Annotated[bool, Field(description="Whether time ran out before all were; send the same request again.")]


class Page[Item](BaseModel):
    """A page of a list."""

    items: list[Item]
    next_cursor: Annotated[str | None, Field(description="Give it as `cursor` for the next page; null on the last.")]


def accepted(scan: AcceptedScan) -> ScanStarted | ScanListed:
    """Return the answer to a request for a scan."""
    if not scan.asynchronous:
        assert scan.total_objects is not None
        assert scan.messages_enqueued is not None
        return ScanListed(
            job_id=scan.job_id,
            bucket=scan.bucket,
            prefix=scan.prefix,
            status=scan.status,
            total_objects=scan.total_objects,
            messages_enqueued=scan.messages_enqueued,
        )
    return ScanStarted(
        job_id=scan.job_id,
        bucket=scan.bucket,
        prefix=scan.prefix,
        status=scan.status,
        execution_arn=scan.execution_arn,
        message=f"The scan is on record and its bucket is being listed. Follow it with GET /jobs/{scan.job_id}.",
    )
