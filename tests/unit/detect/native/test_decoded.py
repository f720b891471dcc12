"""What C says of values that hold text in base64 or with escapes is what their validators say."""

import json
import random
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable, Iterator
from itertools import islice
from string import ascii_letters, digits

import pytest

from bucketsieve.detect.validators import resolve
from bucketsieve.detect.validators.token_structure import RFC_EXAMPLES

from .sampling import changed
from .tiny import compiled, lane_of

#: Values of each kind, how many of them are right at least, and how few are left to Python.
DRAWN, RIGHT, SELDOM = 3_000, 150, 0.25
WORDS = (
    "alg",
    "typ",
    "name",
    "some",
    "John Doe",
    "payload",
    "HS256",
    "é",
    "key",
    "",
    "名",
    "\\u0061lg",
    "\\n",
    "\\ud83d",
)


def base64(rng: random.Random, raw: bytes) -> str:
    text = rng.choice((b64encode, urlsafe_b64encode))(raw).decode()
    return rng.choice((text, text.rstrip("="), changed(rng, text.rstrip("=")) if text.rstrip("=") else text))


def password(rng: random.Random) -> str:
    chosen = "".join(rng.choices(ascii_letters + digits + "!?-_.:$%é£", k=rng.randint(0, 16)))
    return rng.choice(
        (chosen, chosen, "changeme", "secret1", "'aaaa'", "${PASSWORD}", "123456", "admin", "$2b$10$abcdef")
    )


def basic_auth(rng: random.Random) -> str:
    user = rng.choice(("deploy", "", "svc-report", "a b", "ü", "x\x7f", "\t", "ci:x"))
    raw = f"{user}{rng.choice((':', ':', ':', ''))}{password(rng)}".encode()
    raw = rng.choice((raw, raw, raw, rng.choice(sorted(RFC_EXAMPLES)).encode(), raw + rng.randbytes(2)))
    return base64(rng, raw)


def url_password(rng: random.Random) -> str:
    text = password(rng)
    return "".join(rng.choice((each, each, f"%{ord(each):02x}", f"%{ord(each):02X}", "%", "%4")) for each in text)


def value_of(rng: random.Random, depth: int) -> str:
    """Some JSON, and what is nearly JSON."""
    kind = rng.randrange(9)
    if kind == 0 and depth:
        return f"[{', '.join(value_of(rng, depth - 1) for _ in range(rng.randint(0, 3)))}]"
    if kind == 1 and depth:
        return document(rng, depth - 1)
    numbers = (
        "0",
        "-1",
        "12.5e3",
        "1e+9",
        "NaN",
        "-Infinity",
        "true",
        "null",
        "01",
        "1.",
        "-",
        "1e",
        "tru",
        ".5",
        '"a',
    )
    return rng.choice(numbers) if kind < 4 else f'"{rng.choice(WORDS)}"'


def document(rng: random.Random, depth: int = 2) -> str:
    space = rng.choice(("", "", " ", "\n"))
    members = (f'"{rng.choice(WORDS)}"{space}:{space}{value_of(rng, depth)}' for _ in range(rng.randint(0, 3)))
    return f"{{{f'{space},'.join(members)}{space}}}"


def part(rng: random.Random, usual: dict[str, object]) -> str:
    text = rng.choice((json.dumps(usual), json.dumps(usual, ensure_ascii=False), document(rng), document(rng)))
    deep = "[" * 70 + "]" * 70
    text = rng.choice((text, text, text, changed(rng, text), f'{{"a":{deep}}}', text + rng.choice(" x}")))
    raw = text.encode() if rng.random() < 0.95 else text.encode("latin-1", "replace")
    return urlsafe_b64encode(raw).decode().rstrip("=")


def jwt(rng: random.Random) -> str:
    header = part(rng, {"typ": "JWT", "alg": rng.choice(("HS256", "none", "é", 7))})
    names = ("Ana", "John Doe", "Zoë")
    usual: list[dict[str, object]] = [
        {"sub": "1", "name": rng.choice(names)},
        {"some": "payload"},
        {"aud": [{"x": None}]},
    ]
    return f"{header}.{part(rng, rng.choice(usual))}.{'s' * 20}"


