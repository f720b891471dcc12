"""What tests of poison share with those of the scanner: a site, and scanners that do not outlive a test."""

from tests.integration.scanning.conftest import aws_url, engine, environment, s3, site

__all__ = ["aws_url", "engine", "environment", "s3", "site"]
