"""The shape of a catalogue entry, and the checks it must pass before it can run."""

import re
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from typing import Any, NamedTuple

from bucketsieve.detect.catalogue import precompiled
from bucketsieve.detect.catalogue.regex_facts import lead_of, regex_facts
from bucketsieve.detect.model import Confidence, Severity

#: The longest match any detector may have, in bytes; blocks overlap by it.
MAX_MATCH = 4_096
#: The farthest a context word may stand from the value, in bytes.
MAX_DISTANCE = 300
#: Context words are at most this long, separators included.
MAX_KEYWORD = 80
#: Amazon Macie's default is 30 characters.
DEFAULT_DISTANCE = 40
DEFAULT_PRIORITY = 50

_ID = re.compile(r"[a-z][a-z0-9_]{2,63}")
_MARK = re.compile("«(.*?)»", re.DOTALL)

#: What may not stand beside a match: (look-behind, look-ahead).
BOUNDARIES: Mapping[str, tuple[str, str]] = {
    "alnum": (r"(?<![0-9A-Za-z])", r"(?![0-9A-Za-z])"),
    # Tokens in base64url and the like: their own alphabet ends them.
    "token": (r"(?<![0-9A-Za-z_\-])", r"(?![0-9A-Za-z_\-])"),
    # base64 in its classic alphabet.
    "base64": (r"(?<![0-9A-Za-z+/])", r"(?![0-9A-Za-z+/=])"),
    # Not part of a decimal, of a longer grouped number, or of a UUID.
    "number": (
        r"(?<![0-9A-Za-z])(?<![0-9][.\-])(?<![0-9A-Fa-f]{4}-)",
        r"(?![0-9A-Za-z])(?![.\-][0-9])(?!-[0-9A-Fa-f]{4})",
    ),
    # Nothing of an address may stand beside it; a full stop may end the sentence.
    "email": (r"(?<![0-9A-Za-z._%+\-@])", r"(?![0-9A-Za-z_@]|-[0-9A-Za-z]|\.[0-9A-Za-z])"),
    "left": (r"(?<![0-9A-Za-z])", ""),
    "none": ("", ""),
}
MASKS = ("all", "last4", "first4", "email", "fixed")
NORMALISATIONS = ("none", "digits", "alnum", "lower")
CATEGORIES = ("credentials", "financial", "health", "personal", "contact", "network", "custom")


class CatalogueError(ValueError):
    """An entry is wrong. The message names the file, the detector and the field."""


class Context(StrEnum):
    """What context words do for a form."""

    NONE = "none"
    RAISES = "raises"  # a word nearby lifts the confidence of a weak or contextual form
    REQUIRED = "required"  # no word nearby, no finding


@cache
def _compiled(pattern: str, compiled: bytes) -> re.Pattern[bytes]:
    return precompiled.restore(pattern, compiled) if compiled else re.compile(pattern.encode())


class Standing(NamedTuple):
    """What a form says of a value by itself, as `Form` has it."""

    context: Context
    confidence: Confidence


class Form(NamedTuple):
    """One way a detector's value is written. (A tuple, like what else a start makes thousands of: it takes a tenth.)

    ``bounded`` has the boundaries around it; ``max_width`` is in bytes; ``has_digit``: every match holds a digit.
    """

    source: str  # the pattern as written
    bounded: str
    anchor: str  # what the anchor lane searches for; lies inside every match
    literals: tuple[str, ...]
    context: Context
    keywords: tuple[str, ...]
    columns: tuple[str, ...]  # words that count as a name of a column or key only, not in prose
    distance: int
    confidence: Confidence
    validators: tuple[str, ...]
    max_width: int
    has_digit: bool
    lead: int  # bytes from the start of a match to the end of the anchor in it, at most
    # If the catalogue was kept, `precompiled`, and a digest of the fields above that stands for them in keys.
    compiled: bytes = b""
    digest: str = ""

    @property
    def pattern(self) -> re.Pattern[bytes]:
        """``bounded``, compiled when first asked for: a scan meets few of a thousand forms."""
        return _compiled(self.bounded, self.compiled)


class Detector(NamedTuple):
    """A detector: identity, forms, mask and proof."""

    id: str
    name: str
    family: str
    category: str
    severity: Severity
    region: str
    description: str
    source: str
    macie: tuple[str, ...]
    priority: int
    mask: str
    normalise: str
    forms: tuple[Form, ...]
    examples: tuple[str, ...]
    counter_examples: tuple[str, ...]


def marked_value(example: str) -> tuple[str, str]:
    """(text, value): the example without its « » marks, and the marked value; the whole text if nothing is marked."""
    mark = _MARK.search(example)
    text = example.replace("«", "").replace("»", "")
    return text, mark.group(1) if mark else text


