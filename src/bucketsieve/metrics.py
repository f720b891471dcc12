"""The closed list of metrics, and how one is written: a line on standard output in CloudWatch's Embedded Metric Format.

Each has the dimension ``service``; the few more that some have take their values from closed lists. A bucket or a job
is never one, since CloudWatch charges for every combination of values: the log lines beside the metrics name them.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

import json
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit


class Metric(StrEnum):
    """What is measured. Units are counts, except for those of ``_UNITS``."""

    # functions/list_batch
    OBJECTS_LISTED = "ObjectsListed"
    MESSAGES_ENQUEUED = "MessagesEnqueued"

    # the scanner
    OBJECTS = "Objects"
    FINDINGS = "Findings"  # occurrences, beyond the cap of findings too
    BYTES_SCANNED = "BytesScanned"
    CHUNK_SECONDS = "ChunkSeconds"
    CHUNKS_LEFT = "ChunksLeft"  # to another try, since the record, the queue or S3 did not answer
    CHUNKS_BROKEN_OFF = "ChunksBrokenOff"  # by an error that nobody expected
    LEASES_LOST = "LeasesLost"
    MESSAGES_NOT_UNDERSTOOD = "MessagesNotUnderstood"
    MESSAGES_OF_UNKNOWN_CHUNKS = "MessagesOfUnknownChunks"
    WORKERS_DIED = "WorkersDied"

    # functions/dead_letter
    DEAD_LETTERS = "DeadLetters"

    # functions/refresh: what the sweeper did
    CHUNKS_SENT_AGAIN = "ChunksSentAgain"
    LISTINGS_RESUMED = "ListingsResumed"
    LISTINGS_FAILED = "ListingsFailed"
    CHUNKS_ENDED = "ChunksEnded"
    JOBS_CLOSED = "JobsClosed"

    # functions/refresh: how the jobs are
    RUNNING_JOBS = "RunningJobs"
    STUCK_JOBS = "StuckJobs"
    OLDEST_JOB_SECONDS = "OldestJobSeconds"
    PROGRESS_AGE_SECONDS = "ProgressAgeSeconds"

    # functions/migrate
    MIGRATIONS_FAILED = "MigrationsFailed"


_UNITS: Final = {
    Metric.BYTES_SCANNED: MetricUnit.Bytes,
    Metric.CHUNK_SECONDS: MetricUnit.Seconds,
    Metric.OLDEST_JOB_SECONDS: MetricUnit.Seconds,
    Metric.PROGRESS_AGE_SECONDS: MetricUnit.Seconds,
}

#: The dimensions beside ``service``.
DIMENSIONS: Final[Mapping[Metric, frozenset[str]]] = {
    Metric.OBJECTS: frozenset({"outcome", "reason"}),
    Metric.FINDINGS: frozenset({"severity"}),
    Metric.DEAD_LETTERS: frozenset({"verdict"}),
}


def emit(values: Mapping[Metric, float], **dimensions: str) -> None:
    """Write the values of metrics that share these dimensions; names come from the POWERTOOLS_* variables.

    Safe to call from any thread.
    """
    document = EphemeralMetrics()
    for name, of_dimension in dimensions.items():
        document.add_dimension(name, of_dimension)
    for metric, value in values.items():
        assert dimensions.keys() == DIMENSIONS.get(metric, frozenset()), f"{metric} has other dimensions"
        document.add_metric(metric, _UNITS.get(metric, MetricUnit.Count), value)
    # A single write, or the line of another thread may come before this one's end.
    print(json.dumps(document.serialize_metric_set()) + "\n", end="", flush=True)
