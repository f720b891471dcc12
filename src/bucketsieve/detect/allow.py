"""Allow lists: values that are known and wanted, and never reported. Exact values are kept as fingerprints only."""

from collections.abc import Iterable
from typing import Any

from bucketsieve.detect.fingerprint import fingerprint

#: Takes the place of the detector in the fingerprint of an allowed value, which counts for every detector.
_ANY = "allow"


class AllowList:
    """``fingerprints`` of exact values (made by `of_values`), and RE2 ``patterns`` that match a whole value."""

    def __init__(self, fingerprints: frozenset[str] = frozenset(), patterns: tuple[str, ...] = ()) -> None:
        """Raises InvalidIdentifierError for a pattern RE2 refuses."""
        self._fingerprints = fingerprints
        self._patterns = _compiled(patterns) if patterns else ()

    def __bool__(self) -> bool:
        return bool(self._fingerprints or self._patterns)

    @staticmethod
    def of_values(values: Iterable[str], key: bytes) -> frozenset[str]:
        """Fingerprints of exact values under the deployment's key, for storing."""
        return frozenset(fingerprint(key, _ANY, value.strip()) for value in values)

    def allows(self, value: str, key: bytes) -> bool:
        """Whether ``value``, as it stands in the text, is allowed."""
        if self._fingerprints and fingerprint(key, _ANY, value) in self._fingerprints:
            return True
        return any(pattern.fullmatch(value.encode()) is not None for pattern in self._patterns)


def _compiled(patterns: Iterable[str]) -> tuple[Any, ...]:
    from bucketsieve.detect.custom import compile_pattern  # noqa: PLC0415  (most scans allow nothing by pattern)

    return tuple(map(compile_pattern, patterns))
