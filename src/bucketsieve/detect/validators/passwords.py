"""What tells a real password or random token from the words, code and placeholders that stand in the same places."""

import re
from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import unquote

from bucketsieve.detect.validators.base import Validator, Verdict, test_value
from bucketsieve.detect.validators.secrets import entropy_of, has_entropy


def _anywhere(pattern: str) -> Callable[[str], bool]:
    """Searches for what ``pattern`` has in small letters, in any case.

    In small letters, a search skips what no match begins with; in any case, which only text beyond ASCII needs, it does
    not, and takes ten times as long.
    """
    search = re.compile(pattern).search

    def found(text: str) -> bool:
        match = search(text.lower()) if text.isascii() else re.search(pattern, text, re.IGNORECASE)
        return match is not None

    return found


#: Words that stand for a secret instead of being one; and what does so where the word ends there.
STAND_IN: Final = (
    r"example|sample|dummy|placeholder|redact|change.?(?:me|it)|your|insert|replace|fix.?me|xxx|fake|not.?real|"
    r"pass(?:word|wd|phrase|code)|p[a@4]ssw[o0]rd|secret|hunter2|letmein|correct.?horse|foo.?bar|lorem|deadbeef|qwerty|"
    r"removed|masked|hidden|censored|undefined|invalid|\*\*|\.\.\.|…"
)
STAND_IN_WORD: Final = r"to.?do"
_stands_in: Final = _anywhere(rf"{STAND_IN}|{STAND_IN_WORD}\b")
#: The same for tokens, whose prefix may well say ``secret``.
NO_RANDOM_PART: Final = (
    r"example|sample|dummy|placeholder|redacted|change_?me|your[_\-]?|insert|replace|fake|not_?real|x{4}|deadbeef|"
    r"secret[_\-]?(?:here|key|token)|(?:key|token)[_\-]?here|foo_?bar"
)
_stands_in_for_a_token: Final = _anywhere(NO_RANDOM_PART)
#: Default passwords of servers and of their tutorials, and values that are no password.
WORDS: Final = frozenset(
    [
        "admin",
        "administrator",
        "amqp",
        "basic",
        "bearer",
        "default",
        "demo",
        "dev",
        "development",
        "false",
        "foo",
        "bar",
        "baz",
        "ftp",
        "guest",
        "host",
        "key",
        "local",
        "localhost",
        "login",
        "mariadb",
        "minio",
        "minioadmin",
        "mongo",
        "mongodb",
        "myapp",
        "mysql",
        "nil",
        "none",
        "null",
        "oracle",
        "pass",
        "passwd",
        "postgres",
        "postgresql",
        "prompt",
        "pw",
        "pwd",
        "rabbitmq",
        "redis",
        "required",
        "root",
        "sa",
        "secret",
        "string",
        "sys",
        "system",
        "tcp",
        "test",
        "tester",
        "testing",
        "token",
        "true",
        "unknown",
        "unset",
        "user",
        "username",
        "value",
        "verysecure",
        "wrong",
    ]
)
#: What may stand behind such a word.
AFTER_WORDS: Final = "0123456789!?."
#: Interpolation of shells, templates and format strings: anywhere, at the beginning, and as the whole value.
TEMPLATE: Final = r"[<>{}\[\]()`|\\]|\$[A-Za-z_{(]|%[sd(]"
TEMPLATE_START: Final = r"\$|[@#]\w"
TEMPLATE_WHOLE: Final = r"%\w+%|:\w+|&\w+;?"
_TEMPLATE: Final = re.compile(rf"{TEMPLATE}|^(?:{TEMPLATE_START}|(?:{TEMPLATE_WHOLE})$)")
ATTRIBUTE: Final = r"(?:[a-z]:)?[A-Za-z_]\w*(?:(?:\.|::|->)[A-Za-z_]\w*)+"
_ATTRIBUTE: Final = re.compile(ATTRIBUTE)
#: Paths, addresses, dates and version numbers; and names of files, which end as words do.
PATH: Final = r"(?:[A-Za-z]:|~|#|\.{1,2}|\d{1,5})?/|[\w\-]+/[\w\-]+/|https?:|\d{4}-\d\d-\d\d|(?:\d{1,2}:)?\d{1,4}\.\d"
FILE_NAME: Final = r"[\w\-]+\.(?:com|org|net|io|txt|py|js|json|ya?ml)"
_PATH: Final = re.compile(rf"{PATH}|{FILE_NAME}\b")
HASH: Final = r"\$\w{1,12}\$|(?:sha\d+|md5|pbkdf2|bcrypt|scrypt)[-:_$]|\{[A-Z0-9]+\}"
_HASH: Final = re.compile(HASH, re.IGNORECASE)
_WORDS_IN_A_ROW: Final = re.compile(r"[A-Za-z]+(?:[_\-. ][A-Za-z]+)*[_\-.]?\d{0,2}")
_WORD: Final = re.compile(r"[A-Z]?[a-z]*|[A-Z]*|\d*")
_PARTS: Final = re.compile(r"[A-Za-z0-9+]+")
#: A name in camel case: the words of `MyDatabaseSecret` have five letters on average, random ones under three.
_NAME: Final = re.compile(r"[A-Za-z]+\d{0,3}")
_HUMP: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_OTHER: Final = re.compile(r"[^\w\-. ]")
_RUN: Final = 6
#: Bits a character that a token has at least, as an argument of its validator.
USUAL_ENTROPY: Final = "3.0"


