"""A PostgreSQL that waits for its disk, and that can be killed and started again with what it had written."""

import os
import signal
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

import psutil
from local.postgres import DatabaseAddress, PostgresServer
from local.processes import Child
from pg8000.exceptions import DatabaseError, InterfaceError

_DURABLE: Final = ("fsync=on", "synchronous_commit=on", "full_page_writes=on")
_START_SECONDS: Final = 60


@dataclass
class DurablePostgres:
    """A running server; ``server`` made its files, and runs no more itself."""

    server: PostgresServer
    command: list[str]
    process: Child

    @classmethod
    def start(cls) -> Self:
        """Make a cluster, and start it with the settings that let it survive a crash."""
        server = PostgresServer.start()
        command = psutil.Process(server.process.pid).cmdline()
        command += [argument for option in _DURABLE for argument in ("-c", option)]
        server.process.stop()
        return cls(server, command, cls._run(server, command))

    @staticmethod
    def _run(server: PostgresServer, command: list[str]) -> Child:
        process = Child.start(
            "postgres",
            command,
            log=server.directory / "log",
            user=Path(server.directory / "data").owner() if os.geteuid() == 0 else None,
            stop_signal=signal.SIGINT,
        )
        process.wait_until(lambda: _answers(server.address), seconds=_START_SECONDS)
        return process

    def crash(self) -> None:
        """End it as ``pg_ctl stop -m immediate`` does: nothing is written, no client is told."""
        os.kill(self.process.pid, signal.SIGQUIT)
        self.process.stop()

    def recover(self) -> None:
        """Start it again; it recovers from its log."""
        self.process = self._run(self.server, self.command)

    def stop(self) -> None:
        """Stop it, and remove its files."""
        self.process.stop()
        self.server.stop()


def _answers(address: DatabaseAddress) -> bool:
    try:
        with address.connect():
            return True
    except (InterfaceError, DatabaseError, OSError):
        return False
