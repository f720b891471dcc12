import base64
import json

import pytest

from bucketsieve.detect.validators import resolve
from bucketsieve.detect.validators.base import Kind
from bucketsieve.detect.validators.token_structure import decode_base64, decode_json


def encoded(document: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(document).encode()).decode().rstrip("=")


def pem(label: str, body: bytes, line_end: str = "\n", header: str = "") -> str:
    return f"-----BEGIN {label}-----{line_end}{header}{base64.b64encode(body).decode()}"


SEQUENCE = b"\x30\x82\x04\xa4" + bytes(range(80))


def test_base64_is_read_in_both_alphabets_and_without_padding() -> None:
    assert decode_base64("-_-_") == decode_base64("+/+/") == b"\xfb\xff\xbf"
    assert decode_base64("YQ") == b"a"
    assert decode_base64("a b") is None


def test_only_a_json_object_counts_as_json() -> None:
    assert decode_json(encoded({"a": 1})) == {"a": 1}
    assert decode_json(encoded([1])) is None
    assert decode_json(encoded({"a": 1})[:-4]) is None
    assert decode_json(base64.b64encode(b"[" * 100_000).decode()) is None


def test_a_web_token_needs_a_header_with_an_algorithm_and_a_payload() -> None:
    check = resolve("jwt")
    payload = encoded({"sub": "42"})

    assert check(f"{encoded({'alg': 'HS256'})}.{payload}.c2ln") is not None
    assert check(f"{encoded({'typ': 'JWT'})}.{payload}.c2ln") is None
    assert check(f"{encoded({'alg': 'HS256'})}.{encoded('text')}.c2ln") is None


def test_the_token_of_the_debugger_is_a_test_value() -> None:
    verdict = resolve("jwt")(f"{encoded({'alg': 'HS256'})}.{encoded({'sub': '1234567890', 'name': 'John Doe'})}.c2ln")

    assert verdict is not None
    assert verdict.kind is Kind.TEST


@pytest.mark.parametrize(
    "text",
    [
        pem("RSA PRIVATE KEY", SEQUENCE),
        pem("RSA PRIVATE KEY", SEQUENCE, line_end="\\n"),
        pem("RSA PRIVATE KEY", bytes(range(90)), header="Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00FF\n\n"),
        pem("OPENSSH PRIVATE KEY", b"openssh-key-v1\0" + bytes(range(60))),
        pem("PGP PRIVATE KEY BLOCK", b"\x95\x03\xc6\x04" + bytes(range(60)), header="Version: GnuPG v2\n\n"),
    ],
)
def test_a_key_whose_body_decodes_is_validated(text: str) -> None:
    assert resolve("pem")(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "-----BEGIN RSA PRIVATE KEY-----\nput your key here, all of it, please",
        pem("RSA PRIVATE KEY", b"\0" * 80),
        pem("OPENSSH PRIVATE KEY", SEQUENCE),
        pem("PGP PRIVATE KEY BLOCK", b"\x99" + bytes(range(60))),  # a public key's tag
    ],
)
def test_a_body_that_is_no_private_key_is_refused(text: str) -> None:
    assert resolve("pem")(text) is None


def test_pem_in_base64_is_told_from_certificates() -> None:
    check = resolve("base64_pem")

    assert check(base64.b64encode(pem("EC PRIVATE KEY", SEQUENCE).encode()).decode()) is not None
    assert check(base64.b64encode(pem("CERTIFICATE", SEQUENCE).encode()).decode()) is None


@pytest.mark.parametrize(
    ("pair", "found"),
    [
        (b"anna:Gr8-Horse!77", True),
        (b"user:password", False),
        (b"no colon here", False),
        (b"user:\xff\xfe\xfd\xfc", False),
        (b"sk_live_token:", False),
    ],
)
def test_basic_authentication_is_a_pair_with_a_real_password(pair: bytes, found: bool) -> None:
    assert (resolve("basic_auth")(base64.b64encode(pair).decode()) is not None) is found


def test_an_example_of_an_rfc_is_a_test_value() -> None:
    verdict = resolve("basic_auth")("QWxhZGRpbjpvcGVuIHNlc2FtZQ==")

    assert verdict is not None
    assert verdict.kind is Kind.TEST


def test_a_token_of_json_has_the_key_it_should_have() -> None:
    token = f"sntrys_{encoded({'iat': 1, 'org': 'acme'})}_c2VjcmV0"

    assert resolve("json_token:org")(token) is not None
    assert resolve("json_token:other")(token) is None


def test_a_discord_token_begins_with_an_id() -> None:
    assert resolve("discord_token")(f"{encoded(1098765432109876543)}.GxYz12.sig") is not None
    assert resolve("discord_token")(f"{base64.b64encode(b'not an id at all').decode()}.GxYz12.sig") is None
