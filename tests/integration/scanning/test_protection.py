"""The container agent is asked as its documentation says, and its refusals say why."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest

from bucketsieve.scanning.protection import EXPIRES_MINUTES, ContainerAgent, ProtectionError

PROTECTED = {"protection": {"ExpirationDate": "2026-11-22T04:00:00Z", "ProtectionEnabled": True, "TaskArn": "arn"}}
#: What the agent answers where ECS said no, and where the role may not ask.
BLOCKED = {"requestID": "1", "failure": {"Arn": "arn", "Reason": "DEPLOYMENT_BLOCKED"}}
DENIED = {"requestID": "1", "error": {"Arn": "arn", "Code": "AccessDeniedException", "Message": "not authorized"}}


@dataclass
class Agent:
    """A container agent on this machine, which remembers what it was asked."""

    uri: str = ""
    status: int = 200
    answer: Any = field(default_factory=lambda: PROTECTED)
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)


@pytest.fixture
def agent() -> Iterator[Agent]:
    agent = Agent()

    class Handler(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            agent.asked.append((self.path, json.loads(body)))
            self.send_response(agent.status)
            self.end_headers()
            self.wfile.write(json.dumps(agent.answer).encode())

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        agent.uri = f"http://127.0.0.1:{server.server_port}/api/0f15"
        yield agent
        server.shutdown()
        thread.join()


def test_the_agent_is_asked_for_a_time_that_ends_by_itself(agent: Agent) -> None:
    ContainerAgent(agent.uri).protect(True)
    ContainerAgent(agent.uri).protect(False)

    path = "/api/0f15/task-protection/v1/state"
    assert agent.asked == [
        (path, {"ProtectionEnabled": True, "ExpiresInMinutes": EXPIRES_MINUTES}),
        (path, {"ProtectionEnabled": False}),
    ]


@pytest.mark.parametrize(
    ("status", "answer", "cause"),
    [(200, BLOCKED, "DEPLOYMENT_BLOCKED"), (400, DENIED, "AccessDeniedException"), (500, {}, "None")],
)
def test_a_refusal_says_why(agent: Agent, status: int, answer: dict[str, Any], cause: str) -> None:
    agent.status, agent.answer = status, answer

    with pytest.raises(ProtectionError, match=cause):
        ContainerAgent(agent.uri).protect(True)


def test_an_agent_that_is_not_there_is_an_error_like_any_other(agent: Agent) -> None:
    uri = agent.uri.replace("/api", "9/api")  # a port that does not exist

    with pytest.raises(ProtectionError, match="no answer"):
        ContainerAgent(uri).protect(True)
