"""What tests of the disk share with those of the scanner: a site."""

from tests.integration.scanning.conftest import aws_url, engine, environment, s3, site

__all__ = ["aws_url", "engine", "environment", "s3", "site"]
