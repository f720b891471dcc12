"""Everything that waits has a limit, and limits nest: whoever is asked gives up before the one who asked does.

Else an error nobody handles, such as a function's own time limit, comes before the one that everybody does.
"""

import ast
import json
from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest
from botocore.client import BaseClient

from bucketsieve import bootstrap
from bucketsieve.jobs.control import REQUEST_SECONDS
from bucketsieve.jobs.service import SYNCHRONOUS_SECONDS
from bucketsieve.listing.service import PAGE_SECONDS
from bucketsieve.migrate.custom_resource import MARGIN_SECONDS
from bucketsieve.results.service import STALE_AFTER
from bucketsieve.scanning import service as scanning
from bucketsieve.settings import DatabaseSettings, ScannerSettings
from bucketsieve.store.connect import Connector
from bucketsieve.store.database import FAILOVER_SECONDS, Database
from bucketsieve.store.migrations import DATABASE_DEFAULTS
from tests.conftest import PROJECT
from tests.unit.test_template import FUNCTIONS, TEMPLATE

#: API Gateway ends an integration after this, and Fargate a task after its SIGTERM at the latest.
GATEWAY_SECONDS: Final = 29
FARGATE_STOP_SECONDS: Final = 120
#: What botocore pauses at most before a try: 1, 2, 4, … up to 20 s.
LONGEST_PAUSE_SECONDS: Final = 20
#: A statement that has begun needs about a second of a request that does one after the other.
STATEMENT_SECONDS: Final = 5

SERVICES: Final[dict[str, tuple[Callable[[], object], ...]]] = {
    "ApiFunction": (bootstrap.jobs, bootstrap.control, bootstrap.results),
    "ListBatchFunction": (bootstrap.list_batch,),
    "RefreshFunction": (bootstrap.refresh,),
    "DeadLetterFunction": (bootstrap.dead_letters,),
}
RESOURCES: Final[dict[str, Any]] = TEMPLATE["Resources"]
STATES: Final[dict[str, Any]] = json.loads((PROJECT / "statemachine" / "list_bucket.asl.json").read_text())["States"]
TASKS: Final = {name: state for name, state in STATES.items() if state["Type"] == "Task"}
LAMBDA_TASKS: Final = {name: task for name, task in TASKS.items() if "ListBatchFunctionArn" in task["Resource"]}
SERVER: Final = {name: int(value.removesuffix("s")) for name, value in DATABASE_DEFAULTS.items()}


@pytest.fixture
def built(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, list[object]]]:
    """Build a function's services in the environment that the template gives it."""
    function: str = request.param
    for name, value in environment(function).items():
        monkeypatch.setenv(name, value)
    caches = [*SERVICES[function], bootstrap.api_settings, bootstrap.api_database]
    for service in caches:
        service.cache_clear()  # type: ignore[attr-defined]
    yield function, [service() for service in SERVICES[function]]
    for service in caches:
        service.cache_clear()  # type: ignore[attr-defined]


def environment(function: str) -> dict[str, str]:
    of_all = TEMPLATE["Globals"]["Function"]["Environment"]["Variables"]
    variables = of_all | FUNCTIONS[function]["Environment"]["Variables"]
    defaults = {name: parameter.get("Default", name) for name, parameter in TEMPLATE["Parameters"].items()}
    values = {name: str(defaults.get(str(value), value)) for name, value in variables.items()}
    resolved = {"SCAN_QUEUE_URL": "https://sqs.us-east-1.amazonaws.com/1/scan", "DATABASE_TLS": "verify-full"}
    return values | resolved


def parts[Part](thing: object, kind: type[Part]) -> Iterator[Part]:
    """Yield the objects of a class that a service is made of."""
    if isinstance(thing, kind):
        yield thing
    elif type(thing).__module__.startswith("bucketsieve.") and hasattr(thing, "__dict__"):
        for value in vars(thing).values():
            yield from parts(value, kind)


def longest_call(limits: Any) -> float:
    """Return how long a call under a botocore ``Config`` may take, with all its tries and the pauses between them."""
    tries = limits.retries["total_max_attempts"]
    pauses = sum(min(2**number, LONGEST_PAUSE_SECONDS) for number in range(tries - 1))
    return float(tries * (limits.connect_timeout + limits.read_timeout) + pauses)


def longest_query(settings: DatabaseSettings, patience: float) -> float:
    """Return how long a transaction of one statement may take: its last try begins just before patience ends."""
    return patience + settings.database_connect_timeout_seconds + settings.database_socket_timeout_seconds


def test_the_server_gives_a_statement_up_before_its_client_does() -> None:
    of_all = TEMPLATE["Globals"]["Function"]["Environment"]["Variables"]
    default = DatabaseSettings.model_fields["database_socket_timeout_seconds"].default

    assert SERVER["lock_timeout"] < SERVER["statement_timeout"] < default
    assert int(of_all["DATABASE_SOCKET_TIMEOUT_SECONDS"]) == default