def pem(rng: random.Random) -> str:
    name, begin = rng.choice((
        ("RSA PRIVATE KEY", b"\x30"), ("OPENSSH PRIVATE KEY", b"openssh-key-v1\0"), ("PGP PRIVATE KEY BLOCK", b"\x95"),
        ("EC PRIVATE KEY", b"\x31"), ("OPENSSH PRIVATE KEY", b"openssh-key"), ("PGP PRIVATE KEY BLOCK", b"\xc5"),
    ))  # fmt: skip
    raw = begin + rng.choice(
        (rng.randbytes(rng.randint(0, 60)), b"\1" * 40, b"\0\1\2\3\4\5" * 8, b"\0\1\2\3\4\5\6" * 8)
    )
    text, end = b64encode(raw).decode(), rng.choice(("\n", "\\n", "\r\n", '\\n",\n    "', "\\r\\n", "\n\n", " ", ""))
    width = rng.randint(12, 64)
    lines = [text[start : start + width] for start in range(0, len(text), width)]
    headers = ("Proc-Type: 4,ENCRYPTED", "DEK-Info: AES", "Comment: Proc", "  Version: 1", "X-1: no", "Version:1", "")
    front = [rng.choice(headers) for _ in range(rng.choice((0, 0, 0, 1, 2)))]
    whole = end.join((f"-----BEGIN {name}-----", *front, *lines, rng.choice((f"-----END {name}", ""))))
    return rng.choice((whole, whole, whole, changed(rng, whole), whole.replace("-----", "----", 1)))


def base64_pem(rng: random.Random) -> str:
    return base64(rng, pem(rng).encode())


def json_token(rng: random.Random) -> str:
    """Documents behind separators, one or two, in either alphabet; ``{"`` comes to ``eyJ``."""
    usual: tuple[dict[str, object], ...] = (
        {"iat": 1, "org": "a?>~"},
        {"k": "?~" * 9, "signInAddress": 1},
        {"x": {"org": 1}},
        {},
    )
    name = rng.choice(("{}", '{"\\u006frg": 1}', '{"org": 1, "\\n": 2}', "{ }", "[]"))
    plain = json.dumps(rng.choice(usual))
    parts = [
        rng.choice((part(rng, rng.choice(usual)), base64(rng, rng.choice((name, plain, plain)).encode())))
        for _ in range(rng.randint(1, 2))
    ]
    end = rng.choice(("", "_secret", ".eyJ", "_eyJ", "=_a+/", "==", "."))
    return f"{rng.choice(('sntrys', 'glc', ''))}{''.join(rng.choice('__.') + each for each in parts)}{end}"


#: By the validator, a value for it.
KINDS: dict[str, Callable[[random.Random], str]] = {
    "basic_auth": basic_auth,
    "url_password": url_password,
    "json_token:k": json_token,
    "json_token:org": json_token,
    "json_token:signInAddress": json_token,
    "jwt": jwt,
    "pem": pem,
    "base64_pem": base64_pem,
}


def drawn(spec: str) -> Iterator[str]:
    rng = random.Random(4)
    return islice(iter(lambda: KINDS[spec](rng), None), DRAWN)


SIEVE = lane_of(compiled(*({"pattern": "[ -~\n]{1,1000}", "anchor": "a", "validator": spec} for spec in KINDS))).sieve(
    drop_tests=False, max_values=1
)


@pytest.mark.parametrize("spec", KINDS)
def test_it_says_what_the_validator_says(spec: str) -> None:
    validate, form = resolve(spec), list(KINDS).index(spec)
    right = asked = 0
    for value in filter(None, drawn(spec)):
        known, said = SIEVE.ruled(form, value.encode())
        verdict = validate(value)
        asked += not known
        right += known and said is not None
        assert not known or said == verdict, f"{spec}: {value!r}"
    assert right > RIGHT
    assert asked < DRAWN * SELDOM
