"""Keeps Amazon ECS from stopping this task in the middle of long work, in scale-in or in a deployment.

The supervisor asks for all workers of a task, so that none takes back what another one needs. A task that ends says
nothing: protection that is not renewed expires.
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-scale-in-protection-endpoint.html
"""

import time
from collections.abc import Callable
from threading import Thread
from typing import Final

import urllib3
from urllib3.exceptions import HTTPError

from bucketsieve.observability import logger

#: Where ECS tells a container how to reach its agent.
AGENT_VARIABLE: Final = "ECS_AGENT_URI"

#: Far longer than a lease, for the case that renewing fails for a while.
EXPIRES_MINUTES: Final = 10
RENEW_SECONDS: Final = 240.0
#: A deployment waits for tasks that are protected, and CloudFormation gives it up after three hours. So after an hour
#: without a break the task may be stopped for a while.
LONGEST_SECONDS: Final = 3_600.0
BREAK_SECONDS: Final = 300.0
#: Between a request that failed and the next: ECS throttles whoever asks often.
RETRY_SECONDS: Final = 60.0

_LOOK_SECONDS: Final = 5.0
_PUT_SECONDS: Final = 10.0

type Put = Callable[[bool], None]


class ProtectionError(Exception):
    """The protection was not changed; the text says why."""


class ContainerAgent:
    """The agent of the task's container, at what ``AGENT_VARIABLE`` says."""

    def __init__(self, uri: str) -> None:
        self._url = f"{uri}/task-protection/v1/state"

    def protect(self, protected: bool) -> None:
        """Protect this task for ``EXPIRES_MINUTES`` from now on, or no longer.

        Raises:
            ProtectionError: ECS refused, or the agent did not answer.
        """
        state: dict[str, object] = {"ProtectionEnabled": protected}
        if protected:
            state["ExpiresInMinutes"] = EXPIRES_MINUTES
        try:
            answer = urllib3.request("PUT", self._url, json=state, timeout=_PUT_SECONDS, retries=False).json()
        except (HTTPError, ValueError) as error:
            raise ProtectionError(f"no answer: {type(error).__name__}") from error
        # Of a request that ECS received and refused the status is 200, too.
        if "protection" not in answer:
            raise ProtectionError(str(answer.get("failure", {}).get("Reason") or answer.get("error", {}).get("Code")))


def protect_long_work(agent_uri: str | None) -> Callable[[bool], None]:
    """Return what is to be told whether the task is in the middle of long work; without an agent, nobody is."""
    if agent_uri is None:
        return lambda _: None
    protection = TaskProtection(ContainerAgent(agent_uri).protect)
    protection.start()
    return protection.want


class TaskProtection:
    """Has the task protected as long as that is ``wanted``, but for a break every hour. Errors are logged, no more."""

    def __init__(self, put: Put, *, clock: Callable[[], float] = time.monotonic) -> None:
        """``put`` protects the task or takes it back, and raises ``ProtectionError``."""
        self.wanted = False
        self._put = put
        self._clock = clock
        self._protected = False
        self._began_at = 0.0
        self._renewed_at = 0.0
        self._rests_until = clock()

    def want(self, wanted: bool) -> None:
        """Say whether this task is in the middle of long work; returns at once."""
        self.wanted = wanted

    def start(self) -> None:
        """Look after it in a thread for as long as the process lives."""
        Thread(target=self._run, name="protection", daemon=True).start()

    def look(self) -> None:
        """Ask for what is wanted now, if that is not so already."""
        now = self._clock()
        if now < self._rests_until:
            return
        overdue = self._protected and now - self._began_at >= LONGEST_SECONDS
        if self._protected and (overdue or not self.wanted):
            if self._ask(False) and overdue:
                self._rests_until = now + BREAK_SECONDS
        elif self.wanted and (not self._protected or now - self._renewed_at >= RENEW_SECONDS):
            self._ask(True)

    def _ask(self, protected: bool) -> bool:
        now = self._clock()
        try:
            self._put(protected)
        except ProtectionError as error:
            logger.warning("the task's protection was not changed", extra={"protected": protected, "cause": str(error)})
            self._rests_until = now + RETRY_SECONDS
            return False
        if protected:
            self._began_at = self._began_at if self._protected else now
            self._renewed_at = now
        self._protected = protected
        return True

    def _run(self) -> None:
        while True:
            self.look()
            time.sleep(_LOOK_SECONDS)
