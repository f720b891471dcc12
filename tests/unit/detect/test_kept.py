"""A catalogue out of a cache is the catalogue, its patterns compiled."""

from bucketsieve.detect.catalogue import Catalogue
from bucketsieve.detect.catalogue.kept import dump, restore


def test_the_kept_patterns_are_the_compiled_ones(catalogue: Catalogue) -> None:
    for detector, kept in zip(catalogue.detectors, restore(dump(catalogue.detectors)), strict=True):
        for form, other in zip(detector.forms, kept.forms, strict=True):
            assert other.compiled
            # Patterns are equal if their code is, and their flags.
            assert form.pattern == other.pattern, detector.id
            assert form.pattern.groupindex == other.pattern.groupindex, detector.id
