"""The whole application on this machine: PostgreSQL, the AWS emulator, a trace collector, and scanner workers.

``with LocalStack() as stack:`` brings it up and takes it down; everything listens on loopback alone.
"""

import fcntl
import json
import os
import shutil
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any, Final, Self

import boto3
import yaml

from local.collector import TraceCollector
from local.postgres import DatabaseAddress, PostgresServer
from local.processes import Child, StartError, free_port, is_listening
from local.sam import PROJECT, TOOLS, Sam, architecture, aws_environment

#: Taken where they are free, so that what is written down about the stack stays true from one start to the next.
_EMULATOR_PORT: Final = 4566
_POSTGRES_PORT: Final = 15432
_TRACES_PORT: Final = 2000

_DATABASE: Final = "bucketsieve"
_PASSWORD: Final = "of-this-machine-alone"  # noqa: S105

_START_SECONDS: Final = 60

#: A scanner has 110 s to finish or give back what it holds.
_WORKER_STOP_SECONDS: Final = 120


class LocalStack:
    """The running stack; its attributes are there once it has been entered.

    ``api_url`` is where requests go, ``endpoint_url`` where every AWS SDK goes, ``database`` the record, ``outputs``
    those of the CloudFormation stack; ``traces`` is a file of X-Ray segments, one a line, and ``logs`` a folder.
    """

    def __init__(
        self,
        *,
        directory: Path = PROJECT / ".local",
        project: Path = PROJECT,
        workers: int = 1,
        parameters: Mapping[str, str] | None = None,
        progress: Callable[[str], None] = lambda _: None,
    ) -> None:
        """Prepare a stack in ``directory`` from ``project``, with so many scanner ``workers``.

        ``parameters`` are the template's, beside those of ``samconfig.toml``; ``progress`` is told of every step.
        """
        self.logs = directory / "logs"
        self.traces = directory / "traces.jsonl"
        self._directory = directory
        self._project = project
        self._worker_count = workers
        self._given_parameters = dict(parameters or {})
        self._progress = progress
        self._resources = ExitStack()
        self._workers: list[Child] = []
        self.endpoint_url: str
        self.api_url: str
        self.database: DatabaseAddress
        self.outputs: dict[str, str]

    def __enter__(self) -> Self:
        """Bring everything up.

        Raises:
            StartError: a part did not come up.
        """
        with self._resources:
            self._start()
            self._resources = self._resources.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._resources.close()

    def client(self, service: str) -> Any:  # noqa: ANN401 (a boto3 client of any service)
        """Return a boto3 client of the emulator."""
        return self._session.client(service, endpoint_url=self.endpoint_url)  # type: ignore[call-overload]

    def build(self) -> None:
        """Build the application again, as far as it changed."""
        self._sam.build()

    def deploy(self, **parameters: str) -> str:
        """Deploy what was built, with ``parameters`` changed, and return what SAM said.

        Raises:
            StartError: it failed.
        """
        said = self._sam.deploy({**self._parameters, **parameters})
        self.outputs = self._read_outputs()
        self.api_url = f"{self.endpoint_url}/_aws/execute-api/{self.outputs['ApiId']}/v1"
        self._write_invoke_files()
        return said

    def start_workers(self, count: int) -> None:
        """Start so many more scanner workers."""
        for _ in range(count):
            number = len(self._workers) + 1
            command = [sys.executable, "-m", "bucketsieve.scanning"]
            environment = {**os.environ, **self.worker_environment, "CACHE_PATH": str(self._directory / "cache")}
            log = self.logs / f"worker-{number}.log"
            self._workers.append(Child.start(f"worker {number}", command, log=log, environment=environment))

    def stop_workers(self) -> list[int]:
        """Stop all scanner workers, side by side, and return their exit statuses."""
        workers, self._workers = self._workers, []
        for worker in workers:
            worker.request_stop()
        return [worker.stop(seconds=_WORKER_STOP_SECONDS) for worker in workers]

    @property
    def worker_environment(self) -> dict[str, str]:
        """Return the variables of a scanner of this stack."""
        return {
            **self._aws_environment,
            "DATABASE_HOST": self.database.host,
            "DATABASE_PORT": str(self.database.port),
            "DATABASE_NAME": self.database.name,
            "DATABASE_SECRET_ARN": self.outputs["ScannerLoginSecretArn"],
            "DATABASE_TLS": "disable",
            "SCAN_QUEUE_URL": self.outputs["ScanQueueUrl"],
            "FINGERPRINT_KEY_SECRET_ARN": self.outputs["FingerprintKeySecretArn"],
            "PROCESSES": "1",  # of each worker
            "POWERTOOLS_SERVICE_NAME": "scanner",
            "POWERTOOLS_METRICS_NAMESPACE": "BucketSieve",
        }

    def _start(self) -> None:
        self._resources.enter_context(_ended_by_sigterm())
        self._resources.enter_context(_alone_in(self._directory))
        shutil.rmtree(self.logs, ignore_errors=True)
        self.traces.unlink(missing_ok=True)
        scratch = self._directory / "tmp"
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir(parents=True)
        self._resources.callback(shutil.rmtree, scratch, ignore_errors=True)
        self.logs.mkdir()
        emulator_port = free_port(_EMULATOR_PORT)
        self.endpoint_url = f"http://127.0.0.1:{emulator_port}"
        self._sam = Sam(project=self._project, endpoint_url=self.endpoint_url, log=self.logs / "sam.log")
        # Children start in this thread: Linux ends them with the thread that started them.
        with ThreadPoolExecutor(1) as builder:
            self._progress("building the application")
            build = builder.submit(self._sam.build)
            self._start_collector()
            self._start_postgres()
            self._start_emulator(emulator_port, scratch)
            build.result()
        self._progress("deploying it to the emulator")
        self.deploy()
        self._progress(f"starting {self._worker_count} scanner worker(s)")
        self._resources.callback(self.stop_workers)
        self.start_workers(self._worker_count)

    def _start_collector(self) -> None:
        port = free_port(_TRACES_PORT, kind=socket.SOCK_DGRAM)
        collector = self._resources.enter_context(TraceCollector(self.traces, port=port))
        self._aws_environment = {
            **aws_environment(self.endpoint_url),
            "AWS_XRAY_DAEMON_ADDRESS": collector.address,
        }
        region = self._aws_environment["AWS_REGION"]
        self._session = boto3.Session(
            aws_access_key_id=self._aws_environment["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=self._aws_environment["AWS_SECRET_ACCESS_KEY"],
            region_name=region,
        )

    def _start_postgres(self) -> None:
        self._progress("starting PostgreSQL")
        server = PostgresServer.start(preferred_port=_POSTGRES_PORT, log=self.logs / "postgres.log")
        self._resources.callback(server.stop)
        with server.address.connect() as connection:
            # As on RDS: it owns the database and makes roles, but is no superuser.
            connection.run(f"CREATE ROLE {_DATABASE} LOGIN CREATEROLE PASSWORD '{_PASSWORD}'")
            connection.run(f"CREATE DATABASE {_DATABASE} OWNER {_DATABASE}")
        self.database = replace(server.address, name=_DATABASE, user=_DATABASE, password=_PASSWORD)

    def _start_emulator(self, port: int, scratch: Path) -> None:
        self._progress("starting the AWS emulator")
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(scratch),
            "TMPDIR": str(scratch),
            "BIND_HOST": "127.0.0.1",
            "MINISTACK_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(port),
            "LAMBDA_EXECUTOR": "local",
            **self._aws_environment,
        }
        python = TOOLS / "emulator" / "bin" / "python"
        emulator = Child.start(
            "the AWS emulator",
            [python, PROJECT / "local" / "emulator.py"],
            log=self.logs / "emulator.log",
            environment=environment,
        )
        self._resources.callback(emulator.stop)
        emulator.wait_until(lambda: is_listening(port), seconds=_START_SECONDS)
        secret = self.client("secretsmanager").create_secret(
            Name=f"{_DATABASE}-local-database",
            SecretString=json.dumps({"username": self.database.user, "password": self.database.password}),
        )
        self._parameters = {
            "DatabaseHost": self.database.host,
            "DatabasePort": str(self.database.port),
            "DatabaseName": self.database.name,
            "DatabaseSecretArn": secret["ARN"],
            **self._given_parameters,
        }

    def _read_outputs(self) -> dict[str, str]:
        [stack] = self.client("cloudformation").describe_stacks(StackName=self._sam.stack_name)["Stacks"]
        return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}

    def _write_invoke_files(self) -> None:
        """Write what lets ``sam local invoke`` reach this stack, since it passes on only variables of the template.

        ``events/env.json`` says which variables that takes; here they get the values of this stack.
        """
        built = self._project / ".local" / "sam" / "build"
        template = yaml.safe_load((built / "template.yaml").read_text())
        template["Globals"]["Function"]["Environment"]["Variables"] |= {"AWS_ENDPOINT_URL": self.endpoint_url}
        template["Parameters"]["LambdaArchitecture"]["Default"] = architecture()
        # SAM reads each nested stack several times before it comes to the function, which needs none.
        nested = [name for name, made in template["Resources"].items() if made["Type"] == "AWS::CloudFormation::Stack"]
        for name in nested:
            del template["Resources"][name]
        (built / "invoke.yaml").write_text(yaml.safe_dump(template, sort_keys=False))
        deployed = {
            function["FunctionName"].removeprefix(f"{self._sam.stack_name}-").rpartition("-")[0]: {
                **function["Environment"]["Variables"],
                "AWS_ENDPOINT_URL": self.endpoint_url,
            }
            for function in self.client("lambda").list_functions()["Functions"]
        }
        expected = json.loads((self._project / "events" / "env.json").read_text())
        actual = {name: {key: deployed[name][key] for key in keys} for name, keys in expected.items()}
        (self._directory / "env.json").write_text(json.dumps(actual, indent=2))


def is_held(directory: Path) -> bool:
    """Return whether a stack runs in a folder."""
    try:
        with _alone_in(directory):
            return False
    except StartError:
        return True


@contextmanager
def _alone_in(directory: Path) -> Iterator[None]:
    """Hold a folder for this process, however it ends.

    Raises:
        StartError: another process holds it.
    """
    directory.mkdir(parents=True, exist_ok=True)
    with (directory / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StartError(
                f"a local stack runs in {directory} already; `make down` stops the one of `make up`"
            ) from None
        yield


@contextmanager
def _ended_by_sigterm() -> Iterator[None]:
    """Let SIGTERM end the program the orderly way, unless somebody else handles it already."""

    def end(_signal: int, _frame: FrameType | None) -> None:
        raise SystemExit(128 + signal.SIGTERM)

    mine = threading.current_thread() is threading.main_thread() and signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    if mine:
        signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        if mine:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
