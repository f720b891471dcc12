"""The deployments that linters and tests look at: one for each way to answer ``sam deploy --guided``."""

import tomllib
from typing import Final

from lint.templates import PROJECT, ROOT, Stack

IMAGES: Final = {
    "ScannerImageUri": "111122223333.dkr.ecr.us-east-1.amazonaws.com/scanner:scanner-0123456789ab",
    "ScannerTraceImageUri": "111122223333.dkr.ecr.us-east-1.amazonaws.com/scanner:xray-daemon-0123456789ab",
}
OWN_SUBNETS: Final = {"SubnetIds": "subnet-0a,subnet-0b", "SecurityGroupIds": "sg-0a,sg-0b"}
OWN_DATABASE: Final = {
    "DatabaseHost": "db.example.com",
    "DatabaseSecretArn": "arn:aws:secretsmanager:us-east-1:111122223333:secret:database",
}

#: What `make up` adds to ``samconfig.toml``.
OF_THIS_MACHINE: Final = {**OWN_DATABASE, "DatabasePort": "15432", "DatabaseName": "bucketsieve"}


def empty_account() -> Stack:
    """Return the first deployment of somebody who has nothing and changes no default."""
    return Stack(ROOT)


def production() -> Stack:
    """Return the deployment after ``make image``."""
    return Stack(ROOT, IMAGES)


def guarded() -> Stack:
    """Return the deployment of somebody who wants every protection."""
    return Stack(ROOT, {**IMAGES, "ApiVpcEndpointIds": "vpce-0123456789abcdef0", "ApiFirewall": "true"})


def small_footprint() -> Stack:
    """Return the deployment that costs least while nothing is scanned."""
    return Stack(ROOT, {**IMAGES, **_overrides("small-footprint")})


def local() -> Stack:
    """Return what is deployed to the emulator."""
    return Stack(ROOT, {**_overrides("local"), **OF_THIS_MACHINE})


def _overrides(environment: str) -> dict[str, str]:
    config = tomllib.loads((PROJECT / "samconfig.toml").read_text())
    overrides = config[environment]["deploy"]["parameters"]["parameter_overrides"]
    return dict(override.split("=", 1) for override in overrides)
