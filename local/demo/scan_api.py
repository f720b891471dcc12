"""A client of BucketSieve's API, as small as the demo's use of it."""

import json
from collections.abc import Iterator
from typing import Any, Final
from uuid import UUID, uuid4

import urllib3

from bucketsieve.results.model import FindingReport, JobReport, ObjectReport

#: Small enough that every list of the demo has several pages.
PAGE_LIMIT: Final = 100
#: API Gateway itself gives up after 29 s.
_TIMEOUT_SECONDS: Final = 30.0
_RETRY: Final = urllib3.Retry(total=5, status_forcelist=(502, 503, 504), allowed_methods=None, backoff_factor=0.5)


class ApiError(Exception):
    """The API refused a call; the text is its problem document."""


class ScanApi:
    """Calls the API at ``url``, and keeps every answer's bytes in ``answers``."""

    def __init__(self, url: str, *, http: urllib3.PoolManager | None = None) -> None:
        self._url = url.rstrip("/")
        self._http = http or urllib3.PoolManager(timeout=_TIMEOUT_SECONDS, retries=_RETRY)
        self.answers: list[bytes] = []

    def start_scan(self, bucket: str) -> UUID:
        """Post a scan of the whole bucket and return its job's id."""
        # With a key, a repeated request (see _RETRY) is the same scan.
        answer = self._call("POST", "/scan", json={"bucket": bucket}, headers={"Idempotency-Key": str(uuid4())})
        return UUID(answer["job_id"])

    def job(self, job_id: UUID) -> JobReport:
        """Return the job, its totals counted now."""
        return JobReport.model_validate(self._call("GET", f"/jobs/{job_id}", fields={"real_time": "true"}))

    def ledger(self, job_id: UUID) -> Iterator[ObjectReport]:
        """Yield every object of the job's ledger, page by page."""
        for item in self._items(f"/jobs/{job_id}/objects"):
            yield ObjectReport.model_validate(item)

    def findings(self, job_id: UUID) -> Iterator[FindingReport]:
        """Yield every finding of the job, page by page."""
        for item in self._items("/results", job_id=str(job_id)):
            yield FindingReport.model_validate(item)

    def _items(self, path: str, **fields: str) -> Iterator[dict[str, Any]]:
        page = self._call("GET", path, fields=fields | {"limit": str(PAGE_LIMIT)})
        yield from page["items"]
        while cursor := page["next_cursor"]:
            page = self._call("GET", path, fields=fields | {"limit": str(PAGE_LIMIT), "cursor": cursor})
            yield from page["items"]

    def _call(self, method: str, path: str, **request: Any) -> dict[str, Any]:  # noqa: ANN401 (urllib3's own)
        answer = self._http.request(method, self._url + path, **request)
        self.answers.append(answer.data)
        if answer.status >= 400:
            raise ApiError(f"{method} {path}: {answer.status} {answer.data.decode(errors='replace')}")
        body: dict[str, Any] = json.loads(answer.data)
        return body
