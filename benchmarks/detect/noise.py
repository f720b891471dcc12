"""Lines that hold nothing sensitive, of the kinds that buckets are full of."""

import base64
import json
import random
from collections.abc import Callable
from uuid import UUID

_ENGLISH = """
the of and to in a is that for it as was with be by on not he his but at are this have from or had an they which
one you were all her she there would their we him been has when who will no more if out so said what up its
about than into them can only other time new some could these two may first then do any like my now over such
our man me even most made after also did many off before must well back through years where much your way down
should because long each just state those people too how little good world make very year still see own work men
day get here old life both between being under three never know same last another while us might great go come
since against right came take used himself few house use place during high without again home around small
however found part school thought went say general once upon every left war does got united hand course water
until always away public something fact less though far put head think called set almost enough end took night
yet better nothing told eyes going look asked later knew order table window river summer engine report market
paper system number account address customer payment record review station morning garden building company
letter
"""
_WORDS = _ENGLISH.split()
_PATHS = ("/", "/index.html", "/api/v1/items", "/static/app.js", "/search", "/orders", "/health", "/images/logo.svg")
_AGENTS = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.1 Safari/605.1.15",
    "curl/8.14.1",
    "kube-probe/1.31",
)


def words(rng: random.Random, count: int) -> str:
    """Words of English, the common ones more often."""
    weights = range(len(_WORDS), 0, -1)
    return " ".join(rng.choices(_WORDS, weights, k=count))


def access_log(rng: random.Random, note: str = "") -> str:
    """A line of a web server's log, with a time stamp in milliseconds, a UUID and a long decimal."""
    host = f"10.{rng.randrange(256)}.{rng.randrange(256)}.{rng.randrange(256)}"
    stamp = rng.randrange(1_600_000_000_000, 1_900_000_000_000)
    request = f"GET {rng.choice(_PATHS)}?ts={stamp}&rid={UUID(int=rng.getrandbits(128), version=4)} HTTP/1.1"
    clock = f"{rng.randrange(24):02}:{rng.randrange(60):02}:{rng.randrange(60):02}"
    when = f"[{rng.randrange(1, 29):02}/Nov/2026:{clock} +0000]"
    tail = f"{rng.random():.17f}" + (f' "{note}"' if note else "")
    return f'{host} - - {when} "{request}" 200 {rng.randrange(100, 99_999)} "-" "{rng.choice(_AGENTS)}" {tail}'


def json_line(rng: random.Random, note: str = "") -> str:
    """An event as a line of JSON."""
    event = {
        "time": rng.randrange(1_600_000_000_000, 1_900_000_000_000),
        "level": rng.choice(("info", "debug", "warning")),
        "trace": f"{rng.getrandbits(128):032x}",
        "duration": rng.random(),
        "message": note or words(rng, 9),
        "items": [rng.randrange(1000) for _ in range(3)],
    }
    return json.dumps(event, ensure_ascii=False)


def csv_row(rng: random.Random, note: str = "") -> str:
    """A row of an export: number, word, amount, day, quantity, text."""
    text = f'"{note.replace(chr(34), chr(34) * 2)}"' if note else words(rng, 3)
    day = f"2026-{rng.randrange(1, 13):02}-{rng.randrange(1, 29):02}"
    return f"{rng.randrange(1, 10**7)},{rng.choice(_WORDS)},{rng.random() * 1000:.2f},{day},{rng.randrange(100)},{text}"


def prose(rng: random.Random, note: str = "") -> str:
    """A paragraph."""
    sentence = words(rng, rng.randrange(40, 90)).capitalize()
    return f"{sentence}. {note}" if note else f"{sentence}."


def source(rng: random.Random, note: str = "") -> str:
    """A line of a program."""
    left, right = rng.choice(_WORDS), rng.choice(_WORDS)
    call = f"{right}.get({rng.choice(_WORDS)!r}, {rng.randrange(10_000)})"
    return f"    self.{left}[{rng.randrange(99)}] = {call}  # {note or words(rng, 5)}"


def config(rng: random.Random, note: str = "") -> str:
    """A setting."""
    return note or f"{rng.choice(_WORDS)}.{rng.choice(_WORDS)} = {rng.randrange(100_000)}"


def encoded(rng: random.Random, note: str = "") -> str:
    """Base64 in lines of 76, as an attachment has it."""
    return note or base64.b64encode(rng.randbytes(57)).decode()


#: How many bytes of each kind, in parts of a hundred.
SHARES: tuple[tuple[Callable[..., str], int], ...] = (
    (access_log, 35), (json_line, 20), (csv_row, 15), (prose, 12), (source, 10), (config, 5), (encoded, 3),
)  # fmt: skip
