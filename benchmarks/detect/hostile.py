"""Inputs made to slow a scanner down: what begins like a value again and again, and never is one, or always.

``python -m benchmarks.detect.hostile`` prints the engine's MB/s of processor time for each, slowest first: the medians
of rounds, in each of which every input is scanned once.
"""

import argparse
import random
import time
from collections.abc import Callable
from statistics import median
from typing import Final

from benchmarks.detect.lint_speed import ordinary_text

from bucketsieve.detect.catalogue import load_catalogue
from bucketsieve.detect.catalogue.entry import marked_value
from bucketsieve.detect.engine import Engine

SIZE: Final = 8_000_000
#: MB/s that no input may be scanned slower than.
FLOOR: Final = 50
_WARM_UP: Final = 400_000


def _repeated(unit: str) -> Callable[[int], bytes]:
    data = unit.encode()
    return lambda size: (data * (size // len(data) + 1))[:size]


def _random(size: int) -> bytes:
    return random.Random(1).randbytes(size)  # noqa: S311  (text, not a key)


def _random_of(alphabet: bytes) -> Callable[[int], bytes]:
    return lambda size: bytes(random.Random(2).choices(alphabet, k=size))  # noqa: S311


def _table(size: int) -> bytes:
    """A table whose every column is named by a context word."""
    header = b"ssn,passport number,phone,iban,date of birth,driver license,tax id,account number,member id,policy\n"
    return header + _repeated("123456789,AB1234567,2127365000,DE00,1/2/34,F4829375,12-3456,000123456,77,1-2\n")(size)


def _examples(detector: str) -> Callable[[int], bytes]:
    """The examples of a detector, a line each."""

    def texts(size: int) -> bytes:
        found = next(each for each in load_catalogue().detectors if each.id == detector)
        return _repeated("".join(f"{marked_value(example)[0]}\n" for example in found.examples))(size)

    return texts


#: Detectors whose values are judged by more than an automaton, or by Python alone.
_JUDGED: Final = (
    "password_assignment", "secret_assignment", "snowflake_password", "jdbc_password", "mysql_url",
    "aws_secret_access_key", "github_personal_token", "npm_token", "grafana_service_account_token", "discord_bot_token",
    "nostr_secret_key", "bitcoin_address", "machine_readable_zone", "vehicle_identification_number", "ip_address",
    "latitude_longitude", "brazil_rg", "france_bank_account", "poland_bank_account", "mexico_rfc_individual",
    "medical_device_udi", "curl_user_password", "date_of_birth", "germany_mailing_address",
    "card_magnetic_stripe", "http_basic_auth", "russia_internal_passport",
    "json_web_token", "private_key_rsa", "private_key_base64", "docker_config_auth", "eu_vat_number", "czechia_dic",
)  # fmt: skip

HOSTILE: Final[dict[str, Callable[[int], bytes]]] = {
    "ordinary text, to compare": ordinary_text,
    "@": _repeated("@"),
    "63 x a and @": _repeated("a" * 63 + "@"),
    "a@a.": _repeated("a@a."),
    "1": _repeated("1"),
    "digits at random": _random_of(b"0123456789"),
    "digits and hyphens at random": _random_of(b"0123456789-"),
    "1234-1234-1234-": _repeated("1234-1234-1234-"),
    "123 4567 ": _repeated("123 4567 "),
    "123-45-6789 ": _repeated("123-45-6789 "),
    "1.1.1.1.": _repeated("1.1.1.1."),
    "(123) ": _repeated("(123) "),
    "+1 ": _repeated("+1 "),
    "4111111111111112 ": _repeated("4111111111111112 "),
    "AB12 ": _repeated("AB12 "),
    "DE12 3456 ": _repeated("DE12 3456 "),
    "capitals at random": _random_of(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"),
    "base64 at random": _random_of(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"),
    "hexadecimal at random": _random_of(b"0123456789abcdef"),
    "eyJAAAAAAAA.": _repeated("eyJAAAAAAAA."),
    "AKIA": _repeated("AKIA"),
    "secretkey=": _repeated("secretkey="),
    "password=x ": _repeated("password=x "),
    "a password beyond ASCII": _repeated('password = "xKö9mP2vLq"\n'),
    "tel tel tel ": _repeated("tel tel tel "),
    "tel 1 ": _repeated("tel 1 "),
    "ssn 123456789 ": _repeated("ssn 123456789 "),
    "ssn,a:123456789 ": _repeated("ssn,a:123456789 "),
    "tel,a:1234567,": _repeated("tel,a:1234567,"),
    "words, another key, values": _repeated("id no tel dob tax vat ssn passport, a: " + "1234567 " * 8),
    "passport 1": _repeated("passport 1"),
    "passport A1234567 ": _repeated("passport A1234567 "),
    "id no dob tax vat ssn ": _repeated("id no dob tax vat ssn "),
    "паспорт серия номер ": _repeated("паспорт серия номер "),
    '"key":': _repeated('"key":'),
    '"ssn":"1",': _repeated('"ssn":"1",'),
    ",": _repeated(","),
    "1,": _repeated("1,"),
    "line ends": _repeated("\n"),
    "zeros": _repeated("\x00"),
    "bytes at random": _random,
    "a table of context words": _table,
    "-----BEGIN ": _repeated("-----BEGIN "),
    "http://a:": _repeated("http://a:"),
    "jdbc:postgresql:": _repeated("jdbc:postgresql:"),
    "jdbc:": _repeated("jdbc:"),
    "otpauth://hotp/a": _repeated("otpauth://hotp/a"),
    "curl -": _repeated("curl -"),
    **{f"values of {detector}": _examples(detector) for detector in _JUDGED},
}


def speed(engine: Engine, data: bytes) -> float:
    """MB/s of processor time."""
    begun = time.process_time()
    session = engine.session(encoding="utf-8")
    session.feed(data)
    session.finish()
    return len(data) / (time.process_time() - begun) / 1e6


def main() -> None:
    """Print the table, the slowest first."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--bytes", type=int, default=SIZE)
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--only", default="", help="inputs whose name holds this")
    options = arguments.parse_args()
    engine = Engine(load_catalogue(), fingerprint_key=bytes(32))
    speed(engine, ordinary_text(_WARM_UP))
    texts = {name: make(options.bytes) for name, make in HOSTILE.items() if options.only in name}
    rounds = [{name: speed(engine, data) for name, data in texts.items()} for _ in range(options.rounds)]
    speeds = {name: median(each[name] for each in rounds) for name in texts}
    for name, found in sorted(speeds.items(), key=lambda item: item[1]):
        print(f"{found:8.1f} MB/s  {name}{'  below the floor' if found < FLOOR else ''}", flush=True)


if __name__ == "__main__":
    main()
