"""Writes docs/cost.md: ``python -m benchmarks.cost [--region us-east-1]``."""

import argparse
from pathlib import Path
from typing import Final

from benchmarks.cost.document import render
from benchmarks.cost.prices import Prices

DOCUMENT: Final = Path(__file__).parents[2] / "docs" / "cost.md"
REGION: Final = "us-east-1"

if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description="Write docs/cost.md.")
    arguments.add_argument("--region", default=REGION)
    DOCUMENT.write_text(render(Prices.read(arguments.parse_args().region)))
