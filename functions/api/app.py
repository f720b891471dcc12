"""The API: starts and steers scans, and answers what became of them. docs/api.md describes the calls."""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver
from aws_lambda_powertools.event_handler.openapi.params import Body
from aws_lambda_powertools.logging import correlation_paths
from aws_lambda_powertools.utilities.typing import LambdaContext

from bucketsieve import bootstrap
from bucketsieve.api import problems
from bucketsieve.api import requests as ask
from bucketsieve.api.answers import Page, RetryAccepted, ScanListed, ScanStarted, accepted, to_json
from bucketsieve.api.checks import refuse_unknown_parameters
from bucketsieve.api.openapi import describe
from bucketsieve.api.paging import Paging
from bucketsieve.api.problems import documented, problem_response
from bucketsieve.observability import logger, tracer
from bucketsieve.results.model import (
    FindingFilter,
    FindingPosition,
    FindingReport,
    JobPosition,
    JobReport,
    ObjectPosition,
    ObjectReport,
)

app = APIGatewayRestResolver(
    enable_validation=True,
    response_validation_error_http_code=500,
    json_body_deserializer=ask.parse_body,
    serializer=to_json,
)


app.exception_handler(list(problems.KINDS))(lambda error: problem_response(error, app.current_event))


@app.post(
    "/scan",
    operation_id="post_scan",
    summary="Scan a bucket",
    status_code=202,
    responses=documented(
        202,
        "The job",
        problems.INVALID_REQUEST,
        problems.FORBIDDEN_BUCKET,
        problems.NO_SUCH_BUCKET,
        problems.IDEMPOTENCY_CONFLICT,
        problems.UNSUPPORTED_MEDIA_TYPE,
    ),
    middlewares=[refuse_unknown_parameters],
)
def post_scan(
    request: Annotated[ask.ScanRequest, Body()],
    idempotency_key: ask.IdempotencyKey = None,
    _content_type: ask.ContentType = ask.JSON,
) -> ScanStarted | ScanListed:
    """Record a job and start it."""
    scan = request.to_scan(max_object_bytes=bootstrap.api_settings().max_object_bytes)
    job = bootstrap.jobs().create(scan, idempotency_key=idempotency_key)
    tracer.put_annotation("job_id", str(job.job_id))
    tracer.put_annotation("bucket", job.bucket)
    logger.info("a scan was accepted", extra={"job_id": str(job.job_id), "bucket": job.bucket})
    return accepted(job)


@app.get(
    "/jobs",
    operation_id="list_jobs",
    summary="List jobs, newest first",
    responses=documented(200, "A page of jobs", problems.INVALID_REQUEST),
    middlewares=[refuse_unknown_parameters],
)
def list_jobs(limit: ask.Limit = ask.DEFAULT_LIMIT, cursor: ask.CursorText = None) -> Page[JobReport]:
    """List the jobs."""
    paging = Paging(JobPosition, "/jobs")
    return paging.page(bootstrap.results().jobs(after=paging.position(cursor), limit=limit))


@app.get(
    "/jobs/<job_id>",
    operation_id="get_job",
    summary="Get a job with its totals",
    responses=documented(200, "The job", problems.INVALID_REQUEST, problems.NOT_FOUND),
    middlewares=[refuse_unknown_parameters],
)
def get_job(job_id: ask.JobId, real_time: ask.RealTime = False) -> JobReport:
    """Say how far a job is."""
    return bootstrap.results().job(job_id, real_time=real_time)


@app.post(
    "/jobs/<job_id>/cancel",
    operation_id="cancel_job",
    summary="Cancel a job",
    responses=documented(200, "The job", problems.INVALID_REQUEST, problems.NOT_FOUND, problems.JOB_CONFLICT),
    middlewares=[refuse_unknown_parameters],
)
def cancel_job(job_id: ask.JobId) -> JobReport:
    """End a job for good; what it found so far is kept."""
    bootstrap.control().cancel(job_id)
    return bootstrap.results().job(job_id, real_time=True)


