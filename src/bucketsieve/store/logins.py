"""The logins of the components: each a role of its own, a member of the role that the schema gives its rights to.

Passwords are sent as verifiers (RFC 5802), so that no log and no statistics of the server can show one.
"""

import hmac
import json
import secrets
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import pbkdf2_hmac, sha256
from typing import Final, Self

from pg8000.native import Connection, identifier, literal

from bucketsieve.settings import ComponentRole

#: As PostgreSQL has them itself. Passwords are generated, so more rounds would not make them harder to guess.
_SALT_BYTES: Final = 16
_ROUNDS: Final = 4096

SELECT_LOGIN: Final = "SELECT 1 AS found FROM pg_roles WHERE rolname = :name"


@dataclass(frozen=True, slots=True)
class Login:
    """Who may log in as a component."""

    role: ComponentRole
    username: str
    password: str = field(repr=False)

    @classmethod
    def from_secret(cls, role: ComponentRole, secret: str) -> Self:
        """Read a secret's JSON document with ``username`` and ``password``."""
        document = json.loads(secret)
        return cls(role, document["username"], document["password"])


def read_logins(secret_arns: Mapping[ComponentRole, str], read_secret: Callable[[str], str]) -> tuple[Login, ...]:
    """Read the logins' secrets."""
    return tuple(Login.from_secret(role, read_secret(arn)) for role, arn in secret_arns.items())


def make_logins(connection: Connection, logins: tuple[Login, ...]) -> None:
    """Let these, and of all others only the owner, into the database; whoever is there already gets the password anew.

    The connection is the owner's, who may create roles.
    """
    [[database]] = connection.run("SELECT quote_ident(current_database())")
    connection.run("START TRANSACTION")
    connection.run(f"REVOKE ALL ON DATABASE {database} FROM PUBLIC")
    for login in logins:
        name = identifier(login.username)
        make = "ALTER" if connection.run(SELECT_LOGIN, name=login.username) else "CREATE"
        connection.run(f"{make} ROLE {name} LOGIN PASSWORD {literal(_verifier(login.password))}")
        connection.run(f"GRANT {identifier(login.role)} TO {name}")
        connection.run(f"GRANT CONNECT ON DATABASE {database} TO {name}")
    connection.run("COMMIT")


def _verifier(password: str) -> str:
    salt = secrets.token_bytes(_SALT_BYTES)
    salted = pbkdf2_hmac("sha256", password.encode(), salt, _ROUNDS)
    stored_key = sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server_key = hmac.digest(salted, b"Server Key", "sha256")
    return f"SCRAM-SHA-256${_ROUNDS}:{_base64(salt)}${_base64(stored_key)}:{_base64(server_key)}"


def _base64(data: bytes) -> str:
    return b64encode(data).decode()
