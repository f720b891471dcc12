"""Allow lists: values that are known and wanted, and never reported. Exact values are kept as fingerprints only."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from bucketsieve.detect.custom import compile_pattern
from bucketsieve.detect.fingerprint import fingerprint

#: Takes the place of the detector in the fingerprint of an allowed value, which counts for every detector.
_ANY = "allow"


@dataclass(frozen=True, slots=True)
class AllowList:
    """``fingerprints`` of exact values (made by `of_values`), and RE2 ``patterns`` that match a whole value."""

    fingerprints: frozenset[str] = frozenset()
    patterns: tuple[str, ...] = ()
    _compiled: tuple[Any, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Raises InvalidIdentifierError for a pattern RE2 refuses."""
        object.__setattr__(self, "_compiled", tuple(map(compile_pattern, self.patterns)))

    def __bool__(self) -> bool:
        return bool(self.fingerprints or self.patterns)

    @staticmethod
    def of_values(values: Iterable[str], key: bytes) -> frozenset[str]:
        """Fingerprints of exact values under the deployment's key, for storing."""
        return frozenset(fingerprint(key, _ANY, value.strip()) for value in values)

    def allows(self, value: str, key: bytes) -> bool:
        """Whether ``value``, as it stands in the text, is allowed."""
        if self.fingerprints and fingerprint(key, _ANY, value) in self.fingerprints:
            return True
        return any(pattern.fullmatch(value.encode()) is not None for pattern in self._compiled)
