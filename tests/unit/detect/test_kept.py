"""A catalogue out of a cache is the catalogue, its patterns compiled."""

from bucketsieve.detect.catalogue import Catalogue
from bucketsieve.detect.catalogue.kept import dump, restore


def test_equal_digests_are_of_equal_forms(catalogue: Catalogue) -> None:
    forms = [form for detector in catalogue.detectors for form in detector.forms]
    kept = [form for detector in restore(dump(catalogue.detectors)) for form in detector.forms]

    assert len({form.digest for form in kept}) == len(set(forms))
    assert all(form.digest for form in kept)


def test_the_kept_patterns_are_the_compiled_ones(catalogue: Catalogue) -> None:
    for detector, kept in zip(catalogue.detectors, restore(dump(catalogue.detectors)), strict=True):
        for form, other in zip(detector.forms, kept.forms, strict=True):
            assert other.compiled
            # Patterns are equal if their code is, and their flags.
            assert form.pattern == other.pattern, detector.id
            assert form.pattern.groupindex == other.pattern.groupindex, detector.id
