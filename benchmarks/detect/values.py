"""Fresh values of the common kinds, and near misses that must not be reported. Nothing here asks the engine."""

import random
import string

_BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_CARDS = (("4", 16), ("51", 16), ("55", 16), ("2221", 16), ("34", 15), ("37", 15), ("6011", 16), ("3528", 16))
_AREA_CODES = ("212", "415", "312", "617", "206", "303", "404", "512", "702", "916")


def luhn_digit(digits: str) -> str:
    """The digit that makes the Luhn sum a multiple of ten."""
    total = 0
    for place, character in enumerate(reversed(digits)):
        value = int(character) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


def card(rng: random.Random) -> str:
    """A number in an issuer's range, plain or in groups of four."""
    prefix, length = rng.choice(_CARDS)
    digits = prefix + "".join(rng.choices(string.digits, k=length - len(prefix) - 1))
    digits += luhn_digit(digits)
    if length == 16 and rng.random() < 0.5:
        separator = rng.choice(" -")
        return separator.join(digits[place : place + 4] for place in range(0, 16, 4))
    return digits


def ssn(rng: random.Random) -> str:
    """An assignable number with hyphens."""
    area = rng.choice([*range(1, 666), *range(667, 900)])
    return f"{area:03}-{rng.randrange(1, 100):02}-{rng.randrange(1, 10_000):04}"


def email(rng: random.Random) -> str:
    """An address at a domain that is not set aside."""
    local = "".join(rng.choices(string.ascii_lowercase, k=rng.randrange(3, 12)))
    domain = f"{rng.choice(('initech', 'globex', 'hooli'))}.{rng.choice(('com', 'io', 'co.uk'))}"
    return f"{local}.{rng.randrange(1000)}@{domain}"


def phone(rng: random.Random) -> str:
    """A number of the North American plan with separators, or with the country code."""
    area, exchange, line = rng.choice(_AREA_CODES), rng.randrange(220, 999), rng.randrange(1000, 10_000)
    exchange += exchange in (555, 911)
    shapes = (f"({area}) {exchange}-{line}", f"{area}-{exchange}-{line}", f"+1 {area}-{exchange}-{line}")
    return rng.choice(shapes)


def access_key(rng: random.Random) -> str:
    """The id of an AWS access key."""
    return rng.choice(("AKIA", "ASIA")) + "".join(rng.choices(_BASE32, k=16))


def iban_de(rng: random.Random) -> str:
    """A German account number with its check digits (ISO 13616)."""
    account = "".join(rng.choices(string.digits, k=18))
    check = 98 - int(account + "131400") % 97
    return f"DE{check:02}{account}"


#: Detector -> how to make a value of it.
VALID = {
    "credit_card": card,
    "us_ssn": ssn,
    "email": email,
    "phone": phone,
    "aws_access_key_id": access_key,
    "iban_de": iban_de,
}


def near_miss(rng: random.Random) -> str:
    """Looks like a value, and is none: wrong check digit, range, length or surroundings."""
    digits = "".join(rng.choices(string.digits, k=15))
    wrong = str((int(luhn_digit("4" + digits[:14])) + rng.randrange(1, 10)) % 10)
    misses = (
        f"4{digits[:14]}{wrong}",
        f"{rng.choice(('000', '666', '9' + digits[:2]))}-{digits[:2]}-{digits[2:6]}",
        f"{digits[:3]}-00-{digits[3:7]}",
        f"AKIA{''.join(rng.choices(_BASE32, k=15))}",
        f"{rng.randrange(1_600_000_000_000, 1_900_000_000_000)}",
        f"2026{rng.randrange(1, 13):02}{rng.randrange(1, 29):02}{digits[:6]}",
        f"0.{digits}",
        f"user@{digits[:3]}",
        f"1{digits[:2]}-{digits[2:5]}-{digits[5:9]}",
    )
    return rng.choice(misses)
