"""What a deployment costs while it waits, and what a scan adds: numbers of the templates, times prices of a file."""

from dataclasses import dataclass
from typing import Final

from benchmarks.cost.prices import Prices

HOURS_PER_MONTH: Final = 730
MINUTES_PER_MONTH: Final = HOURS_PER_MONTH * 60

#: Processors of the instance classes that ``infra/database.yaml`` offers.
DATABASE_VCPUS: Final = {
    "db.t4g.micro": 2,
    "db.t4g.small": 2,
    "db.t4g.medium": 2,
    "db.m7g.large": 2,
    "db.m7g.xlarge": 4,
    "db.r7g.xlarge": 4,
    "db.r7g.2xlarge": 8,
}

# Of the templates; tests hold them to these.
KEYS_PER_LIST: Final = 1_000
KEYS_PER_ROUND: Final = 10_000
TRANSITIONS_PER_ROUND: Final = 2
OBJECTS_PER_CHUNK: Final = 100
MESSAGES_PER_SEND: Final = 10
LISTER_GB: Final = 1769 / 1024
REFRESH_GB: Final = 0.5
TASK_VCPUS: Final = 1
TASK_GB: Final = 2

# Assumed, since neither has been measured on AWS; both are small beside the rest.
REFRESH_SECONDS: Final = 0.5
ROUND_SECONDS: Final = 10

#: A line of a bill: what it is for, and US dollars.
type Bill = dict[str, float]


@dataclass(frozen=True, slots=True)
class Deployment:
    """What runs all the time. ``database`` is an instance class, or nothing where one has a server already."""

    database: str | None = "db.t4g.medium"
    multi_az: bool = True
    proxy: bool = True
    storage_gb: int = 20
    zones: int = 2
    endpoints: int = 7  # interface endpoints of the network; none in a network of one's own
    keys: int = 1
    secrets: int = 6
    alarms: int = 20  # at most
    dashboards: int = 1


@dataclass(frozen=True, slots=True)
class Throughput:
    """What one vCPU of a task examines in a second, as measured: bytes in large objects, and small objects."""

    megabytes: float
    objects: float


def idle(prices: Prices, deployment: Deployment) -> Bill:
    """Return what a month costs in which nothing is scanned, without the free tiers.

    Raises:
        PriceMissingError: a price is not known.
    """
    bill: Bill = {}
    if deployment.database is not None:
        copies = 2 if deployment.multi_az else 1
        name = f"rds_{deployment.database.replace('.', '_')}_hour"
        bill["database server"] = prices.usd(name, HOURS_PER_MONTH * copies)
        bill["database storage"] = prices.usd("rds_gp3_gb_month", deployment.storage_gb * copies)
        if deployment.proxy:
            vcpu_hours = DATABASE_VCPUS[deployment.database] * HOURS_PER_MONTH
            bill["RDS Proxy"] = prices.usd("rds_proxy_vcpu_hour", vcpu_hours)
    endpoint_hours = deployment.endpoints * deployment.zones * HOURS_PER_MONTH
    bill["VPC endpoints"] = prices.usd("vpc_interface_endpoint_zone_hour", endpoint_hours)
    bill["KMS key"] = prices.usd("kms_key_month", deployment.keys)
    bill["secrets"] = prices.usd("secret_month", deployment.secrets)
    alarms = prices.usd("cloudwatch_alarm_month", deployment.alarms)
    bill["alarms and dashboard"] = alarms + prices.usd("cloudwatch_dashboard_month", deployment.dashboards)
    refresh = prices.usd("lambda_arm64_gb_second", MINUTES_PER_MONTH * REFRESH_SECONDS * REFRESH_GB)
    bill["refresh, every minute"] = refresh + prices.usd("lambda_request", MINUTES_PER_MONTH)
    return bill


def objects(prices: Prices, count: float, throughput: Throughput) -> Bill:
    """Return what listing and opening so many objects costs, whatever is in them.

    Raises:
        PriceMissingError: a price is not known.
    """
    rounds = count / KEYS_PER_ROUND
    chunks = count / OBJECTS_PER_CHUNK
    return {
        "S3 LIST": prices.usd("s3_list", count / KEYS_PER_LIST),
        "S3 GET": prices.usd("s3_get", count),
        "state machine": prices.usd("step_functions_transition", rounds * TRANSITIONS_PER_ROUND),
        "listing function": prices.usd("lambda_arm64_gb_second", rounds * ROUND_SECONDS * LISTER_GB)
        + prices.usd("lambda_request", rounds),
        # Sent by tens; at worst received one by one, and deleted.
        "queue": prices.usd("sqs_request", chunks / MESSAGES_PER_SEND + 2 * chunks),
        "scanners": fargate(prices, count / throughput.objects),
    }


def content(prices: Prices, gigabytes: float, throughput: Throughput, *, spot: bool = False) -> Bill:
    """Return what examining so many gigabytes costs. S3 charges nothing for them within its Region.

    Raises:
        PriceMissingError: a price is not known.
    """
    return {"scanners": fargate(prices, gigabytes * 1_000 / throughput.megabytes, spot=spot)}


def fargate(prices: Prices, vcpu_seconds: float, *, spot: bool = False) -> float:
    """Return what so many seconds of a processor cost, with the memory that a task has for each."""
    hours = vcpu_seconds / 3_600
    kind = "fargate_arm64_spot" if spot else "fargate_arm64"
    return prices.usd(f"{kind}_vcpu_hour", hours) + prices.usd(f"{kind}_gb_hour", hours * TASK_GB / TASK_VCPUS)


def macie(prices: Prices, gigabytes: float, buckets: int = 0) -> Bill:
    """Return what Macie charges for analysing so many uncompressed gigabytes, within its first tier of a month.

    Raises:
        PriceMissingError: a price is not known.
    """
    return {"analysis": prices.usd("macie_gb", gigabytes), "buckets": prices.usd("macie_bucket_month", buckets)}
