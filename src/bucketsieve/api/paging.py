"""Opaque cursors: a position in a list, tied to the call and the filters it came from."""

import base64
import binascii
import hashlib
import json
from typing import Final

from pydantic import TypeAdapter, ValidationError

from bucketsieve.api.answers import Page
from bucketsieve.errors import InvalidRequestError
from bucketsieve.results.model import Slice

#: Bytes of the digest: enough that no slip of the hand, or other query, gives the same. It is no secret and guards
#: none, for a position only says where in one's own list to go on.
_DIGEST_BYTES: Final = 12


class Paging[Position: tuple[object, ...]]:
    """The pages of one call with one set of filters; ``limit`` is none of them and may change between pages."""

    def __init__(self, position: type[Position], call: str, **filters: object) -> None:
        self._position: TypeAdapter[Position] = TypeAdapter(position)
        self._query = json.dumps([call, filters], default=str, sort_keys=True).encode()

    def position(self, cursor: str | None) -> Position | None:
        """Return where the cursor points; ``None``, the beginning, without one.

        Raises:
            InvalidRequestError: it was changed, or comes from another call or other filters.
        """
        if cursor is None:
            return None
        try:
            raw = base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
            digest, position = raw[:_DIGEST_BYTES], raw[_DIGEST_BYTES:]
            if digest == self._digest(position) and _text(raw) == cursor:
                return self._position.validate_json(position)
        except (UnicodeEncodeError, binascii.Error, ValidationError):
            pass
        raise InvalidRequestError(
            "cursor: it is not one of this query. Send next_cursor of the last page as it is, with the same filters, "
            "or leave cursor out to start at the beginning."
        )

    def page[Item](self, found: Slice[Item, Position]) -> Page[Item]:
        """Return the page, with the cursor to the next one."""
        return Page(items=found.items, next_cursor=None if found.last is None else self._cursor(found.last))

    def _cursor(self, position: Position) -> str:
        encoded = self._position.dump_json(position)
        return _text(self._digest(encoded) + encoded)

    def _digest(self, position: bytes) -> bytes:
        return hashlib.sha256(self._query + b"\0" + position).digest()[:_DIGEST_BYTES]


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")
