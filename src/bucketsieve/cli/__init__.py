"""The command line: scans files and buckets without a deployment, and shows the detectors."""

from bucketsieve.cli.main import main

__all__ = ["main"]