def compile_form(where: str, raw: Mapping[str, Any], shared: Mapping[str, Any]) -> Form:
    """Build a form from its table; what the form does not say is taken from the detector (``shared``)."""

    def get(key: str, default: object) -> Any:  # noqa: ANN401  (a value of TOML)
        return raw.get(key, shared.get(key, default))

    source = raw["pattern"] if "pattern" in raw else shared["pattern"]
    boundary = get("boundary", "alnum")
    if boundary not in BOUNDARIES:
        raise CatalogueError(f"{where}: boundary {boundary!r} is none of {', '.join(BOUNDARIES)}")
    left, right = BOUNDARIES[boundary]
    try:
        facts = regex_facts(source)
    except re.error as error:
        raise CatalogueError(f"{where}: pattern: {error.msg} at position {error.pos}") from None
    if facts.least < 1 or facts.most > MAX_MATCH:
        allowed = f"{facts.least} to {facts.most}"
        raise CatalogueError(f"{where}: a match must have 1 to {MAX_MATCH} bytes, the pattern allows {allowed}")
    context = Context(get("context", "none"))
    keywords = () if context is Context.NONE else tuple(get("keywords", ()))
    columns = tuple(get("columns", ())) if context is Context.REQUIRED else ()
    distance = int(get("distance", DEFAULT_DISTANCE))
    check_keywords(where, context, (*keywords, *columns), distance)
    validators = get("validator", ())
    anchor = raw.get("anchor") or ("" if "pattern" in raw else shared.get("anchor", "")) or source
    if context is not Context.REQUIRED and re.search(r"\(\?<?[=!]", anchor):
        raise CatalogueError(f"{where}: a pattern with look-around needs an anchor without")
    return Form(
        source=source,
        bounded=f"{left}(?:{source}){right}",
        anchor=re.sub(r"\(\?P<\w+>", "(?:", anchor),
        literals=tuple(get("literals", ())),
        context=context,
        keywords=keywords,
        columns=columns,
        distance=distance,
        confidence=Confidence(get("confidence", "contextual" if context is Context.REQUIRED else "structured")),
        validators=(validators,) if isinstance(validators, str) else tuple(validators),
        max_width=facts.most,
        has_digit=facts.has_digit,
        lead=min(facts.most, lead_of(source, anchor)) if context is not Context.REQUIRED else facts.most,
    )


def check_keywords(where: str, context: Context, keywords: tuple[str, ...], distance: int) -> None:
    """Raise CatalogueError unless the context words can work as written."""
    if context is not Context.NONE and not keywords:
        raise CatalogueError(f"{where}: context {context} needs keywords")
    if not 1 <= distance <= MAX_DISTANCE:
        raise CatalogueError(f"{where}: distance must be 1 to {MAX_DISTANCE}")
    for keyword in keywords:
        if keyword != keyword.lower() or not 2 <= len(keyword.encode()) <= MAX_KEYWORD // 2:
            raise CatalogueError(f"{where}: keyword {keyword!r} must be lower case, 2 to {MAX_KEYWORD // 2} bytes")
        if not keyword[0].isalpha():
            raise CatalogueError(f"{where}: keyword {keyword!r} must begin with a letter")


_REQUIRED = ("id", "name", "category", "severity", "description", "source", "examples", "counter_examples")
_FORM_KEYS = {
    "pattern", "anchor", "boundary", "literals", "context", "keywords", "columns", "distance", "confidence",
    "validator",
}  # fmt: skip
_KEYS = {*_REQUIRED, *_FORM_KEYS, "region", "macie", "priority", "mask", "normalise", "forms"}


def parse_detector(where: str, family: str, raw: Mapping[str, Any]) -> Detector:
    """Check one ``[[detector]]`` table and build the detector. Raises CatalogueError."""
    where = f"{where}: {raw.get('id', '(no id)')}"
    missing = [key for key in _REQUIRED if not raw.get(key)]
    if missing:
        raise CatalogueError(f"{where}: missing {', '.join(missing)}")
    unknown = (set(raw) - _KEYS) | {key for form in raw.get("forms", ()) for key in set(form) - _FORM_KEYS}
    if unknown:
        raise CatalogueError(f"{where}: unknown {', '.join(sorted(unknown))}")
    choices = (("category", CATEGORIES, "custom"), ("mask", MASKS, "all"), ("normalise", NORMALISATIONS, "none"))
    for key, allowed, default in choices:
        if raw.get(key, default) not in allowed:
            raise CatalogueError(f"{where}: {key} is none of {', '.join(allowed)}")
    if not _ID.fullmatch(raw["id"]):
        raise CatalogueError(f"{where}: an id is lower case letters, digits and underscores")
    try:
        forms = tuple(compile_form(where, form, raw) for form in raw.get("forms", ({},)))
        severity = Severity(raw["severity"])
    except (KeyError, ValueError) as error:
        if isinstance(error, CatalogueError):
            raise
        raise CatalogueError(f"{where}: {error}") from None
    if raw.get("keywords") and all(form.context is Context.NONE for form in forms):
        raise CatalogueError(f"{where}: keywords without a context do nothing")
    return Detector(
        id=raw["id"],
        name=raw["name"],
        family=family,
        category=raw["category"],
        severity=severity,
        region=raw.get("region", ""),
        description=raw["description"],
        source=raw["source"],
        macie=tuple(raw.get("macie", ())),
        priority=int(raw.get("priority", DEFAULT_PRIORITY)),
        mask=raw.get("mask", "all"),
        normalise=raw.get("normalise", "none"),
        forms=forms,
        examples=tuple(raw["examples"]),
        counter_examples=tuple(raw["counter_examples"]),
    )
