"""The parsed catalogue as bytes for a cache; parsing the families and their patterns takes longer than a small scan."""

import marshal
from collections.abc import Iterable, Sequence
from dataclasses import fields
from typing import Any, Final

from bucketsieve.detect.catalogue import precompiled
from bucketsieve.detect.catalogue.entry import Context, Detector, Form
from bucketsieve.detect.model import Confidence, Severity

_DETECTOR: Final = [field.name for field in fields(Detector)]
_FORM: Final = [field.name for field in fields(Form)]


def dump(detectors: Iterable[Detector]) -> bytes:
    """The detectors field by field, with their patterns compiled, for the same Python alone."""
    return marshal.dumps([_row(detector, _DETECTOR) for detector in detectors])


def restore(data: bytes) -> tuple[Detector, ...]:
    """The detectors of `dump`."""
    return tuple(map(_detector, marshal.loads(data)))  # noqa: S302  (`cache` vouches for it)


def _row(each: Detector | Form, names: Sequence[str]) -> tuple[Any, ...]:
    return tuple(_plain(name, getattr(each, name), each) for name in names)


def _plain(name: str, value: Any, of: Detector | Form) -> Any:  # noqa: ANN401  (any field's)
    if name == "forms":
        return tuple(_row(form, _FORM) for form in value)
    if name == "compiled" and isinstance(of, Form):
        return precompiled.dump(of.bounded)
    return str(value) if isinstance(value, str) else value  # an enumeration's member by its value


def _detector(row: Iterable[Any]) -> Detector:
    raw = dict(zip(_DETECTOR, row, strict=True))
    raw["severity"] = Severity(raw["severity"])
    raw["forms"] = tuple(map(_form, raw["forms"]))
    return Detector(**raw)


def _form(row: Iterable[Any]) -> Form:
    raw = dict(zip(_FORM, row, strict=True))
    raw["context"], raw["confidence"] = Context(raw["context"]), Confidence(raw["confidence"])
    return Form(**raw)
