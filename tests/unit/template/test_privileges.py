"""A role allows the calls that its code makes: every one of them, and no other."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from lint.stacks import production
from lint.templates import ROOT, Stack, actions, statements

from tests.conftest import PROJECT

PACKAGE: Final = PROJECT / "src" / "bucketsieve"
APPLICATION: Final = production()

#: The services of each function, as ``bootstrap`` builds them.
SERVICES: Final = {
    "ApiFunction": ("jobs/service.py", "jobs/control.py", "results/service.py", "listing/service.py"),
    "ListBatchFunction": ("listing/service.py",),
    "RefreshFunction": ("upkeep/service.py", "listing/service.py"),
    "DeadLetterFunction": ("dead_letters/service.py",),
    "MigrateFunction": ("migrate/custom_resource.py",),
    "TaskRole": tuple(str(path.relative_to(PACKAGE)) for path in sorted((PACKAGE / "scanning").glob("*.py"))),
}
#: The adapter behind what a service calls its queue, lister, executions and reader.
ADAPTERS: Final = {
    "queue": "SqsChunkQueue",
    "lister": "S3BucketLister",
    "executions": "StepFunctionsExecutions",
    "reader": "S3ObjectReader",
}
#: boto3's clients, as the adapters call them.
CLIENTS: Final = {"s3", "sqs", "step_functions"}
#: The permission of a call; https://docs.aws.amazon.com/service-authorization/latest/reference/
PERMISSIONS: Final = {
    "s3.head_bucket": "s3:ListBucket",
    "s3.list_objects_v2": "s3:ListBucket",
    "s3.get_object": "s3:GetObject",
    "sqs.send_message_batch": "sqs:SendMessage",
    "sqs.receive_message": "sqs:ReceiveMessage",
    "sqs.change_message_visibility": "sqs:ChangeMessageVisibility",
    "sqs.delete_message": "sqs:DeleteMessage",
    "sqs.get_queue_attributes": "sqs:GetQueueAttributes",
    "step_functions.start_execution": "states:StartExecution",
    "step_functions.describe_execution": "states:DescribeExecution",
}
#: Every process reads the database's secret, in ``bootstrap``, and so uses the key that it is encrypted with.
OF_ALL: Final = {"secretsmanager:GetSecretValue", "kms:Decrypt"}
#: What a call asks of the queue's key besides.
OF_KEY: Final = {"sqs.send_message_batch": "kms:GenerateDataKey"}
#: What others ask for with its role: the X-Ray daemon and the container's agent. And without s3:ListBucket, S3 says of
#: a key that is gone what it says of one that is forbidden.
OF_OTHERS: Final = {
    "TaskRole": {"xray:PutTraceSegments", "xray:PutTelemetryRecords", "s3:ListBucket", "ecs:UpdateTaskProtection"},
}
#: The policies of ``infra/key.yaml``.
NAME_OF_OUTPUT: Final = {"Outputs.ReaderPolicyArn": "ReaderPolicy", "Outputs.SenderPolicyArn": "SenderPolicy"}
#: What SAM's policy templates stand for, https://github.com/aws/serverless-application-model
POLICY_TEMPLATES: Final = {
    "AWSSecretsManagerGetSecretValuePolicy": {"secretsmanager:GetSecretValue"},
    "SQSSendMessagePolicy": {"sqs:SendMessage"},
}


def calls(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Yield the calls ``owner.method(…)``, without the underscore of a private owner."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = node.func.value
            name = owner.attr if isinstance(owner, ast.Attribute) else owner.id if isinstance(owner, ast.Name) else ""
            yield name.removeprefix("_"), node.func.attr


def client_calls() -> dict[str, dict[str, set[str]]]:
    """Return, by adapter and method, the calls of boto3 clients that it leads to, through its other methods too."""
    found: dict[str, dict[str, set[str]]] = {}
    for path in (PACKAGE / "adapters").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef):
                methods = {item.name: set(calls(item)) for item in node.body if isinstance(item, ast.FunctionDef)}
                found[node.name] = {name: set(_reached(name, methods, set())) for name in methods}
    return found


def _reached(method: str, methods: dict[str, set[tuple[str, str]]], seen: set[str]) -> Iterator[str]:
    seen.add(method)
    for owner, name in methods[method]:
        if owner in CLIENTS:
            yield f"{owner}.{name}"
        elif owner == "self" and name in methods and name not in seen:
            yield from _reached(name, methods, seen)


def needed(role: str) -> set[str]:
    """Return the permissions that the code behind a role needs."""
    adapters = client_calls()
    made: set[str] = set()
    for service in SERVICES[role]:
        for owner, method in calls(ast.parse((PACKAGE / service).read_text())):
            if owner in ADAPTERS:
                made |= adapters[ADAPTERS[owner]][method]
    return {PERMISSIONS[call] for call in made} | OF_ALL | {OF_KEY[call] for call in made if call in OF_KEY}


def allowed(role: str) -> set[str]:
    """Return the actions that a role allows."""
    if role == "TaskRole":
        policy = APPLICATION.nested()["Scanners"].resources["TaskPolicy"]
        return {action for statement in statements(policy) for action in actions(statement)}
    policies: list[dict[str, Any]] = APPLICATION.resources[role]["Properties"]["Policies"]
    named = [POLICY_TEMPLATES[name] for policy in policies for name in policy if name.endswith("Policy")]
    key = APPLICATION.nested()["Key"].resources
    managed = [key[NAME_OF_OUTPUT[policy["Fn::GetAtt"][1]]] for policy in policies if "Fn::GetAtt" in policy]
    written = {action for statement in statements([*policies, *managed]) for action in actions(statement)}
    return written.union(*named)


@pytest.mark.parametrize("role", SERVICES)
def test_a_role_allows_what_its_code_calls_and_nothing_else(role: str) -> None:
    assert allowed(role) == needed(role) | OF_OTHERS.get(role, set())


def test_every_function_is_looked_at() -> None:
    assert {*APPLICATION.of_type("AWS::Serverless::Function"), "TaskRole"} == SERVICES.keys()


def test_every_call_of_a_client_has_its_permission() -> None:
    made = {call for methods in client_calls().values() for reached in methods.values() for call in reached}

    assert {call for call in made if not call.endswith(".client")} == PERMISSIONS.keys()


def test_clients_are_made_in_bootstrap_and_the_reader_alone() -> None:
    def makes_clients(path: Path) -> bool:
        return any(method == "client" for owner, method in calls(ast.parse(path.read_text())) if owner != "metrics")

    makers = {str(path.relative_to(PACKAGE)) for path in PACKAGE.rglob("*.py") if makes_clients(path)}

    assert makers - {"cli/targets.py"} == {"bootstrap.py", "adapters/object_reader.py"}


def resources(policies: object, sid: str) -> object:
    """Return the resources of a statement."""
    return next(statement["Resource"] for statement in statements(policies) if statement.get("Sid") == sid)


def test_the_buckets_that_are_named_are_all_that_is_listed_and_read() -> None:
    arns = ["arn:aws:s3:::acme-exports", "arn:aws:s3:::acme-logs-*"]
    stack = Stack(ROOT, {"BucketArns": ",".join(arns)})
    scanner = stack.nested()["Scanners"].resources["TaskPolicy"]

    assert {
        str(resources(stack.resources[function], sid))
        for function, sid in (
            ("ApiFunction", "CheckBucket"),
            ("ListBatchFunction", "ListBucket"),
            ("RefreshFunction", "ListBucket"),
        )
    } == {str(arns)}
    assert resources(scanner, "TellMissingFromForbidden") == arns
    assert resources(scanner, "ReadObjects") == {
        "Fn::Split": [",", {"Fn::Sub": ["${Arns}/*", {"Arns": "arn:aws:s3:::acme-exports/*,arn:aws:s3:::acme-logs-*"}]}]
    }
