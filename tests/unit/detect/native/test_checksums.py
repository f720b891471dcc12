"""What C says of checksums in tokens, addresses and documents is what their validators say."""

import hashlib
import random
import re
from collections.abc import Callable, Iterator
from string import ascii_letters, ascii_lowercase, ascii_uppercase, digits

import pytest

from bucketsieve.detect.validators import Verdict, resolve
from bucketsieve.detect.validators.financial import BECH32M
from bucketsieve.detect.validators.token_checksums import bech32_ok, crc32_base62, gitlab_checksum, grafana_checksum
from bucketsieve.detect.validators.travel_documents import check_digit

from .sampling import changed
from .tiny import compiled, lane_of

DRAWN = 200
ALNUM = ascii_letters + digits
BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def github(rng: random.Random) -> str:
    body = "".join(rng.choices(ALNUM, k=30))
    return f"ghp_{body}{crc32_base62(body)}"


def gitlab(rng: random.Random) -> str:
    size = rng.randrange(27, 60)
    length = f"{digits + ascii_lowercase}"[size // 36] + f"{digits + ascii_lowercase}"[size % 36]
    token = f"glpat-{''.join(rng.choices(ALNUM + '-_', k=size))}.01.{length}"
    return token + gitlab_checksum(token)


def grafana(rng: random.Random) -> str:
    token = f"glsa_{''.join(rng.choices(ALNUM, k=32))}"
    return f"{token}_{grafana_checksum(token)}"


def bech32(prefix: str, data: str, rest: int = 1) -> str:
    """With its checksum, of which each digit decides on five bits of what is left."""
    from stdnum.bitcoin import bech32_checksum  # noqa: PLC0415

    spread = [ord(each) >> 5 for each in prefix] + [0] + [ord(each) & 31 for each in prefix]
    left = bech32_checksum([*spread, *map(BECH32.index, data), *[0] * 6]) ^ rest
    text = f"{prefix}1{data}" + "".join(BECH32[left >> 5 * (5 - place) & 31] for place in range(6))
    assert bech32_ok(text, rest)
    return text


def nostr(rng: random.Random) -> str:
    text = bech32("nsec", "".join(rng.choices(BECH32, k=52)))
    return rng.choice((text, text.upper(), text.capitalize()))


def bitcoin(rng: random.Random) -> str:
    kind = rng.randrange(5)
    if kind < 2:
        raw = bytes([5 * kind]) + rng.randbytes(20 if rng.random() < 0.8 else 19)
        raw += hashlib.sha256(hashlib.sha256(raw).digest()).digest()[:4]
        number, text = int.from_bytes(raw), ""
        while number:
            number, rest = divmod(number, 58)
            text = BASE58[rest] + text
        return "1" * (len(raw) - len(raw.lstrip(bytes(1)))) + text
    if kind == 2:
        return bech32("bc", "p" + "".join(rng.choices(BECH32, k=52)), BECH32M)
    return bech32("bc", "q" + "".join(rng.choices(BECH32, k=rng.choice((32, 52, 40)))))


def with_check(text: str) -> str:
    return f"{text}{check_digit(text)}"


def day(rng: random.Random) -> str:
    return rng.choice(
        (f"{rng.randrange(100):02}{rng.randrange(14):02}{rng.randrange(33):02}", "85<<<<", "000229", "010229")
    )


def zone(rng: random.Random) -> str:
    number = with_check("".join(rng.choices(ascii_uppercase + digits + "<", k=9)))
    born, until = with_check(day(rng)), with_check(f"3{rng.randrange(10)}0131")
    if rng.random() < 0.4:
        upper = f"I<UTO{number}{'<' * 15}"
        whole = check_digit(f"{upper[5:]}{born}{until}{'<' * 11}")
        return f"{upper}\n{born}F{until}UTO{'<' * 11}{whole}\n{'ERIKSSON<<ANNA':<<30}"
    free = rng.choice((with_check("ZE184226B<<<<<"), "<" * 15, "A<BCDEF"))
    whole = check_digit(f"{number}{born}{until}{free}")
    lower = f"{number}UTO{born}F{until}{free}{whole}"
    return rng.choice(("", f"P<UTO{'ERIKSSON<<ANNA':<<39}\n")) + lower


MAKERS: dict[str, Callable[[random.Random], str]] = {
    "crc32_base62": github,
    "gitlab_checksum": gitlab,
    "grafana_checksum": grafana,
    "bech32": nostr,
    "wallet": bitcoin,
    "mrz": zone,
}
SIEVE = lane_of(compiled(*({"pattern": "[ -~\n]{1,1000}", "anchor": "a", "validator": spec} for spec in MAKERS))).sieve(
    drop_tests=False, max_values=1
)


def drawn(spec: str) -> Iterator[str]:
    rng = random.Random(1)
    for _ in range(DRAWN):
        value = MAKERS[spec](rng)
        yield value
        # What its form does not match, no validator is asked about.
        other = changed(rng, value)
        if spec != "mrz" or re.fullmatch(r"[A-Z0-9<\s]+", other):
            yield other


@pytest.mark.parametrize("spec", MAKERS)
def test_values_are_judged_alike(spec: str) -> None:
    validate, form, said = resolve(spec), list(MAKERS).index(spec), list[object]()
    for value in drawn(spec):
        known, verdict = SIEVE.ruled(form, value.encode())
        said.append(verdict)
        assert (known, verdict) == (True, validate(value)), value
    assert sum(isinstance(each, Verdict) for each in said) > DRAWN / 4
    assert None in said
