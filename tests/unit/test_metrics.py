"""A metric is a line of CloudWatch's Embedded Metric Format, with dimensions whose values are closed lists."""

import json

import pytest

from bucketsieve.metrics import DIMENSIONS, Metric, emit


def test_a_line_names_the_metric_its_unit_and_its_dimensions(capsys: pytest.CaptureFixture[str]) -> None:
    emit({Metric.OBJECTS: 3}, outcome="skipped", reason="EMPTY_OBJECT")

    document = json.loads(capsys.readouterr().out)
    [directive] = document["_aws"]["CloudWatchMetrics"]
    assert directive["Namespace"] == "BucketSieve"
    assert directive["Metrics"] == [{"Name": "Objects", "Unit": "Count"}]
    assert [set(dimensions) for dimensions in directive["Dimensions"]] == [{"service", "outcome", "reason"}]
    assert (document["Objects"], document["outcome"], document["reason"]) == ([3.0], "skipped", "EMPTY_OBJECT")


def test_several_metrics_share_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    emit({Metric.CHUNK_SECONDS: 1.5, Metric.BYTES_SCANNED: 4096})

    [line] = capsys.readouterr().out.splitlines()
    [directive] = json.loads(line)["_aws"]["CloudWatchMetrics"]
    assert {metric["Name"]: metric["Unit"] for metric in directive["Metrics"]} == {
        "ChunkSeconds": "Seconds",
        "BytesScanned": "Bytes",
    }


def test_a_metric_comes_with_its_own_dimensions_alone() -> None:
    with pytest.raises(AssertionError, match="other dimensions"):
        emit({Metric.CHUNK_SECONDS: 1.5}, bucket="one-of-many")
    with pytest.raises(AssertionError, match="other dimensions"):
        emit({Metric.OBJECTS: 1}, outcome="failed")


def test_no_dimension_grows_with_the_work() -> None:
    assert {name for names in DIMENSIONS.values() for name in names} == {"outcome", "reason", "severity", "verdict"}
