"""The prices of a Region, each with its source. What is not known is not guessed."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

PRICES: Final = Path(__file__).with_name("prices.toml")


class PriceMissingError(LookupError):
    """A price has no source; the text says which, and where it is published."""


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars for one unit, which the price's name ends with; ``date`` is when ``source`` was read or written."""

    usd: float
    source: str
    date: str


@dataclass(frozen=True, slots=True)
class Prices:
    """What a Region charges, by name; ``missing`` says where an unknown price is published."""

    region: str
    known: dict[str, Price]
    missing: dict[str, str]

    @classmethod
    def read(cls, region: str, path: Path = PRICES) -> Self:
        """Read the prices of a Region.

        Raises:
            PriceMissingError: there are none of this Region.
        """
        tables = tomllib.loads(path.read_text()).get(region)
        if tables is None:
            raise PriceMissingError(f"{path.name} has no prices of {region}")
        known = {name: Price(**table) for name, table in tables.items() if "usd" in table}
        missing = {name: table["missing"] for name, table in tables.items() if "usd" not in table}
        return cls(region, known, missing)

    def usd(self, name: str, quantity: float = 1.0) -> float:
        """Return what so many units cost.

        Raises:
            PriceMissingError: the price is not known.
        """
        if name in self.known:
            return self.known[name].usd * quantity
        where = self.missing.get(name, "its service's pricing page")
        raise PriceMissingError(f"{name} in {self.region}: fill it in from {where}")
