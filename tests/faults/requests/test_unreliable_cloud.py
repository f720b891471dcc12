"""A job of real processes whose calls to S3 and SQS fail, are lost on their way, or are answered by half."""

import json
from typing import Any

import pytest

from bucketsieve.adapters.executions import StepFunctionsExecutions
from bucketsieve.ports import ExecutionStatus
from tests.faults.cloud import Cloud, Fault, cut_body, lost_reply, refusal, rewritten
from tests.faults.kills.run import Plan, contents_of, play
from tests.faults.plant import Plant, dice

SLOW_DOWN = refusal("503 Slow Down", "SlowDown")
UNAVAILABLE = refusal("503 Service Unavailable", "ServiceUnavailable")
EXPIRED = refusal("400 Bad Request", "ExpiredToken")
DENIED = refusal("403 Forbidden", "AccessDenied")
#: More than botocore tries by itself.
MANY = 7


def _half_of_the_batch(body: bytes) -> bytes:
    """Say that every other message was refused; each of them was taken all the same."""
    answer: dict[str, Any] = json.loads(body)
    refused = answer["Successful"][::2]
    answer["Successful"] = answer["Successful"][1::2]
    answer["Failed"] = [{"Id": e["Id"], "Code": "InternalError", "SenderFault": False} for e in refused]
    return json.dumps(answer).encode()


@pytest.mark.parametrize(
    ("operation", "faults"),
    [
        pytest.param("ListObjectsV2", [SLOW_DOWN] * 2, id="listing-slowed-down"),
        pytest.param("ListObjectsV2", [None, lost_reply], id="listing-reply-lost"),
        pytest.param("SendMessageBatch", [rewritten(_half_of_the_batch)] * 2, id="half-a-batch-refused"),
        pytest.param("SendMessageBatch", [lost_reply] * 2, id="batch-reply-lost"),
        pytest.param("SendMessageBatch", [UNAVAILABLE] * MANY, id="batch-refused-for-long"),
        pytest.param("ReceiveMessage", [UNAVAILABLE, lost_reply], id="receive-reply-lost"),
        pytest.param("ReceiveMessage", [DENIED], id="receive-not-permitted-for-once"),
        pytest.param("DeleteMessage", [lost_reply], id="delete-reply-lost"),
        pytest.param("DeleteMessage", [DENIED] * 2, id="delete-not-permitted-for-once"),
        pytest.param("GetObject", [SLOW_DOWN] * 3, id="object-slowed-down"),
        pytest.param("GetObject", [cut_body] * 3, id="object-cut"),
        pytest.param("GetObject", [lost_reply] * 3, id="object-reply-lost"),
        pytest.param("GetObject", [EXPIRED] * 2, id="credentials-expired"),
        pytest.param("GetSecretValue", [UNAVAILABLE, lost_reply], id="secret-reply-lost"),
    ],
)
def test_a_job_completes_however_its_calls_fail(operation: str, faults: list[Fault | None], plant: Plant) -> None:
    plant.cloud.plan[operation] = list(faults)

    play(plant, Plan(), contents_of(dice(operation)))

    assert plant.cloud.plan[operation] == []


def test_an_execution_whose_start_got_no_answer_runs_once(aws: Cloud, plant: Plant) -> None:
    step_functions = plant.client("stepfunctions")
    definition = json.dumps({"StartAt": "End", "States": {"End": {"Type": "Succeed"}}})
    machine = step_functions.create_state_machine(
        name=plant.bucket, definition=definition, roleArn="arn:aws:iam::123456789012:role/list"
    )["stateMachineArn"]
    executions = StepFunctionsExecutions(step_functions, machine)
    aws.plan["StartExecution"] = [lost_reply]

    arn = executions.start("job-0", {"job_id": "1"}, trace_header=None)

    assert aws.plan["StartExecution"] == []
    assert [e["executionArn"] for e in step_functions.list_executions(stateMachineArn=machine)["executions"]] == [arn]
    assert executions.status(arn) is not ExecutionStatus.MISSING
