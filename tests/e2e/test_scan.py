"""A scan through everything: API, state machine, queue, worker, and back through the API."""

import json
import time
from http import HTTPStatus
from uuid import uuid4

from local.stack import LocalStack

from tests.e2e.calls import call, wait_for

SSN = "536-22-8745"


def test_a_planted_value_is_found_and_masked(stack: LocalStack) -> None:
    s3 = stack.client("s3")
    s3.create_bucket(Bucket="planted")
    s3.put_object(Bucket="planted", Key="notes/applicant.txt", Body=f"Applicant's SSN: {SSN}\n".encode())
    s3.put_object(Bucket="planted", Key="notes/empty.txt", Body=b"")

    status, accepted = call(stack, "POST", "/scan", {"bucket": "planted"})
    assert status == HTTPStatus.ACCEPTED
    job = wait_for(stack, accepted["job_id"])

    assert job["status"] == "completed"
    objects = job["totals"]["objects"]
    assert (objects["listed"], objects["succeeded"], objects["skipped"]) == (2, 1, 1)
    _, results = call(stack, "GET", f"/results?job_id={accepted['job_id']}")
    assert [finding["key"] for finding in results["items"]] == ["notes/applicant.txt"]
    assert SSN not in json.dumps(results)


def test_a_bucket_that_is_not_there_is_refused(stack: LocalStack) -> None:
    status, problem = call(stack, "POST", "/scan", {"bucket": "nobodys-bucket"})

    assert status == HTTPStatus.NOT_FOUND
    assert problem["type"].endswith("no-such-bucket")


def test_an_error_keeps_its_type_through_the_state_machine(stack: LocalStack) -> None:
    step_functions = stack.client("stepfunctions")
    state = {"job_id": str(uuid4()), "bucket": "planted", "prefix": "", "continuation_token": None}

    started = step_functions.start_execution(
        stateMachineArn=stack.outputs["StateMachineArn"], input=json.dumps(state | {"objects_processed": 0})
    )

    deadline = time.monotonic() + 60
    while (execution := step_functions.describe_execution(executionArn=started["executionArn"]))["status"] == "RUNNING":
        assert time.monotonic() < deadline
        time.sleep(0.2)
    assert (execution["status"], execution["error"]) == ("FAILED", "ListingFailed")
    assert execution["cause"].startswith("NotFoundError: ")


def test_a_worker_ends_in_order_when_it_is_asked_to(stack: LocalStack) -> None:
    assert stack.stop_workers() == [0]

    stack.start_workers(1)


def test_each_component_is_in_the_database_as_itself(stack: LocalStack) -> None:
    s3 = stack.client("s3")
    s3.create_bucket(Bucket="plain")
    s3.put_object(Bucket="plain", Key="note.txt", Body=b"nothing of interest")
    _, accepted = call(stack, "POST", "/scan", {"bucket": "plain"})
    wait_for(stack, accepted["job_id"])

    with stack.database.connect() as connection:
        sessions = connection.run(
            "SELECT DISTINCT application_name, usename FROM pg_stat_activity WHERE datname = :name",
            name=stack.database.name,
        )

    logins = {
        "bucketsieve-api": "bucketsieve_api_login",
        "bucketsieve-list-batch": "bucketsieve_lister_login",
        "bucketsieve-scanner": "bucketsieve_scanner_login",
        "bucketsieve-refresh": "bucketsieve_upkeep_login",
        "bucketsieve-dead-letter": "bucketsieve_upkeep_login",
    }
    seen = {application: user for application, user in sessions if application in logins}
    assert seen.keys() >= {"bucketsieve-api", "bucketsieve-list-batch", "bucketsieve-scanner"}
    assert seen.items() <= logins.items()
