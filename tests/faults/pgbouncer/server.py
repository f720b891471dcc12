"""A PgBouncer in transaction mode: clients share a few backends, a transaction at a time, as they do in RDS Proxy."""

import os
import shutil
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Self

from local.postgres import DatabaseAddress
from local.processes import Child, free_port, is_listening

#: Backends of a database. Fewer than clients, so that they really share.
POOL_SIZE: Final = 3

#: Clients log in by what the server knows of them, so that roles of a test can as well.
_CONFIGURATION: Final = """
[databases]
* = host={server.host} port={server.port}

[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
pool_mode = transaction
default_pool_size = {pool_size}
max_client_conn = 500
auth_type = scram-sha-256
auth_file = {users}
auth_user = {server.user}
auth_query = SELECT usename, passwd FROM pg_shadow WHERE usename = $1
query_wait_timeout = 20
"""

_START_SECONDS: Final = 30


def pgbouncer_program() -> str | None:
    """Return where Debian's package puts the program, or ``None`` where it is not installed."""
    return shutil.which("pgbouncer", path=os.pathsep.join((os.defpath, "/usr/sbin", os.environ.get("PATH", ""))))


@dataclass(frozen=True, slots=True)
class PgBouncer:
    """A running pooler before one server; every database of the server can be reached through it."""

    directory: Path
    port: int
    process: Child

    @classmethod
    def start(cls, program: str, server: DatabaseAddress, *, pool_size: int = POOL_SIZE) -> Self:
        """Start a pooler on a free loopback port.

        Raises:
            StartError: it did not come up.
        """
        directory = Path(tempfile.mkdtemp(prefix="bucketsieve-pgbouncer-"))
        users, configuration = directory / "users", directory / "pgbouncer.ini"
        port = free_port()
        users.write_text(f'"{server.user}" "{server.password}"\n')
        configuration.write_text(
            _CONFIGURATION.format(server=server, port=port, users=users, pool_size=pool_size),
        )
        # PgBouncer refuses root, as PostgreSQL does.
        owner = "nobody" if os.geteuid() == 0 else None
        if owner:
            for path in (directory, users, configuration):
                shutil.chown(path, owner)
        process = Child.start("pgbouncer", [program, configuration], log=directory / "log", user=owner)
        pooler = cls(directory, port, process)
        try:
            process.wait_until(lambda: is_listening(port), seconds=_START_SECONDS)
        except BaseException:
            pooler.stop()
            raise
        return pooler

    def stop(self) -> None:
        """Stop the pooler, whoever is connected, and remove its files."""
        self.process.stop()
        shutil.rmtree(self.directory, ignore_errors=True)

    def way_to(self, database: DatabaseAddress) -> DatabaseAddress:
        """Return the address of a database of the server through the pooler."""
        return replace(database, host="127.0.0.1", port=self.port)
