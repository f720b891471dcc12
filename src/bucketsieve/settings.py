"""What each process reads from its environment, once, at start.

A variable is a field's name in capitals. A missing or wrong one is a ``pydantic.ValidationError`` that names it. A test
holds the fields of each class against the variables that ``template.yaml`` gives to its function.
"""

from collections.abc import Mapping
from typing import Literal

from pydantic import Field, HttpUrl, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

#: The roles of ``sql/``, each of one or two components.
type ComponentRole = Literal["bucketsieve_api", "bucketsieve_lister", "bucketsieve_scanner", "bucketsieve_upkeep"]


class _Settings(BaseSettings):
    model_config = SettingsConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class DatabaseSettings(_Settings):
    """Where the record is kept. The secret is a JSON document with ``username`` and ``password``, as RDS makes it."""

    database_host: str
    database_port: int = 5432
    database_name: str
    database_secret_arn: str
    #: As libpq's ``sslmode``: ``require`` encrypts without checking the server's certificate; ``verify-full`` trusts
    #: the system's authorities and those of ``store/authorities``.
    database_tls: Literal["verify-full", "require", "disable"] = "verify-full"
    database_connect_timeout_seconds: int = Field(default=10, ge=1)
    #: Of the whole round trip; longer than the server's ``statement_timeout`` so that the server speaks first.
    database_socket_timeout_seconds: int = Field(default=22, ge=1)


class QueueSettings(_Settings):
    """The scan queue that chunks are announced on."""

    scan_queue_url: HttpUrl


class ListingSettings(DatabaseSettings, QueueSettings):
    """``functions/list_batch``: a round of the listing."""

    list_round_keys: int = Field(default=10_000, ge=1, le=100_000)
    chunk_max_objects: int = Field(default=100, ge=1, le=1_000)
    chunk_max_bytes: int = Field(default=256 * 1024**2, ge=1)


class ApiSettings(ListingSettings):
    """``functions/api``. Without a state machine a scan is listed inside the request, as long as that may take."""

    state_machine_arn: str | None = Field(default=None, min_length=1)
    fair_share_by: Literal["bucket", "job"] = "bucket"
    max_object_bytes: int = Field(default=20 * 1024**3, ge=1)


class RefreshSettings(ListingSettings):
    """``functions/refresh``: refreshes the progress and sweeps up what was dropped."""

    state_machine_arn: str | None = Field(default=None, min_length=1)


class DeadLetterSettings(DatabaseSettings, QueueSettings):
    """``functions/dead_letter``: writes into the ledger what the queue gave up on."""


class MigrateSettings(DatabaseSettings):
    """``functions/migrate``: applies the SQL files mounted at ``migrations_path`` and makes the components' logins."""

    migrations_path: str = "/opt"
    #: The secrets of the components' logins by the role that each is a member of; without any, none is made.
    database_login_secret_arns: Mapping[ComponentRole, str] = Field(default_factory=dict)


class ScannerSettings(DatabaseSettings, QueueSettings):
    """The scanner process. Times are in seconds."""

    fingerprint_key: SecretStr | None = None  # for a scanner without AWS, such as a test
    fingerprint_key_secret_arn: str | None = Field(default=None, min_length=1)
    cache_path: str | None = Field(default=None, min_length=1)  # without one, the engine is compiled at every start
    processes: int | None = Field(default=None, ge=1, le=256)  # one for each core that may be used, if not set
    max_workers: int = Field(default=20, ge=1, le=256)  # objects in flight in each process
    read_chunk_bytes: int = Field(default=1024**2, ge=4096)
    object_time_limit_seconds: int = Field(default=3_600, ge=1)
    object_memory_limit_bytes: int = Field(default=512 * 1024**2, ge=16 * 1024**2)  # of an object that is tried alone
    lease_seconds: int = Field(default=120, ge=10)  # also the message's visibility; renewed at a third of it
    shutdown_seconds: int = Field(default=110, ge=1)
