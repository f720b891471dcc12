"""How a connection to PostgreSQL is opened: address, TLS, time limits, and credentials that may have been rotated."""

import contextlib
import json
import socket
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pg8000.native
from pg8000.exceptions import DatabaseError

from bucketsieve.settings import DatabaseSettings
from bucketsieve.store.database import sqlstate

#: Who may vouch for a server, besides the authorities that the system trusts.
AUTHORITIES: Final = Path(__file__).parent / "authorities"

#: invalid_password, invalid_authorization_specification, and protocol_violation, which is how PgBouncer refuses a
#: password: the secret may have been rotated since it was read.
_REJECTED: Final = frozenset({"28P01", "28000", "08P01"})


class Connector:
    """Opens connections with the credentials of a secret, which is read once and again when they are rejected."""

    def __init__(self, settings: DatabaseSettings, read_secret: Callable[[str], str], *, application: str) -> None:
        self._settings = settings
        self._read_secret = read_secret
        self._application = application
        self._tls = _tls(settings.database_tls)
        self._credentials: dict[str, str] | None = None

    def __call__(self) -> pg8000.native.Connection:
        """Open a connection.

        Raises:
            OSError, pg8000.exceptions.InterfaceError: the server cannot be reached.
            pg8000.exceptions.DatabaseError: it refused the connection.
        """
        known = self._credentials
        try:
            return self._open(known or self._renew_credentials())
        except DatabaseError as error:
            if known is None or sqlstate(error) not in _REJECTED:
                raise
            return self._open(self._renew_credentials())

    def _renew_credentials(self) -> dict[str, str]:
        secret = json.loads(self._read_secret(self._settings.database_secret_arn))
        self._credentials = {"user": secret["username"], "password": secret["password"]}
        return self._credentials

    def _open(self, credentials: dict[str, str]) -> pg8000.native.Connection:
        settings = self._settings
        connection_socket = socket.create_connection(
            (settings.database_host, settings.database_port), timeout=settings.database_connect_timeout_seconds
        )
        connection_socket.settimeout(settings.database_socket_timeout_seconds)
        try:
            return pg8000.native.Connection(
                **credentials,
                host=settings.database_host,
                database=settings.database_name,
                ssl_context=self._tls,
                application_name=self._application,
                sock=connection_socket,
            )
        except BaseException:
            # pg8000 leaves the socket open, and holds a file on it that keeps a mere close() from closing.
            with contextlib.suppress(OSError):
                socket.close(connection_socket.detach())
            raise


def _tls(mode: str) -> ssl.SSLContext | None:
    if mode == "disable":
        return None
    context = ssl.create_default_context()
    if mode == "require":
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return context
    for authority in sorted(AUTHORITIES.glob("*.pem")):
        context.load_verify_locations(authority)
    # As in libpq: whether an authority leaves out a field that identifies its key says nothing about who the server is.
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    return context
