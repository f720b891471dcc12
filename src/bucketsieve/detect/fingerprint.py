"""Fingerprints: equal values can be told as equal, and nobody without the key can tell which value it is by trying."""

import hmac
from hashlib import sha256
from typing import Final

from bucketsieve.detect.validators.base import digits_of

#: SHA-256 takes so many bytes at a time.
_BLOCK_BYTES: Final = 64


def normalise(value: str, how: str) -> str:
    """The form of a value that its fingerprint is taken of: the same secret written differently is one finding."""
    if how == "digits":
        return digits_of(value)
    if how == "alnum":
        return "".join(filter(str.isalnum, value)).upper()
    return value.lower() if how == "lower" else value


def fingerprint(key: bytes, detector: str, normalised: str) -> str:
    """Hex HMAC-SHA-256 under the deployment's ``key`` over the detector's id, a NUL, and the normalised value."""
    message = b"%b\0%b" % (detector.encode(), normalised.encode("utf-8", "surrogatepass"))
    return hmac.digest(key, message, "sha256").hex()


def padded(key: bytes) -> bytes:
    """The key as HMAC takes it (RFC 2104): 64 bytes."""
    return (sha256(key).digest() if len(key) > _BLOCK_BYTES else key).ljust(_BLOCK_BYTES, b"\0")
