"""The one place where services meet their adapters: a function per process, each built once."""

from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

import boto3
from botocore.config import Config

from bucketsieve.adapters.chunk_queue import SqsChunkQueue
from bucketsieve.adapters.executions import StepFunctionsExecutions
from bucketsieve.adapters.lister import S3BucketLister
from bucketsieve.adapters.secrets import SecretReader
from bucketsieve.dead_letters.service import DeadLetters
from bucketsieve.detect.catalogue import load_catalogue
from bucketsieve.jobs.control import JobControl
from bucketsieve.jobs.service import JobService
from bucketsieve.listing.plan import ChunkLimits
from bucketsieve.listing.service import ListingService
from bucketsieve.observability import LambdaTraces, logger
from bucketsieve.results.service import Results
from bucketsieve.settings import (
    ApiSettings,
    DatabaseSettings,
    DeadLetterSettings,
    ListingSettings,
    MigrateSettings,
    RefreshSettings,
    ScannerSettings,
)
from bucketsieve.store.connect import Connector
from bucketsieve.store.database import FAILOVER_SECONDS, Database
from bucketsieve.store.logins import read_logins
from bucketsieve.store.migrations import Migrator, read_migrations
from bucketsieve.upkeep.service import Upkeep

if TYPE_CHECKING:
    from bucketsieve.detect.engine import Engine
    from bucketsieve.detect.selftest import Tried
    from bucketsieve.scanning.dialogue import MakeEngine
    from bucketsieve.scanning.examine import DetectionEngine
    from bucketsieve.scanning.service import Scanner

#: botocore's own retries pace themselves. What is over within 23 s ends before the least patient function does, and
#: before a lease that a call delays; it has to read for longer than a long poll takes.
PROMPT: Final = Config(
    connect_timeout=3, read_timeout=8, retries={"mode": "adaptive", "total_max_attempts": 2}, max_pool_connections=50
)
#: A round of the state machine has 300 s, and better waits for S3 than begins again.
PATIENT: Final = Config(
    connect_timeout=5, read_timeout=30, retries={"mode": "adaptive", "total_max_attempts": 6}, max_pool_connections=50
)

#: A request has 28 s in all, of which a statement may take 20; better a 503 that says when to come back.
API_PATIENCE_SECONDS: Final = 2.0
#: The next minute, or the queue, brings the same work again.
UPKEEP_PATIENCE_SECONDS: Final = 5.0

#: A statement of a migration, such as an index on a large table; the function has 900 s in all.
MIGRATION_SECONDS: Final = 840

#: A step of an examination (a piece of an object, some megabytes at most) that takes longer hangs.
EXAMINATION_STEP_SECONDS: Final = 300
#: Beside others on its core, it may take so many times as long. What is wrongly taken to hang is examined alone next.
STEP_AMONG_OTHERS: Final = 3


def client(service: Literal["s3", "sqs", "stepfunctions", "secretsmanager"], limits: Config = PROMPT) -> Any:  # noqa: ANN401 (one type each)
    """Return a boto3 client with these limits on time and tries."""
    return boto3.client(service, config=limits)


def read_secret(secret_id: str) -> str:
    """Return the current text of a secret; see ``SecretReader``."""
    return SecretReader(client("secretsmanager"))(secret_id)


def database(settings: DatabaseSettings, *, application: str, patience: float = FAILOVER_SECONDS) -> Database:
    """Return the record, as ``application`` (what PostgreSQL shows of its clients)."""
    return Database(Connector(settings, read_secret, application=application), patience=patience)


def listing_service(settings: ListingSettings, record: Database, limits: Config = PROMPT) -> ListingService:
    """Return the service that lists buckets."""
    return ListingService(
        record,
        S3BucketLister(client("s3", limits)),
        SqsChunkQueue(client("sqs", limits), str(settings.scan_queue_url)),
        LambdaTraces(),
        limits=ChunkLimits(settings.chunk_max_objects, settings.chunk_max_bytes),
        round_keys=settings.list_round_keys,
    )


@cache
def list_batch() -> ListingService:
    """Return what ``functions/list_batch`` serves."""
    settings = ListingSettings()
    return listing_service(settings, database(settings, application="bucketsieve-list-batch"), PATIENT)


@cache
def api_settings() -> ApiSettings:
    """Return the environment of ``functions/api``."""
    return ApiSettings()


@cache
def api_database() -> Database:
    """Return the record as ``functions/api`` reads and writes it."""
    return database(api_settings(), application="bucketsieve-api", patience=API_PATIENCE_SECONDS)


@cache
def jobs() -> JobService:
    """Return what ``functions/api`` serves for ``POST /scan``."""
    settings = api_settings()
    return JobService(
        api_database(),
        S3BucketLister(client("s3")),
        listing_service(settings, api_database()),
        _executions(settings.state_machine_arn),
        LambdaTraces(),
        fair_share_by=settings.fair_share_by,
        ruleset_version=load_catalogue().version,
    )


@cache
def control() -> JobControl:
    """Return what ``functions/api`` serves for the calls that change a job."""
    settings = api_settings()
    return JobControl(
        api_database(), listing_service(settings, api_database()), _executions(settings.state_machine_arn)
    )