@app.post(
    "/jobs/<job_id>/pause",
    operation_id="pause_job",
    summary="Pause a job",
    responses=documented(200, "The job", problems.INVALID_REQUEST, problems.NOT_FOUND, problems.JOB_CONFLICT),
    middlewares=[refuse_unknown_parameters],
)
def pause_job(job_id: ask.JobId) -> JobReport:
    """Begin nothing more of a job, until it is resumed."""
    bootstrap.control().pause(job_id)
    return bootstrap.results().job(job_id, real_time=True)


@app.post(
    "/jobs/<job_id>/resume",
    operation_id="resume_job",
    summary="Resume a paused job",
    responses=documented(200, "The job", problems.INVALID_REQUEST, problems.NOT_FOUND, problems.JOB_CONFLICT),
    middlewares=[refuse_unknown_parameters],
)
def resume_job(job_id: ask.JobId) -> JobReport:
    """Let a paused job go on."""
    bootstrap.control().resume(job_id)
    return bootstrap.results().job(job_id, real_time=True)


@app.post(
    "/jobs/<job_id>/retry",
    operation_id="retry_job",
    summary="Scan again what was not scanned",
    status_code=202,
    responses=documented(
        202,
        "What is scanned again",
        problems.INVALID_REQUEST,
        problems.NOT_FOUND,
        problems.JOB_CONFLICT,
        problems.UNSUPPORTED_MEDIA_TYPE,
    ),
    middlewares=[refuse_unknown_parameters],
)
def retry_job(
    job_id: ask.JobId,
    request: Annotated[ask.RetryRequest, Body()] = ask.ALL_FAILED,
    _content_type: ask.ContentType = ask.JSON,
) -> RetryAccepted:
    """Queue objects of a job again."""
    retried = bootstrap.control().retry(job_id, reason=request.reason, key=request.key)
    return RetryAccepted(job_id=job_id, retried_objects=retried.objects, more=retried.more)


@app.get(
    "/jobs/<job_id>/objects",
    operation_id="list_objects",
    summary="List what became of a job's objects",
    responses=documented(200, "A page of objects", problems.INVALID_REQUEST, problems.NOT_FOUND),
    middlewares=[refuse_unknown_parameters],
)
def list_objects(
    job_id: ask.JobId,
    outcome: ask.OfOutcome = None,
    reason: ask.OfReason = None,
    limit: ask.Limit = ask.DEFAULT_LIMIT,
    cursor: ask.CursorText = None,
) -> Page[ObjectReport]:
    """List a job's ledger."""
    paging = Paging(ObjectPosition, "/jobs/objects", job_id=job_id, outcome=outcome, reason=reason)
    after = paging.position(cursor)
    return paging.page(bootstrap.results().objects(job_id, outcome=outcome, reason=reason, after=after, limit=limit))


@app.get(
    "/results",
    operation_id="list_results",
    summary="Search findings",
    responses=documented(200, "A page of findings", problems.INVALID_REQUEST, problems.NOT_FOUND),
    middlewares=[refuse_unknown_parameters],
)
def list_results(
    job_id: ask.OfJob = None,
    bucket: ask.OfBucket = None,
    key: ask.OfKey = None,
    detector: ask.OfDetector = None,
    severity: ask.OfSeverity = None,
    limit: ask.Limit = ask.DEFAULT_LIMIT,
    cursor: ask.CursorText = None,
) -> Page[FindingReport]:
    """Search the findings of all jobs."""
    wanted = FindingFilter(job_id=job_id, bucket=bucket, key=key, detector=detector, severity=severity)
    paging = Paging(FindingPosition, "/results", filter=wanted)
    return paging.page(bootstrap.results().findings(wanted, after=paging.position(cursor), limit=limit))


@logger.inject_lambda_context(correlation_id_path=correlation_paths.API_GATEWAY_REST)
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer one request of API Gateway (REST, proxy integration)."""
    return app.resolve(event, context)


if __name__ == "__main__":
    print(describe(app))
