"""What kind of text a text is likely to be: by its first characters, then by its name."""

import re
from pathlib import PurePosixPath
from typing import Final

_PLAIN: Final = "text/plain"
_BY_SUFFIX: Final = {
    ".csv": "text/csv",
    ".tsv": "text/tab-separated-values",
    ".json": "application/json",
    ".jsonl": "application/x-ndjson",
    ".ndjson": "application/x-ndjson",
    ".xml": "application/xml",
    ".yaml": "application/yaml",
    ".yml": "application/yaml",
    ".htm": "text/html",
    ".html": "text/html",
    ".md": "text/markdown",
    ".sql": "application/sql",
}
#: Whatever the name says, a text cannot be one of these without beginning so.
_BEGINNINGS: Final = {
    "application/json": ("{", "[", '"'),
    "application/x-ndjson": ("{", "[", '"'),
    "application/xml": ("<",),
    "text/html": ("<",),
}

#: An object, or an array that is no section of an INI file and no timestamp of a log.
_JSON: Final = re.compile(r"\{\s*[\"}]|\[\s*[\"{\[\]]")


def media_type(beginning: str, key: str) -> str:
    """Return the Internet media type of a text that begins so and has this key."""
    beginning = beginning.lstrip("\ufeff \t\r\n")
    named = _BY_SUFFIX.get(PurePosixPath(key).suffix.lower(), _PLAIN)
    if named != _PLAIN:
        return named if beginning.startswith(_BEGINNINGS.get(named, "")) else _PLAIN
    if beginning.startswith("<?xml"):
        return "application/xml"
    return "application/json" if _JSON.match(beginning) else _PLAIN