@cache
def results() -> Results:
    """Return what ``functions/api`` serves for its other calls."""
    return Results(api_database(), detectors={detector.id for detector in load_catalogue().detectors})


@cache
def refresh() -> Upkeep:
    """Return what ``functions/refresh`` serves."""
    settings = RefreshSettings()
    record = database(settings, application="bucketsieve-refresh", patience=UPKEEP_PATIENCE_SECONDS)
    return Upkeep(
        record,
        SqsChunkQueue(client("sqs"), str(settings.scan_queue_url)),
        listing_service(settings, record),
        _executions(settings.state_machine_arn),
    )


@cache
def dead_letters() -> DeadLetters:
    """Return what ``functions/dead_letter`` serves."""
    settings = DeadLetterSettings()
    return DeadLetters(
        database(settings, application="bucketsieve-dead-letter", patience=UPKEEP_PATIENCE_SECONDS),
        SqsChunkQueue(client("sqs"), str(settings.scan_queue_url)),
    )


def migrator() -> Migrator:
    """Return what ``functions/migrate`` serves."""
    settings = MigrateSettings()
    patient = settings.model_copy(update={"database_socket_timeout_seconds": MIGRATION_SECONDS})
    return Migrator(
        Connector(settings, read_secret, application="bucketsieve-migrate"),
        Connector(patient, read_secret, application="bucketsieve-migrate"),
        read_migrations(Path(settings.migrations_path)),
        logins=read_logins(settings.database_login_secret_arns, read_secret),
    )


def scanner(make_engine: "MakeEngine | None" = None) -> "Scanner":
    """Return what ``python -m bucketsieve.scanning.worker`` runs, with packages that no function has.

    ``make_engine`` takes the place of the engine with the whole catalogue, here and in the child process.
    """
    from bucketsieve.adapters.object_reader import S3ObjectReader  # noqa: PLC0415
    from bucketsieve.adapters.tracing import WorkerTraces  # noqa: PLC0415
    from bucketsieve.detect.cache import Cache  # noqa: PLC0415
    from bucketsieve.detect.engine import Engine  # noqa: PLC0415
    from bucketsieve.detect.selftest import sound_engine, try_lanes  # noqa: PLC0415
    from bucketsieve.scanning.examine import LocalExaminer  # noqa: PLC0415
    from bucketsieve.scanning.isolation import ChildExaminer  # noqa: PLC0415
    from bucketsieve.scanning.ledger import DatabaseLedger  # noqa: PLC0415
    from bucketsieve.scanning.objects import ObjectScanner  # noqa: PLC0415
    from bucketsieve.scanning.service import Scanner  # noqa: PLC0415

    settings = ScannerSettings()
    cache = Cache(Path(settings.cache_path)) if settings.cache_path else None
    catalogue = load_catalogue(cache)
    if make_engine is None:
        build = partial(Engine, catalogue, fingerprint_key=_fingerprint_key(settings))
        make_engine = partial(sound_engine, build, cache)
        engine: DetectionEngine = _told(try_lanes(build, cache))
    else:
        engine = make_engine()
    severities = {detector.id: detector.severity for detector in catalogue.detectors}
    reader = S3ObjectReader(
        boto3.Session(),
        piece_bytes=settings.read_chunk_bytes,
        time_limit_seconds=settings.object_time_limit_seconds,
    )
    child = ChildExaminer(
        make_engine,
        step_seconds=min(settings.object_time_limit_seconds, EXAMINATION_STEP_SECONDS),
        memory_bytes=settings.object_memory_limit_bytes,
    )
    limit = settings.object_time_limit_seconds
    local = LocalExaminer(engine)
    return Scanner(
        SqsChunkQueue(client("sqs"), str(settings.scan_queue_url)),
        DatabaseLedger(database(settings, application="bucketsieve-scanner"), lease_seconds=settings.lease_seconds),
        ObjectScanner(reader, local, severities, time_limit_seconds=limit),
        ObjectScanner(reader, child, severities, time_limit_seconds=limit),
        WorkerTraces(),
        max_workers=settings.max_workers,
        lease_seconds=settings.lease_seconds,
        shutdown_seconds=settings.shutdown_seconds,
        hang_seconds=2 * limit + 600,
        step_seconds=STEP_AMONG_OTHERS * child.step_seconds,
        longest_step=local.longest_step,
    )


def _told(tried: "Tried") -> "Engine":
    """The engine, after a word about lanes that miss something."""
    if tried.missed:
        logger.error("canaries are missed", extra={"cause": tried.warning})
    return tried.engine


def _fingerprint_key(settings: ScannerSettings) -> bytes:
    if settings.fingerprint_key is not None:
        return settings.fingerprint_key.get_secret_value().encode()
    if settings.fingerprint_key_secret_arn is None:
        raise ValueError("set FINGERPRINT_KEY_SECRET_ARN, or FINGERPRINT_KEY in a test")
    return read_secret(settings.fingerprint_key_secret_arn).encode()


def _executions(state_machine_arn: str | None) -> StepFunctionsExecutions | None:
    return StepFunctionsExecutions(client("stepfunctions"), state_machine_arn) if state_machine_arn else None
