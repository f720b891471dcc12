"""The model counts what the templates make, multiplies, and refuses to guess."""

import re
import tomllib
from pathlib import Path
from typing import Final

import pytest
from benchmarks.cost import model
from benchmarks.cost.__main__ import DOCUMENT, REGION
from benchmarks.cost.document import DEPLOYMENTS, render
from benchmarks.cost.model import Deployment, Throughput
from benchmarks.cost.prices import PRICES, PriceMissingError, Prices
from lint.stacks import IMAGES, production
from lint.templates import ROOT, Stack

from tests.conftest import PROJECT

REAL: Final = Prices.read(REGION)
THROUGHPUT: Final = Throughput(megabytes=100, objects=50)
PRODUCTION: Final = production()
_SAM: Final = tomllib.loads((PROJECT / "samconfig.toml").read_text())
SMALL: Final = dict(
    override.split("=", 1) for override in _SAM["small-footprint"]["deploy"]["parameters"]["parameter_overrides"]
)


@pytest.fixture
def prices(tmp_path: Path) -> Prices:
    """Return prices that are easy to count with: every known one is a dollar."""
    text = re.sub(r"usd = .*", "usd = 1.0", PRICES.read_text())
    (tmp_path / "prices.toml").write_text(text)
    return Prices.read(REGION, tmp_path / "prices.toml")


def test_the_document_is_what_the_model_says() -> None:
    assert DOCUMENT.read_text() == render(REAL), "run make cost"


def test_a_month_of_waiting_is_counted_in_its_units(prices: Prices) -> None:
    deployment = Deployment(database="db.t4g.micro", multi_az=True, storage_gb=100, zones=3, endpoints=2, secrets=5)

    bill = model.idle(prices, deployment)

    assert bill["database server"] == 2 * 730
    assert bill["database storage"] == 2 * 100
    assert bill["RDS Proxy"] == 2 * 730
    assert bill["VPC endpoints"] == 2 * 3 * 730
    assert bill["secrets"] == 5


def test_what_one_has_already_costs_nothing(prices: Prices) -> None:
    bill = model.idle(prices, Deployment(database=None, endpoints=0, keys=0))

    assert not {"database server", "database storage", "RDS Proxy"} & bill.keys()
    assert bill["VPC endpoints"] == bill["KMS key"] == 0


def test_requests_go_with_the_objects_and_processors_with_the_bytes(prices: Prices) -> None:
    million = model.objects(prices, 1_000_000, THROUGHPUT)

    assert million["S3 GET"] == 1_000_000
    assert million["S3 LIST"] == 1_000
    assert million["state machine"] == 200
    assert million["queue"] == 21_000
    # A vCPU-hour and the two gigabytes beside it.
    assert million["scanners"] == pytest.approx(20_000 / 3_600 * 3)
    assert model.content(prices, 1_000, THROUGHPUT)["scanners"] == pytest.approx(10_000 / 3_600 * 3)


def test_twice_the_throughput_halves_the_price(prices: Prices) -> None:
    slow, fast = (model.content(prices, 1_000, Throughput(rate, 50))["scanners"] for rate in (50, 100))

    assert slow == pytest.approx(2 * fast)


def test_macie_is_paid_by_the_gigabyte() -> None:
    assert model.macie(REAL, 5_000, buckets=10) == {"analysis": 5_000.0, "buckets": 1.0}


def test_a_price_that_nobody_has_found_is_refused_with_where_to_find_it() -> None:
    with pytest.raises(PriceMissingError, match=r"rds_db_m7g_large_hour in us-east-1: fill it in from https://aws"):
        model.idle(REAL, Deployment(database="db.m7g.large"))
    with pytest.raises(PriceMissingError, match="fargate_arm64_spot_vcpu_hour"):
        model.content(REAL, 1, THROUGHPUT, spot=True)


def test_a_region_without_prices_is_refused() -> None:
    with pytest.raises(PriceMissingError, match="no prices of eu-central-1"):
        Prices.read("eu-central-1")


@pytest.mark.parametrize("name", REAL.known)
def test_a_price_says_where_it_is_from_and_when(name: str) -> None:
    price = REAL.known[name]

    assert price.usd > 0
    assert len(price.source) > 20
    assert re.fullmatch(r"20\d\d(-\d\d){0,2}|undated", price.date)


@pytest.mark.parametrize(
    ("name", "stack"), [("as deployed by default", PRODUCTION), ("the smallest", Stack(ROOT, {**SMALL, **IMAGES}))]
)
def test_a_deployment_is_counted_as_the_templates_make_it(name: str, stack: Stack) -> None:
    counted = DEPLOYMENTS[name]
    network, database = stack.nested()["Network"], stack.nested()["Database"]
    server = database.resources["Server"]["Properties"]
    endpoints = network.of_type("AWS::EC2::VPCEndpoint").values()
    interfaces = [endpoint for endpoint in endpoints if endpoint["VpcEndpointType"] == "Interface"]

    assert counted.database == server["DBInstanceClass"]
    assert str(counted.multi_az).lower() == server["MultiAZ"]
    assert counted.proxy is ("DatabaseProxy" in database.resources)
    assert str(counted.storage_gb) == server["AllocatedStorage"]
    assert counted.endpoints == len(interfaces)
    assert {counted.zones} == {len(endpoint["SubnetIds"]) for endpoint in interfaces}
    assert counted.keys == sum(len(part.of_type("AWS::KMS::Key")) for part in everything(stack))
    assert counted.secrets == len(stack.of_type("AWS::SecretsManager::Secret")) + 1, "and the server's own"
    assert counted.alarms >= sum(len(part.of_type("AWS::CloudWatch::Alarm")) for part in everything(stack))


def test_every_size_of_a_server_has_a_price_or_a_place_to_find_it() -> None:
    offered = PRODUCTION.nested()["Database"].template["Parameters"]["InstanceClass"]["AllowedValues"]

    assert set(offered) == model.DATABASE_VCPUS.keys()
    assert {f"rds_{name.replace('.', '_')}_hour" for name in offered} <= REAL.known.keys() | REAL.missing.keys()


def test_the_units_of_work_are_the_templates() -> None:
    parameters, functions = PRODUCTION.parameters, PRODUCTION.of_type("AWS::Serverless::Function")
    task = PRODUCTION.nested()["Scanners"].resources["Task"]["Properties"]

    assert int(parameters["ListRoundKeys"]) == model.KEYS_PER_ROUND
    assert int(parameters["ChunkMaxObjects"]) == model.OBJECTS_PER_CHUNK
    assert functions["ListBatchFunction"]["MemorySize"] == model.LISTER_GB * 1024
    assert functions["RefreshFunction"]["MemorySize"] == model.REFRESH_GB * 1024
    assert (int(task["Cpu"]), int(task["Memory"])) == (model.TASK_VCPUS * 1024, model.TASK_GB * 1024)


def everything(stack: Stack) -> list[Stack]:
    return [stack, *(inner for nested in stack.nested().values() for inner in everything(nested))]
