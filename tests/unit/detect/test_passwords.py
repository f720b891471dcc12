import math
import random
import string

import pytest

from bucketsieve.detect.engine import Engine
from bucketsieve.detect.validators import resolve
from bucketsieve.detect.validators.base import Kind
from bucketsieve.detect.validators.passwords import counts, is_placeholder, is_random
from bucketsieve.detect.validators.secrets import entropy_of, has_entropy

from .conftest import scan, spans

BASE62 = string.ascii_letters + string.digits


@pytest.mark.parametrize("value", ["Tr0ub4dor&3", "Summer2024", "hK9#mPq2", "k2vq9mzr7tlw4x", "Horse-Batt3ry!"])
def test_what_people_choose_and_generate_is_a_password(value: str) -> None:
    assert resolve("password")(value) is not None


@pytest.mark.parametrize(
    "value",
    [
        "changeme123", "P@ssw0rd", "your-password", "<password>", "${DB_PASS}", "{{ password }}", "********",
        "os.environ", "self.settings.password1", "get_password()", "my-password-1", "utf-8", "/run/secrets/Db1",
        "$2b$12$C6UzMDM.H6dfI/f/IKcEe", "2026-11-21T10:00:00Z", "abcdefgh", "12345678", "administrator",
        "1:4.13+dfsg1-1+deb12u1",
    ],
)  # fmt: skip
def test_words_code_and_stand_ins_are_no_password(value: str) -> None:
    assert resolve("password")(value) is None


@pytest.mark.parametrize("value", ["postgres", "guest", "password", "%s", "$PASS", "user123", "aaaa"])
def test_default_passwords_and_interpolation_in_urls_are_left_out(value: str) -> None:
    assert is_placeholder(value)
    assert resolve("url_password")(value) is None


def test_a_password_in_a_url_is_judged_as_decoded() -> None:
    assert resolve("url_password")("Tr%40in-Blue7") is not None
    assert resolve("url_password")("%3Cpassword%3E") is None


@pytest.mark.parametrize(
    "value",
    [
        "xxAAAAAAxx",
        "k-123456-k",
        "fedcba",
        "x1y2c3d4e5f6",
        "ééé-абвгде",
        "😀" * 6,
        "\x7f~}|{z",
        "\ufffa\ufffb\ufffc\ufffd\ufffe\uffff",
    ],
)
def test_characters_that_repeat_or_count_are_noticed(value: str) -> None:
    assert counts(value)


@pytest.mark.parametrize("value", ["", "A", "é", "AAAAA", "12345", "абвгд", "123455678", "aceg-bdfh", "A\u0141" * 6])
def test_fewer_than_six_characters_in_a_row_are_chance(value: str) -> None:
    assert not counts(value)


def test_entropy_is_compared_as_it_is_counted() -> None:
    source = random.Random(20261122)
    for _ in range(2_000):
        value = "".join(source.choices(BASE62[: source.randrange(1, 62)], k=source.randrange(1, 50)))
        entropy = entropy_of(value)
        for least in (2.0, 3.0, 3.5, entropy, math.nextafter(entropy, 9)):
            assert has_entropy(value, least) == (entropy >= least)


def test_hardly_any_random_token_is_taken_for_something_else() -> None:
    source = random.Random(20261121)
    alphabets = [(BASE62, 20), (BASE62, 32), (string.hexdigits[:16], 32), (BASE62 + "-_", 43)]
    tokens = ["".join(source.choices(alphabet, k=size)) for alphabet, size in alphabets for _ in range(500)]

    refused = [token for token in tokens if not is_random(token)]

    assert len(refused) <= len(tokens) // 100


@pytest.mark.parametrize(
    "value",
    [
        "access_token_lifetime_seconds", "MyDatabaseSecret-a1B2c3", "sk_live_thisisnotarealkey", "xxxxxxxxxxxxxxxxxxxx",
        "ghp_1234567890abcdefghijklmnopqrstuvwxyz", "insert-your-token-here-please", "glpat-my-own-token-prefix",
    ],
)  # fmt: skip
def test_names_and_stand_ins_are_not_random(value: str) -> None:
    assert not is_random(value)


def test_a_published_key_is_a_test_value() -> None:
    verdict = resolve("token")("sk_test_4eC39HqLyjWDarjtT1zdp7dc")

    assert verdict is not None
    assert verdict.kind is Kind.TEST


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_passwords_and_keys_are_found_below_their_column(engine: Engine, separator: str) -> None:
    rows = [["login", "password", "api_key"], ["anna", "Tr0ub4dor&3", "b597166d1667cf52b3fa4a2f928b9b8d"]]
    data = "\n".join(separator.join(row) for row in [*rows, rows[1]]).encode()

    report = scan(engine, data)

    assert len(spans(report, "password_assignment")) == 2
    assert len(spans(report, "secret_assignment")) == 2


def test_words_below_a_password_column_are_not_passwords(engine: Engine) -> None:
    report = scan(engine, b"login,password,note\nanna,required,yes\nbert,changeme,no\n")

    assert not spans(report, "password_assignment")