def _counting(unit: int) -> tuple[tuple[int, bytes, tuple[bytes, ...]], ...]:
    """What `counts` looks for in characters of ``unit`` bytes: by distance in bytes, differences from equal ones.

    Those that repeat, count up or down; those that count up at every other place.
    """
    equal = (1 << 8 * unit - 1).to_bytes(unit)
    up, down = (int.from_bytes(equal) + 1).to_bytes(unit), (int.from_bytes(equal) - 1).to_bytes(unit)
    return (unit, equal, tuple(each * (_RUN - 1) for each in (equal, up, down))), (2 * unit, equal, (up * (_RUN - 1),))


_ASCII, _ANY = _counting(1), _counting(4)


#: Keys that vendors print in their manuals or build into their emulators.
PUBLISHED: Final = frozenset(
    {
        "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==",  # Azurite
        "C2y6yDjf5/R+ob0N8A7Cgv30VRDJIWEHLM+4QDU5DE2nQ9nDuVTqobD4b8mGGyPMbIZnqyMsEcaGQy67XIw/Jw==",  # Cosmos emulator
        "sk_test_4eC39HqLyjWDarjtT1zdp7dc",  # Stripe's documentation
        "sk_test_BQokikJOvBiI2HlWgH4olfQ2",
        "2YotnFZFEjr1zCsicMWpAA",  # RFC 6749
        "tGzv3JOkF0XG5Qx2TlKWIA",
        "mF_9.B5f-4.1JqM",  # RFC 6750
    }
)


RANDOM: Final = Verdict("random, no placeholder")
CHOSEN: Final = Verdict("mixed characters, no placeholder")
IN_URL: Final = Verdict("password in a URL, no placeholder")
#: Different characters that something else than a stand-in has, at least.
LEAST_KINDS: Final = 4
#: What a password of two kinds of characters has at least: bits of entropy a character, and characters.
LEAST_ENTROPY: Final = "3.2"
LEAST_LENGTH: Final = 12


def is_placeholder(value: str) -> bool:
    """Whether people write this where a password belongs, without meaning one."""
    bare = value.strip("\"'").lower()
    return (
        len(set(bare)) < LEAST_KINDS
        or bare.rstrip(AFTER_WORDS) in WORDS
        or _stands_in(bare)
        or _TEMPLATE.search(value) is not None
        or counts(bare)
    )


def counts(value: str) -> bool:
    """Whether characters repeat or count (``aaaaaa``, ``123456``, ``a1b2c3d4``) somewhere, as nothing random does."""
    if value.isascii():
        codes, counting = value.encode(), _ASCII
    else:
        codes, counting = value.encode("utf-32-be", "surrogatepass"), _ANY
    for distance, equal, rows in counting:
        # All at once, as one number: the first bit of each, which no character has, is set to keep them from borrowing.
        later = int.from_bytes(codes[distance:])
        equals = int.from_bytes(equal * ((len(codes) - distance) // len(equal)))
        differences = (later + equals - int.from_bytes(codes[:-distance])).to_bytes(max(0, len(codes) - distance))
        for row in rows:
            if row in differences:
                return True
    return False


def _classes(value: str) -> int:
    """How many of lower case, upper case, digits and other characters occur; separators of words do not count."""
    if value.isascii():
        letters = (value.upper() != value) + (value.lower() != value)
    else:
        letters = any(map(str.islower, value)) + any(map(str.isupper, value))
    return letters + any(map(str.isdigit, value)) + (_OTHER.search(value) is not None)


def is_random(value: str, least: float = float(USUAL_ENTROPY)) -> bool:
    """Whether ``value``, with its prefix, may be a random token: no words, no counting, ``least`` bits a character."""
    if _stands_in_for_a_token(value) or not has_entropy(value, least) or counts(value):
        return False
    parts = _PARTS.findall(value)
    longest = max(parts, key=len, default="")
    if len(longest) >= 10:
        return _classes(longest.replace("+", "")) >= 2 and not _is_name(longest)
    return sum(_WORD.fullmatch(part) is None for part in parts) >= 2


def _is_name(part: str) -> bool:
    """Whether ``part`` is words in camel case, perhaps with a number behind."""
    return _NAME.fullmatch(part) is not None and len(part) >= 4 * len(_HUMP.findall(part))


def _token(argument: str) -> Validator:
    """``token`` or ``token:3.5`` (bits of entropy a character, at least)."""
    least = float(argument or USUAL_ENTROPY)

    def check(value: str) -> Verdict | None:
        if value in PUBLISHED:
            return test_value("key from its issuer's documentation or emulator")
        return RANDOM if is_random(value, least) else None

    return check


def _password(_argument: str) -> Validator:
    """Beside ``password=``: the value must look chosen or generated as one, for code and prose stand there as well."""
    least = float(LEAST_ENTROPY)

    def check(value: str) -> Verdict | None:
        code = _ATTRIBUTE.fullmatch(value) or _PATH.match(value) or _HASH.match(value)
        if code or is_placeholder(value) or (_WORDS_IN_A_ROW.fullmatch(value) and not _strong_word(value)):
            return None
        kinds = _classes(value)
        if kinds >= 3 or (
            kinds == 2 and len(value) >= LEAST_LENGTH and "-" not in value and entropy_of(value) >= least
        ):
            return CHOSEN
        return None

    return check


def _strong_word(value: str) -> bool:
    """One word with a capital and digits, ``Summer24``: a usual password, and no usual name."""
    return value.isalnum() and _classes(value) >= 3


def _url_password(_argument: str) -> Validator:
    """Between the colon and the ``@`` of a URL; only stand-ins and interpolation are told apart."""

    def check(value: str) -> Verdict | None:
        plain = unquote(value)
        if is_placeholder(plain) or _HASH.match(plain):
            return None
        return IN_URL

    return check


FACTORIES: Mapping[str, Callable[[str], Validator]] = {
    "token": _token,
    "password": _password,
    "url_password": _url_password,
}