def test_a_page_of_a_listing_takes_less_than_its_function_may() -> None:
    assert RESOURCES["ListBatchFunction"]["Properties"]["Timeout"] > PAGE_SECONDS


@pytest.mark.parametrize("built", SERVICES, indirect=True)
def test_a_function_outlives_what_it_waits_for(built: tuple[str, list[object]]) -> None:
    function, services = built
    databases = [database for service in services for database in parts(service, Database)]
    clients = [client for service in services for client in parts(service, BaseClient)]

    assert databases
    for database in databases:
        assert isinstance(database._connect, Connector)
        query = longest_query(database._connect._settings, database._patience)
        assert query < FUNCTIONS[function]["Timeout"], "a database that does not answer"
    for client in clients:
        assert longest_call(client.meta.config) < FUNCTIONS[function]["Timeout"], client.meta.service_model.service_name
    assert longest_call(bootstrap.PROMPT) < FUNCTIONS[function]["Timeout"], "a secret that is not handed out"


def test_every_function_has_a_limit_that_is_checked_here() -> None:
    assert {*SERVICES, "MigrateFunction"} == FUNCTIONS.keys()
    assert all(function["Timeout"] > 0 for function in FUNCTIONS.values())


def test_a_request_is_answered_before_the_gateway_gives_it_up() -> None:
    timeout = FUNCTIONS["ApiFunction"]["Timeout"]

    assert timeout < GATEWAY_SECONDS
    assert max(REQUEST_SECONDS, SYNCHRONOUS_SECONDS) + STATEMENT_SECONDS < timeout


def test_every_task_of_the_state_machine_outlives_its_function() -> None:
    assert all(task["TimeoutSeconds"] > 0 for task in TASKS.values())
    for task in LAMBDA_TASKS.values():
        assert task["TimeoutSeconds"] > FUNCTIONS["ListBatchFunction"]["Timeout"]


@pytest.mark.parametrize("task", LAMBDA_TASKS)
def test_a_round_that_ran_out_of_time_is_tried_again(task: str) -> None:
    [retry] = LAMBDA_TASKS[task]["Retry"]

    assert {"Sandbox.Timedout", "Lambda.Unknown", "States.Timeout"} <= set(retry["ErrorEquals"])


def test_a_refresh_is_over_before_the_next_one() -> None:
    schedule = FUNCTIONS["RefreshFunction"]["Events"]["EveryMinute"]["Properties"]

    assert schedule["Schedule"] == "rate(1 minute)"
    assert FUNCTIONS["RefreshFunction"]["Timeout"] < 60
    assert schedule["RetryPolicy"]["MaximumRetryAttempts"] == 0
    assert STALE_AFTER.total_seconds() > 2 * 60, "one that was missed does not make the view stale"


def test_a_lease_is_a_messages_visibility_and_outlives_a_late_heartbeat() -> None:
    lease = ScannerSettings.model_fields["lease_seconds"].default
    connect = ScannerSettings.model_fields["database_connect_timeout_seconds"].default
    answer = ScannerSettings.model_fields["database_socket_timeout_seconds"].default

    assert RESOURCES["ScanQueue"]["Properties"]["VisibilityTimeout"] == lease
    assert lease / 3 + FAILOVER_SECONDS + connect + answer < lease
    assert lease / 3 + longest_call(bootstrap.PROMPT) < lease


def test_a_long_poll_is_waited_for_to_its_end() -> None:
    limits: Any = bootstrap.PROMPT

    assert limits.read_timeout > scanning._POLL_SECONDS


def test_a_scanner_ends_by_itself_before_fargate_ends_it() -> None:
    assert ScannerSettings.model_fields["shutdown_seconds"].default < FARGATE_STOP_SECONDS


def test_a_dead_letter_stays_invisible_while_its_function_tries() -> None:
    # https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html asks for six times.
    visibility = RESOURCES["ScanDeadLetterQueue"]["Properties"]["VisibilityTimeout"]

    assert visibility >= 6 * FUNCTIONS["DeadLetterFunction"]["Timeout"]


def test_a_migration_is_answered_for_while_cloudformation_waits() -> None:
    timeout = FUNCTIONS["MigrateFunction"]["Timeout"]

    assert timeout - MARGIN_SECONDS > bootstrap.MIGRATION_SECONDS
    assert RESOURCES["DatabaseSchema"]["Properties"]["ServiceTimeout"] > timeout


#: What opens connections, and the argument that limits it.
LIMITED: Final = {"client": "config", "urlopen": "timeout", "create_connection": "timeout"}


def test_nothing_in_the_package_opens_a_connection_without_a_limit() -> None:
    calls = [
        (path.name, node.lineno, name, {keyword.arg for keyword in node.keywords})
        for path in (PROJECT / "src").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        for name in [node.func.attr]
        if name in LIMITED
    ]

    assert {name for _, _, name, _ in calls} == LIMITED.keys()
    assert [call for call in calls if LIMITED[call[2]] not in call[3]] == []
