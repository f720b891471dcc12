"""The parsed catalogue as bytes for a cache; parsing the families takes half of what is left of a start."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from bucketsieve.detect.catalogue.entry import Context, Detector, Form
from bucketsieve.detect.model import Confidence, Severity


def dump(detectors: Iterable[Detector]) -> bytes:
    """JSON of the detectors, field by field."""
    return json.dumps([asdict(detector) for detector in detectors]).encode()


def restore(data: bytes) -> tuple[Detector, ...]:
    """The detectors of `dump`."""
    return tuple(map(_detector, json.loads(data)))


def _detector(raw: Mapping[str, Any]) -> Detector:
    fields = _tuples(raw)
    return Detector(**fields | {"severity": Severity(raw["severity"]), "forms": tuple(map(_form, raw["forms"]))})


def _form(raw: Mapping[str, Any]) -> Form:
    enumerated = {"context": Context(raw["context"]), "confidence": Confidence(raw["confidence"])}
    return Form(**_tuples(raw) | enumerated)


def _tuples(raw: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in raw.items()}
