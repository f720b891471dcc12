"""Synthetic values of the six detectors, valid by their published rules; no value is made twice."""

import string
from collections.abc import Callable
from random import Random
from typing import Final

#: First and last issuer prefix, length, and the grouping printed on the card. ISO/IEC 7812; the issuers' own tables.
CARD_RANGES: Final = (
    ("4", "4", 16, (4, 4, 4, 4)),  # Visa
    ("51", "55", 16, (4, 4, 4, 4)),  # Mastercard
    ("2221", "2720", 16, (4, 4, 4, 4)),  # Mastercard
    ("34", "34", 15, (4, 6, 5)),  # American Express
    ("37", "37", 15, (4, 6, 5)),
    ("6011", "6011", 16, (4, 4, 4, 4)),  # Discover
    ("644", "649", 16, (4, 4, 4, 4)),
    ("300", "305", 14, (4, 6, 4)),  # Diners Club
    ("36", "36", 14, (4, 6, 4)),
    ("3528", "3589", 16, (4, 4, 4, 4)),  # JCB
)

#: Geographic area codes of the North American Numbering Plan.
AREA_CODES: Final = ("206", "212", "213", "303", "305", "312", "404", "415", "503", "512", "602", "617", "702", "713")
PHONE_FORMATS: Final = (
    "({0}) {1}-{2}",
    "{0}-{1}-{2}",
    "{0}.{1}.{2}",
    "+1 {0} {1} {2}",
    "+1-{0}-{1}-{2}",
    "+1{0}{1}{2}",
)
#: Ranges that the regulators of GB, DE, FR and AU keep free for fiction; ``#`` is any digit.
FICTION_FORMATS: Final = ("+44 20 7946 0###", "+49 30 23125 ###", "+33 1 99 00 ## ##", "+61 2 5550 ####")

GIVEN_NAMES: Final = (
    "ada",
    "bruno",
    "chiara",
    "david",
    "elif",
    "farah",
    "goran",
    "hanna",
    "ivo",
    "jana",
    "kofi",
    "lena",
)
FAMILY_NAMES: Final = (
    "abel",
    "brandt",
    "costa",
    "dietz",
    "eklund",
    "fontaine",
    "grau",
    "holm",
    "ilic",
    "jung",
    "keller",
)
#: Names that RFC 2606 reserves, and invented ones.
MAIL_DOMAINS: Final = (
    "example.com",
    "example.org",
    "mail.example.net",
    "nordhafen-logistik.de",
    "blue-heron-books.com",
)

KEY_ID_ALPHABET: Final = string.ascii_uppercase + "234567"
SECRET_ALPHABET: Final = string.ascii_letters + string.digits + "+/"


def luhn_check_digit(digits: str) -> str:
    """Return the digit that makes ``digits`` pass the Luhn check (ISO/IEC 7812-1, annex B) when it is appended."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (2 if place % 2 == 0 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return str(-total % 10)


class ValueMaker:
    """Makes values from a seeded source; the same source gives the same values in the same order."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._made: set[str] = set()

    def us_ssn(self) -> str:
        """Return ``AAA-GG-SSSS`` with an area that the Social Security Administration could have assigned."""
        return self._unique(self._us_ssn)

    def credit_card(self) -> str:
        """Return a number of a real issuer's range and length that passes the Luhn check, plain or grouped."""
        return self._unique(self._credit_card)

    def card_digits(self) -> str:
        """Return a 16-digit Visa number without separators."""
        return self._unique(lambda: self._card_number("4", 16))

    def aws_access_key_id(self) -> str:
        """Return a long-term or temporary access key id."""
        return self._unique(self._aws_access_key_id)

    def aws_secret_access_key(self) -> str:
        """Return 40 characters of base64 with all three kinds of letters, not shaped like a path."""
        return self._unique(self._aws_secret_access_key)

    def email(self) -> str:
        """Return an address whose mailbox nobody has."""
        return self._unique(self._email)

    def phone(self) -> str:
        """Return a number that its country's numbering plan allows, with separators or a country code."""
        return self._unique(self._phone)

    def bare_phone(self) -> str:
        """Return ten digits of the North American plan."""
        return self._unique(lambda: "".join(self._american_number()))

    def digits(self, count: int) -> str:
        """Return random digits, the first of which is not 0."""
        return str(self._random.randint(10 ** (count - 1), 10**count - 1))

    def _unique(self, make: Callable[[], str]) -> str:
        while (value := make()) in self._made:
            pass
        self._made.add(value)
        return value

    def _us_ssn(self) -> str:
        area = self._random.choice([number for number in range(1, 900) if number != 666])
        value = f"{area:03}-{self._random.randint(1, 99):02}-{self._random.randint(1, 9999):04}"
        published = ("078-05-1120", "219-09-9999", "457-55-5462")
        return self._us_ssn() if value in published else value

    def _credit_card(self) -> str:
        first, last, length, groups = self._random.choice(CARD_RANGES)
        number = self._card_number(str(self._random.randint(int(first), int(last))), length)
        separator = self._random.choice(("", "", " ", "-"))
        starts = [sum(groups[:index]) for index in range(len(groups))]
        return separator.join(number[start : start + size] for start, size in zip(starts, groups, strict=True))

    def _card_number(self, prefix: str, length: int) -> str:
        body = prefix + self.digits(length - len(prefix) - 1)
        return body + luhn_check_digit(body)

    def _aws_access_key_id(self) -> str:
        return self._random.choice(("AKIA", "ASIA")) + "".join(self._random.choices(KEY_ID_ALPHABET, k=16))

    def _aws_secret_access_key(self) -> str:
        value = "".join(self._random.choices(SECRET_ALPHABET, k=40))
        kinds = (string.ascii_lowercase, string.ascii_uppercase, string.digits)
        usable = value[0].isalnum() and value.count("/") <= 1 and all(any(c in kind for c in value) for kind in kinds)
        return value if usable else self._aws_secret_access_key()

    def _email(self) -> str:
        given, family = self._random.choice(GIVEN_NAMES), self._random.choice(FAMILY_NAMES)
        tag = self._random.choice(("", "", "+orders", str(self._random.randint(2, 99))))
        return f"{given}.{family}{tag}@{self._random.choice(MAIL_DOMAINS)}"

    def _phone(self) -> str:
        if self._random.random() < 0.2:
            pattern = self._random.choice(FICTION_FORMATS)
            return "".join(str(self._random.randint(0, 9)) if sign == "#" else sign for sign in pattern)
        return self._random.choice(PHONE_FORMATS).format(*self._american_number())

    def _american_number(self) -> tuple[str, str, str]:
        exchange = self._random.randint(2, 9) * 100 + self._random.randint(20, 99)
        # 555 is kept for directory services and fiction.
        exchange = 638 if exchange == 555 else exchange
        return self._random.choice(AREA_CODES), str(exchange), str(self._random.randint(1000, 9999))
