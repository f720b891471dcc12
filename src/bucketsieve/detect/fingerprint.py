"""Fingerprints: equal values can be told as equal, and nobody without the key can tell which value it is by trying."""

import hmac

from bucketsieve.detect.validators.base import digits_of


def normalise(value: str, how: str) -> str:
    """The form of a value that its fingerprint is taken of: the same secret written differently is one finding."""
    if how == "digits":
        return digits_of(value)
    if how == "alnum":
        return "".join(filter(str.isalnum, value)).upper()
    return value.lower() if how == "lower" else value


def fingerprint(key: bytes, detector: str, normalised: str) -> str:
    """Hex HMAC-SHA-256 under the deployment's ``key`` over the detector's id, a NUL, and the normalised value."""
    return hmac.digest(key, f"{detector}\0{normalised}".encode("utf-8", "surrogatepass"), "sha256").hex()
