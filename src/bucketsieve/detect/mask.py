"""Masks: what of a value may be shown."""

import re
import string
from typing import Final

_HIDDEN: Final = re.compile(r"[^\W_]|[^\x00-\x7f]")
_STARS: Final = dict.fromkeys(map(ord, string.ascii_letters + string.digits), "*")
#: A mask shows at most this share of a value's characters.
_SHOWN_SHARE: Final = 0.5
_FIXED: Final = "********"
#: Longer masks say nothing more and fill reports.
_LONGEST: Final = 64


def mask(value: str, kind: str) -> str:
    """``value`` on one line with its letters and digits hidden as ``kind`` says; separators stay, to be recognised."""
    if kind == "fixed":
        return _FIXED
    if kind == "email" and "@" in value:
        local, _, domain = value.rpartition("@")
        return f"{local[:1]}***@{domain[:1]}***.{domain.rpartition('.')[2]}"
    if not value.isprintable():
        value = "".join(character if character.isprintable() else " " for character in value)
    hidden = value.translate(_STARS) if value.isascii() else _HIDDEN.sub("*", value)
    shown = min(4, int(hidden.count("*") * _SHOWN_SHARE))
    if kind == "last4" and shown:
        hidden = _reveal(hidden[::-1], value[::-1], shown)[::-1]
    elif kind == "first4" and shown:
        hidden = _reveal(hidden, value, shown)
    return hidden if len(hidden) <= _LONGEST else f"{hidden[: _LONGEST - 9]}…{hidden[-8:]}"


def _reveal(hidden: str, value: str, count: int) -> str:
    """Show the first ``count`` hidden characters again."""
    shown = list(hidden)
    for place, character in enumerate(hidden):
        if count and character == "*":
            shown[place] = value[place]
            count -= 1
    return "".join(shown)
