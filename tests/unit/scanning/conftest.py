import pytest

from tests.unit.scanning.world import World


@pytest.fixture(autouse=True)
def powertools(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "bucketsieve-scanner")
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "BucketSieve")


@pytest.fixture
def world() -> World:
    return World()
