"""ECS is asked to leave a task in the middle of long work alone, but never for so long that nothing can be deployed."""

import pytest

from bucketsieve.scanning.protection import (
    BREAK_SECONDS,
    EXPIRES_MINUTES,
    LONGEST_SECONDS,
    RENEW_SECONDS,
    RETRY_SECONDS,
    ProtectionError,
    TaskProtection,
)
from bucketsieve.settings import ScannerSettings


class World:
    """A protection whose clock the test turns, and what was asked for."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self.asked: list[bool] = []
        self.failure: ProtectionError | None = None
        self.protection = TaskProtection(self._put, clock=lambda: self.now)

    def _put(self, protected: bool) -> None:
        self.asked.append(protected)
        if self.failure:
            raise self.failure

    def after(self, seconds: float) -> list[bool]:
        """Look after so many seconds; return what was asked for then."""
        self.now += seconds
        self.asked.clear()
        self.protection.look()
        return list(self.asked)


def test_nothing_is_asked_for_a_task_without_long_work() -> None:
    assert World().after(5) == []


def test_long_work_is_protected_and_renewed_and_let_go() -> None:
    world = World()
    world.protection.want(True)

    assert world.after(5) == [True]
    assert world.after(5) == []
    assert world.after(RENEW_SECONDS) == [True]
    world.protection.want(False)
    assert world.after(5) == [False]
    assert world.after(RENEW_SECONDS) == []


def test_an_hour_of_long_work_makes_a_break_in_which_the_task_may_be_stopped() -> None:
    world = World()
    world.protection.want(True)
    assert world.after(5) == [True]
    for _ in range(int((LONGEST_SECONDS - 1) // RENEW_SECONDS)):
        assert world.after(RENEW_SECONDS) == [True]

    assert world.after(RENEW_SECONDS) == [False]
    assert world.after(BREAK_SECONDS - 1) == []
    assert world.after(1) == [True]
    assert world.after(RENEW_SECONDS) == [True], "the next hour has begun"


@pytest.mark.parametrize("protected", [True, False])
def test_an_error_is_logged_and_tried_again_later(caplog: pytest.LogCaptureFixture, protected: bool) -> None:
    world = World()
    if not protected:
        world.protection.want(True)
        world.after(5)
    world.protection.want(protected)
    world.failure = ProtectionError("DEPLOYMENT_BLOCKED")

    assert world.after(5) == [protected]
    assert world.after(RETRY_SECONDS - 1) == []
    world.failure = None
    assert world.after(1) == [protected]

    assert [vars(entry)["cause"] for entry in caplog.records] == ["DEPLOYMENT_BLOCKED"]


def test_protection_outlasts_a_lease_and_a_renewal_that_fails() -> None:
    lease_seconds = ScannerSettings.model_fields["lease_seconds"].default

    assert RENEW_SECONDS + RETRY_SECONDS + lease_seconds < EXPIRES_MINUTES * 60
    assert LONGEST_SECONDS + BREAK_SECONDS < 3 * 3_600
