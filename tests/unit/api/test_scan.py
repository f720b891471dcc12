"""POST /scan: what is accepted, and what the job is asked to leave out."""

from datetime import UTC, datetime

from bucketsieve.job import ScanOptions
from bucketsieve.settings import ApiSettings
from tests.unit.api.conftest import Call
from tests.unit.api.fakes import FakeScans

DEFAULT_LIMIT = ApiSettings.model_fields["max_object_bytes"].default


def test_a_scan_is_accepted_with_where_to_follow_it(post: Call, scans: FakeScans) -> None:
    answer = post({"bucket": "acme-exports", "prefix": "2026/"})

    assert answer.status == 202
    assert answer.body["status"] == "listing"
    assert answer.body["async"] is True
    assert answer.body["execution_arn"].endswith("-0")
    assert answer.body["job_id"] in answer.body["message"]
    assert scans.taken[0].prefix == "2026/"


def test_without_a_state_machine_the_answer_says_what_was_listed(post: Call, scans: FakeScans) -> None:
    scans.asynchronous = False

    body = post({"bucket": "acme-exports"}).body

    assert body.pop("job_id")
    assert body == {
        "bucket": "acme-exports",
        "prefix": "",
        "status": "queued",
        "total_objects": 7,
        "messages_enqueued": 1,
        "async": False,
    }


def test_a_repeated_request_under_one_key_is_one_job(post: Call, scans: FakeScans) -> None:
    first = post({"bucket": "acme-exports"}, Idempotency_Key="nightly")
    second = post({"bucket": "acme-exports"}, Idempotency_Key="nightly")

    assert first.body == second.body
    assert len(scans.taken) == 1


def test_options_are_brought_into_one_form(post: Call, scans: FakeScans) -> None:
    post({
        "bucket": "acme-exports",
        "max_object_bytes": 5,
        "include_extensions": ["csv", ".LOG"],
        "exclude_extensions": [".Gz"],
        "modified_after": "2026-11-01T01:00:00+01:00",
    })  # fmt: skip

    assert scans.taken[0].options == ScanOptions(5, ("csv", "log"), ("gz",), datetime(2026, 11, 1, tzinfo=UTC))


def test_the_deployments_limit_holds_where_none_is_asked_for(post: Call, scans: FakeScans) -> None:
    post({"bucket": "acme-exports"})

    assert scans.taken[0].options == ScanOptions(DEFAULT_LIMIT)


def test_a_content_type_may_have_parameters_or_be_left_out(post: Call, scans: FakeScans) -> None:
    assert post({"bucket": "acme-exports"}, Content_Type="application/json; charset=utf-8").status == 202
    assert post({"bucket": "acme-exports"}, Content_Type="").status == 202
