import pytest


@pytest.fixture(autouse=True)
def powertools(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "bucketsieve-scanner")
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "BucketSieve")
