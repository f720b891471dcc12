"""Custom identifiers: a deployment's own detectors, written in RE2 syntax by people who do not edit the catalogue.

RE2 takes time linear in the text for every pattern, so no identifier can hold a scan up. A match has at most 512 bytes;
what is longer is not reported.
"""

import hashlib
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Any, Final

from bucketsieve.detect.catalogue.entry import (
    MASKS,
    MAX_DISTANCE,
    CatalogueError,
    Context,
    Detector,
    Form,
    check_keywords,
    marked_value,
)
from bucketsieve.detect.lanes.base import Sought
from bucketsieve.detect.model import Confidence, Severity
from bucketsieve.detect.validators.base import Validator, Verdict

MAX_WIDTH: Final = 512
#: As Amazon Macie's limits, so that its identifiers can be taken over.
MAX_PATTERN: Final = 512
MAX_KEYWORDS: Final = 50
MAX_IGNORE_WORDS: Final = 10
DEFAULT_DISTANCE: Final = 50
_ID: Final = re.compile(r"[a-z][a-z0-9_]{2,63}")


class InvalidIdentifierError(ValueError):
    """The identifier cannot run. ``field`` names what is wrong, ``position`` (0-based) where, if it is the pattern."""

    def __init__(self, field: str, reason: str, position: int | None = None) -> None:
        super().__init__(f"{field}{'' if position is None else f' at position {position}'}: {reason}")
        self.field = field
        self.reason = reason
        self.position = position


@dataclass(frozen=True, slots=True)
class CustomIdentifier:
    """One identifier. ``severities`` are (occurrences in an object, severity from there on), ascending.

    What a group ``value`` of the pattern matches is reported, else the whole match. With ``keywords``, one of them must
    stand at most ``distance`` bytes from it. A match that contains one of ``ignore_words``, in any case, is left out.
    Examples mark the value with « », as in the catalogue.
    """

    id: str
    name: str
    pattern: str
    keywords: tuple[str, ...] = ()
    distance: int = DEFAULT_DISTANCE
    ignore_words: tuple[str, ...] = ()
    severities: tuple[tuple[int, Severity], ...] = ((1, Severity.MEDIUM),)
    mask: str = "all"
    examples: tuple[str, ...] = ()
    counter_examples: tuple[str, ...] = ()

    @classmethod
    def from_mapping(cls, raw: Mapping[str, Any]) -> "CustomIdentifier":
        """From a table of TOML or JSON. Raises InvalidIdentifierError for a field that is missing or not known."""
        known = {field.name for field in fields(cls)}
        for key in raw:
            if key not in known:
                raise InvalidIdentifierError(key, "no such field")
        for key in ("id", "name", "pattern"):
            if not isinstance(raw.get(key), str):
                raise InvalidIdentifierError(key, "must be a text")
        try:
            levels = tuple((int(count), Severity(level)) for count, level in raw.get("severities", ((1, "medium"),)))
        except (TypeError, ValueError):
            raise InvalidIdentifierError("severities", "must be pairs of a number and a severity") from None
        lists = ("keywords", "ignore_words", "examples", "counter_examples")
        texts: dict[str, Any] = {key: tuple(map(str, raw[key])) for key in lists if key in raw}
        plain = {key: raw[key] for key in ("id", "name", "pattern", "distance", "mask") if key in raw}
        return cls(**plain, **texts, severities=levels)

    def severity_for(self, count: int) -> Severity:
        """The severity of ``count`` occurrences in one object."""
        return max((level for level in self.severities if level[0] <= count), default=self.severities[0])[1]


class PatternLane:
    """The lane of custom patterns: each by itself on RE2, without overlaps. See `lanes.Lane`."""

    def __init__(self, sought: Sequence[Sought]) -> None:
        self._expressions = [(item.number, compile_pattern(item.expression)) for item in sought]

    def search(self, data: bytes | memoryview, begin: int, end: int) -> list[tuple[int, int]]:
        """See `Lane.search`."""
        return [
            (min(match.end(), match.start() + MAX_WIDTH), number)
            for number, expression in self._expressions
            for match in expression.finditer(data, begin, end)
        ]


