"""Fingerprints: equal values can be told as equal, and nobody without the key can tell which value it is by trying."""

import hmac
from hashlib import sha256
from typing import TYPE_CHECKING

from bucketsieve.detect.validators.base import digits_of

if TYPE_CHECKING:
    from _hashlib import HASH

#: What HMAC does to its key before the inner and the outer hash (RFC 2104).
_INNER, _OUTER = (bytes(byte ^ pad for byte in range(256)) for pad in (0x36, 0x5C))


def normalise(value: str, how: str) -> str:
    """The form of a value that its fingerprint is taken of: the same secret written differently is one finding."""
    if how == "digits":
        return digits_of(value)
    if how == "alnum":
        return "".join(filter(str.isalnum, value)).upper()
    return value.lower() if how == "lower" else value


def fingerprint(key: bytes, detector: str, normalised: str) -> str:
    """Hex HMAC-SHA-256 under the deployment's ``key`` over the detector's id, a NUL, and the normalised value."""
    return hmac.digest(key, _message(detector, normalised.encode("utf-8", "surrogatepass")), "sha256").hex()


class Fingerprints:
    """Many under one key: the same as `fingerprint`, in half the time, for the key and the ids are hashed once."""

    def __init__(self, key: bytes) -> None:
        block = sha256().block_size
        padded = (sha256(key).digest() if len(key) > block else key).ljust(block, b"\0")
        self._inner, self._outer = sha256(padded.translate(_INNER)), sha256(padded.translate(_OUTER))
        self._begun: dict[str, HASH] = {}  # the inner ones, by detector

    def __repr__(self) -> str:
        return "Fingerprints()"

    def of(self, detector: str, normalised: bytes) -> str:
        """The `fingerprint` of a value, which is given in UTF-8."""
        begun = self._begun.get(detector)
        if begun is None:
            begun = self._begun[detector] = self._inner.copy()
            begun.update(_message(detector, b""))
        inner, outer = begun.copy(), self._outer.copy()
        inner.update(normalised)
        outer.update(inner.digest())
        return outer.hexdigest()


def _message(detector: str, normalised: bytes) -> bytes:
    return b"%b\0%b" % (detector.encode(), normalised)
