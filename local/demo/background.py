"""The text around the planted values. It holds nothing to report, by construction.

It has no ``@``, no key-like word and no number of more than six digits, and two numbers are never neighbours that a
separator of telephone or card numbers joins. Addresses are those that RFC 5737 keeps free for documentation.
"""

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Final

_WORD_LIST: Final = """
amber anchor april atlas autumn bakery basket beacon birch bridge bright calm canal candle canyon carpet
castle cedar cellar cherry cinder clay cliff cloud clover coast copper coral cotton crane creek curtain daisy
dawn delta desert drift dune early east echo elder ember engine evening falcon feather fern ferry field flint
forest fountain garden gentle glacier golden granite green grove harbor harvest hazel heron hidden hollow
island ivory jasmine juniper kettle lagoon lantern larch linen little maple marble market meadow mellow mill
mist morning moss mountain north oak ocean old olive open orchard otter paper pebble pine plum pond quiet rain
raven reed ridge river robin rocky saddle sand shadow silent silver slow small south spring spruce stone
summer sunny tide timber valley violet walnut warm water west willow window winter wooden yellow
"""
WORDS: Final = tuple(_WORD_LIST.split())
#: Words with letters outside ASCII, all of them in Latin-1.
ACCENTED_WORDS: Final = ("café", "crème", "écluse", "façade", "forêt", "glaçon", "Gärten", "Straße", "Übung", "señal")
SERVICES: Final = ("catalog", "checkout", "inventory", "mailer", "search", "shipping", "thumbnails")
NETWORKS: Final = ("192.0.2", "198.51.100", "203.0.113")
_FIRST_DAY: Final = datetime(2026, 10, 1, tzinfo=UTC)


class Background:
    """Makes harmless words, sentences, times and numbers from a seeded source."""

    def __init__(self, random: Random, *, extra_words: tuple[str, ...] = ()) -> None:
        self.random = random
        self._words = WORDS + extra_words * 4

    def word(self) -> str:
        """Return one word."""
        return self.random.choice(self._words)

    def words(self, count: int) -> str:
        """Return ``count`` words."""
        return " ".join(self.random.choices(self._words, k=count))

    def name(self, joint: str = "-") -> str:
        """Return two words joined, as files, pages and variables are named."""
        return joint.join(self.random.choices(WORDS, k=2))

    def sentence(self) -> str:
        """Return a sentence of 6 to 14 words."""
        return self.words(self.random.randint(6, 14)).capitalize() + "."

    def number(self) -> int:
        """Return a number of up to four digits."""
        return self.random.randint(1, 9_999)

    def service(self) -> str:
        """Return the name of a program that writes logs."""
        return self.random.choice(SERVICES)

    def moment(self) -> datetime:
        """Return a moment of autumn 2026, to the second."""
        return _FIRST_DAY + timedelta(seconds=self.random.randint(0, 4_000_000))

    def address(self) -> str:
        """Return an IPv4 address that belongs to nobody."""
        return f"{self.random.choice(NETWORKS)}.{self.random.randint(1, 254)}"