def compile_pattern(pattern: str) -> Any:  # noqa: ANN401  (google-re2 has no types)
    """The pattern on RE2. Raises InvalidIdentifierError with RE2's reason and its position in the pattern."""
    if len(pattern) > MAX_PATTERN:
        raise InvalidIdentifierError("pattern", f"longer than {MAX_PATTERN} characters", MAX_PATTERN)
    import re2  # noqa: PLC0415  (most scans have no patterns of their own)

    options = re2.Options()
    options.log_errors = False
    try:
        compiled = re2.compile(pattern, options)
    except re2.error as error:
        message = error.args[0]
        reason = message.decode("utf-8", "replace") if isinstance(message, bytes) else str(message)
        culprit = reason.rpartition(": ")[2]
        raise InvalidIdentifierError("pattern", reason, max(0, pattern.find(culprit))) from None
    if compiled.search(b"") is not None:
        raise InvalidIdentifierError("pattern", "matches the empty text", 0)
    return compiled


def ignoring(words: Iterable[str]) -> Validator:
    """A validator that turns down what contains one of ``words``."""
    lowered = tuple(word.lower() for word in words)

    def check(value: str) -> Verdict | None:
        text = value.lower()
        return None if any(word in text for word in lowered) else Verdict("matches the custom pattern")

    return check


def detectors_of(identifiers: Iterable[CustomIdentifier], taken: Collection[str]) -> tuple[Detector, ...]:
    """Those of `detector_of`, by id. Raises InvalidIdentifierError, for an id that is ``taken`` as well."""
    detectors = tuple(sorted(map(detector_of, identifiers), key=attrgetter("id")))
    twice = [detector.id for detector in detectors if detector.id in taken]
    if twice:
        raise InvalidIdentifierError("id", f"{', '.join(twice)} is a detector of the catalogue")
    return detectors


def detector_of(identifier: CustomIdentifier) -> Detector:
    """The identifier as a detector, which `check_examples` has yet to try. Raises InvalidIdentifierError."""
    if not _ID.fullmatch(identifier.id):
        raise InvalidIdentifierError("id", "must be 3 to 64 lower case letters, digits and underscores")
    if identifier.mask not in MASKS:
        raise InvalidIdentifierError("mask", f"must be one of {', '.join(MASKS)}")
    if not identifier.severities or list(identifier.severities) != sorted(
        identifier.severities, key=lambda pair: pair[0]
    ):
        raise InvalidIdentifierError("severities", "must ascend")
    if len(identifier.keywords) > MAX_KEYWORDS:
        raise InvalidIdentifierError("keywords", f"more than {MAX_KEYWORDS}")
    if len(identifier.ignore_words) > MAX_IGNORE_WORDS:
        raise InvalidIdentifierError("ignore_words", f"more than {MAX_IGNORE_WORDS}")
    if not 1 <= identifier.distance <= MAX_DISTANCE:
        raise InvalidIdentifierError("distance", f"must be 1 to {MAX_DISTANCE}")
    context = Context.REQUIRED if identifier.keywords else Context.NONE
    keywords = tuple(keyword.lower() for keyword in identifier.keywords)
    try:
        check_keywords("identifier", context, keywords, identifier.distance)
    except CatalogueError as error:
        raise InvalidIdentifierError("keywords", str(error)) from None
    compile_pattern(identifier.pattern)
    form = Form(
        source=identifier.pattern,
        bounded=identifier.pattern,
        anchor=identifier.pattern,
        literals=(),
        context=context,
        keywords=keywords,
        columns=(),
        distance=identifier.distance,
        confidence=Confidence.CONTEXTUAL if keywords else Confidence.STRUCTURED,
        validators=(),
        max_width=MAX_WIDTH,
        has_digit=False,
        lead=MAX_WIDTH,
    )
    return Detector(
        id=identifier.id,
        name=identifier.name,
        family="custom",
        category="custom",
        severity=identifier.severities[0][1],
        region="",
        description=f"Custom identifier: {identifier.name}",
        source="this deployment",
        macie=(),
        priority=70,
        mask=identifier.mask,
        normalise="none",
        forms=(form,),
        examples=identifier.examples,
        counter_examples=identifier.counter_examples,
    )


def version_of(identifiers: Sequence[CustomIdentifier]) -> str:
    """Twelve hex digits that change with any identifier; empty for none."""
    if not identifiers:
        return ""
    return hashlib.sha256(repr(sorted(identifiers, key=lambda each: each.id)).encode()).hexdigest()[:12]


def expected_spans(example: str) -> tuple[bytes, tuple[int, int]]:
    """(text, span of the value in it) of a marked example."""
    text, value = marked_value(example)
    start = len(text[: text.index(value)].encode())
    return text.encode(), (start, start + len(value.encode()))
