import json
from typing import Any

import pytest
from local.demo.scan_api import ApiError, ScanApi

from .evidence import JOB, perfect_findings, perfect_job, perfect_ledger, small_manifest

URL = "http://api.local/v1"


class Answer:
    def __init__(self, status: int, body: Any) -> None:
        self.status = status
        self.data = json.dumps(body).encode()


class PagedServer:
    """Answers like the API, two items a page, with the position as the cursor."""

    def __init__(self) -> None:
        manifest = small_manifest()
        self.lists = {
            f"/jobs/{JOB}/objects": [row.model_dump(mode="json") for row in perfect_ledger(manifest)],
            "/results": [found.model_dump(mode="json") for found in perfect_findings(manifest)],
        }
        self.job = perfect_job(manifest).model_dump(mode="json")
        self.keys: list[str] = []

    def request(self, method: str, url: str, **request: Any) -> Answer:
        path = url.removeprefix(URL)
        if (method, path) == ("POST", "/scan"):
            self.keys.append(request["headers"]["Idempotency-Key"])
            if request["json"]["bucket"] == "nobody's":
                return Answer(404, {"title": "There is no such bucket."})
            return Answer(202, {"job_id": str(JOB)})
        if path == f"/jobs/{JOB}":
            return Answer(200, self.job)
        begin = int(request["fields"].get("cursor", 0))
        items = self.lists[path]
        more = str(begin + 2) if begin + 2 < len(items) else None
        return Answer(200, {"items": items[begin : begin + 2], "next_cursor": more})


def api(server: PagedServer) -> ScanApi:
    return ScanApi(URL + "/", http=server)  # type: ignore[arg-type]


def test_lists_are_read_to_their_last_page() -> None:
    client = api(PagedServer())

    assert [row.key for row in client.ledger(JOB)] == ["a.txt", "b.txt", "empty"]
    assert [found.detector for found in client.findings(JOB)] == ["email", "us_ssn", "us_ssn"]


def test_every_answer_is_kept() -> None:
    client = api(PagedServer())
    client.start_scan("demo")
    client.job(JOB)
    list(client.ledger(JOB))

    assert len(client.answers) == 4
    assert any(b'"next_cursor"' in answer for answer in client.answers)


def test_a_scan_is_posted_with_an_idempotency_key_of_its_own() -> None:
    server = PagedServer()
    client = api(server)

    assert client.start_scan("demo") == client.start_scan("demo") == JOB
    assert len(set(server.keys)) == 2


def test_a_refused_call_says_what_the_api_said() -> None:
    with pytest.raises(ApiError, match=r"POST /scan: 404 .*no such bucket"):
        api(PagedServer()).start_scan("nobody's")
