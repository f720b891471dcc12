"""Credentials that say what they are once decoded: JSON Web Tokens, PEM keys, basic authentication, base64 tokens."""

import base64
import binascii
import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from bucketsieve.detect.validators.base import Validator, Verdict, test_value, validated
from bucketsieve.detect.validators.passwords import is_placeholder

_ESCAPED_LINE_END: Final = re.compile(r"\\[rn]")
_PEM_HEADER: Final = re.compile(r"(?m)^\s*[A-Za-z][A-Za-z\-]*: .*$")
_BASE64_RUN: Final = re.compile(r"[A-Za-z0-9+/]{16,}")
_PRIVATE_KEY: Final = re.compile(rb"-----BEGIN (?:[A-Z0-9]{2,9} ){0,2}PRIVATE KEY")
#: Decoded, a private key begins with an ASN.1 SEQUENCE, the magic of OpenSSH, or an OpenPGP packet of a secret key.
_OPENSSH_MAGIC: Final = b"openssh-key-v1\0"
_PGP_SECRET_KEY_TAGS: Final = frozenset({0x94, 0x95, 0x96, 0x97, 0xC5})
#: Discord and Twitter count milliseconds in the upper 42 bits of their ids.
_SNOWFLAKE: Final = re.compile(rb"\d{17,20}")
#: RFC 7617 and RFC 6749.
RFC_EXAMPLES: Final = frozenset(
    {
        "Aladdin:open sesame",
        "Aladdin:OpenSesame",
        "test:123£",
        "s6BhdRkqt3:gX1fBat3bV",
        "s6BhdRkqt3:7Fjfp0ZBr1KtDRbnfVdmIw",
    }
)
WEB_TOKEN: Final = validated("header and payload are JSON, and the header names an algorithm")
MANUAL_TOKEN: Final = test_value("token of a debugger or manual")
PEM: Final = validated("the body decodes to a private key")
BASE64_PEM: Final = validated("decodes to a private key in PEM")
JSON_TOKEN: Final = validated("decodes to the JSON of such a token")
CREDENTIALS: Final = validated("decodes to a user name and a password")
RFC_EXAMPLE: Final = test_value("example of an RFC")


def decode_base64(text: str) -> bytes | None:
    """Base64 in either alphabet, padded or not; None if it is not base64."""
    text = text.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None


def decode_json(text: str) -> dict[str, Any] | None:
    """The JSON object that ``text`` holds in base64; None if it holds none."""
    raw = decode_base64(text)
    try:
        document = json.loads(raw) if raw else None
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None


def _jwt(_argument: str) -> Validator:
    """RFC 7519: header and payload are JSON objects, and the header names an algorithm."""

    def check(value: str) -> Verdict | None:
        header, payload = map(decode_json, value.split(".")[:2])
        if header is None or payload is None or not isinstance(header.get("alg"), str):
            return None
        if payload.get("name") == "John Doe" or payload == {"some": "payload"}:
            return MANUAL_TOKEN
        return WEB_TOKEN

    return check


def _pem(_argument: str) -> Validator:
    """RFC 7468, RFC 1421 (encrypted: with header lines), RFC 9580: the body decodes to what the first line promises."""

    def check(value: str) -> Verdict | None:
        text = _ESCAPED_LINE_END.sub("\n", value)
        first_line, _, rest = text.partition("KEY")
        encrypted = "Proc-Type" in text
        body = re.sub(r"[\s\"',\\]+", "", _PEM_HEADER.sub("", rest.partition("-----")[2]))
        run = _BASE64_RUN.match(body)
        raw = decode_base64(run.group()[: len(run.group()) // 4 * 4]) if run else None
        if not raw or len(set(raw)) < 8:
            return None
        if encrypted or _begins_as_key(first_line, raw):
            return PEM
        return None

    return check


def _base64_pem(_argument: str) -> Validator:
    """A PEM file in base64 once more, as in kubeconfig and Kubernetes secrets; certificates are none."""

    def check(value: str) -> Verdict | None:
        raw = decode_base64(value[: len(value) // 4 * 4])
        return BASE64_PEM if raw and _PRIVATE_KEY.match(raw) else None

    return check


def _begins_as_key(first_line: str, raw: bytes) -> bool:
    if "OPENSSH" in first_line:
        return raw.startswith(_OPENSSH_MAGIC)
    if "PGP" in first_line:
        return raw[0] in _PGP_SECRET_KEY_TAGS
    return raw[0] == 0x30


def _basic_auth(_argument: str) -> Validator:
    """RFC 7617: base64 of a user name, a colon and a password."""

    def check(value: str) -> Verdict | None:
        raw = decode_base64(value)
        try:
            text = raw.decode() if raw else ""
        except UnicodeDecodeError:
            return None
        user, _, password = text.partition(":")
        if not text.isprintable() or not password or (not user and len(password) < 8):
            return None
        if text in RFC_EXAMPLES:
            return RFC_EXAMPLE
        return None if is_placeholder(password) else CREDENTIALS

    return check


def _json_token(argument: str) -> Validator:
    """``json_token:key``: some part between ``_`` or ``.`` is base64 of a JSON object with that key."""

    def check(value: str) -> Verdict | None:
        for part in re.split(r"[_.](?=eyJ)", value)[1:]:
            document = decode_json(re.split(r"[_.]", part)[0]) or decode_json(part)
            if document is not None and argument in document:
                return JSON_TOKEN
        return None

    return check


MACAROON: Final = validated("macaroon of the index")
ACCOUNT: Final = validated("decodes to the id of an account")


def _pypi_token(_argument: str) -> Validator:
    """A macaroon: version 2, a location field, and the name of the index (https://pypi.org/help/#apitoken)."""

    def check(value: str) -> Verdict | None:
        body = value.removeprefix("pypi-")
        raw = decode_base64(body[: len(body) // 4 * 4])
        return MACAROON if raw and re.match(rb"\x02\x01.(?:test\.)?pypi\.org\x02", raw) else None

    return check


def _discord_token(_argument: str) -> Validator:
    """The first part is base64 of the bot's id."""

    def check(value: str) -> Verdict | None:
        raw = decode_base64(value.partition(".")[0])
        return ACCOUNT if raw and _SNOWFLAKE.fullmatch(raw) else None

    return check


FACTORIES: Mapping[str, Callable[[str], Validator]] = {
    "jwt": _jwt,
    "pem": _pem,
    "base64_pem": _base64_pem,
    "basic_auth": _basic_auth,
    "json_token": _json_token,
    "pypi_token": _pypi_token,
    "discord_token": _discord_token,
}
