"""Masks: what of a value may be shown."""

import re
from typing import Final

_HIDDEN: Final = re.compile(r"[^\W_]|[^\x00-\x7f]")
_SIGNS: Final = bytes(byte for byte in range(128) if chr(byte).isalnum())
_STARS: Final = bytes.maketrans(_SIGNS, b"*" * len(_SIGNS))
#: A mask shows at most so many of a value's characters, and half of them.
_MOST_SHOWN: Final = 4
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
    hidden = value.encode().translate(_STARS).decode() if value.isascii() else _HIDDEN.sub("*", value)
    if kind == "first4":
        rest = hidden.split("*", _shown(hidden))[-1]
        hidden = value[: len(value) - len(rest)] + rest
    elif kind == "last4":
        rest = hidden.rsplit("*", _shown(hidden))[0]
        hidden = rest + value[len(rest) :]
    return hidden if len(hidden) <= _LONGEST else f"{hidden[: _LONGEST - 9]}…{hidden[-8:]}"


def _shown(hidden: str) -> int:
    """How many of the hidden characters to show again."""
    return min(_MOST_SHOWN, hidden.count("*") // 2)
