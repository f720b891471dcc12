"""The parsed catalogue as bytes for a cache; parsing the families and their patterns takes longer than a small scan."""

import hashlib
import marshal
from collections.abc import Iterable
from typing import Any

from bucketsieve.detect.catalogue import precompiled
from bucketsieve.detect.catalogue.entry import Context, Detector, Form
from bucketsieve.detect.model import Confidence, Severity

_SEVERITY, _FORMS = map(Detector._fields.index, ("severity", "forms"))
_CONTEXT, _CONFIDENCE = map(Form._fields.index, ("context", "confidence"))
#: By value; to call an enumeration takes ten times as long.
_SEVERITIES, _CONTEXTS, _CONFIDENCES = ({each.value: each for each in kind} for kind in (Severity, Context, Confidence))


def dump(detectors: Iterable[Detector]) -> bytes:
    """The detectors field by field, with their patterns compiled, for the same Python alone."""
    return marshal.dumps([_plain(detector) for detector in detectors])


def restore(data: bytes) -> tuple[Detector, ...]:
    """The detectors of `dump`."""
    return tuple(map(_detector, marshal.loads(data)))  # noqa: S302  (`cache` vouches for it)


def _plain(value: Any) -> Any:  # noqa: ANN401  (a detector, a field of it, and so on)
    if isinstance(value, Form):
        digest = hashlib.sha256(repr(value).encode()).hexdigest()
        value = value._replace(compiled=precompiled.dump(value.bounded), digest=digest)
    if isinstance(value, Form | Detector):
        return list(map(_plain, value))
    if isinstance(value, tuple):
        return tuple(map(_plain, value))
    return str(value) if isinstance(value, str) else value  # an enumeration's member by its value


def _detector(row: list[Any]) -> Detector:
    row[_SEVERITY] = _SEVERITIES[row[_SEVERITY]]
    row[_FORMS] = tuple(map(_form, row[_FORMS]))
    return Detector._make(row)  # half the time of a call


def _form(row: list[Any]) -> Form:
    row[_CONTEXT], row[_CONFIDENCE] = _CONTEXTS[row[_CONTEXT]], _CONFIDENCES[row[_CONFIDENCE]]
    return Form._make(row)
