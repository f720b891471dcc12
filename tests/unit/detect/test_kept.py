"""A catalogue out of a cache is the catalogue, its patterns compiled."""

from collections.abc import Sequence

import pytest

from bucketsieve.detect.catalogue import Catalogue
from bucketsieve.detect.catalogue.entry import Standing
from bucketsieve.detect.catalogue.kept import dump, ids_of, restore, severity_of
from bucketsieve.detect.compiled import KeptForms, compile_catalogue, standing_of
from bucketsieve.detect.lanes.base import Sought
from bucketsieve.detect.validators import deferred


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


def test_what_is_kept_is_what_was_dumped(catalogue: Catalogue) -> None:
    kept = restore(dump(catalogue.detectors))

    assert len(kept) == len(catalogue.detectors)
    assert ids_of(kept) == ids_of(tuple(catalogue.detectors)) == tuple(each.id for each in kept)
    for number in (0, -1, len(kept) // 2):
        assert kept[number].id == catalogue.detectors[number].id
    assert [each.id for each in kept[3:5]] == [each.id for each in catalogue.detectors[3:5]]
    with pytest.raises(IndexError):
        kept[len(kept)]


def test_what_findings_ask_for_is_known_without_a_detector(catalogue: Catalogue) -> None:
    kept = restore(dump(catalogue.detectors))
    forms = [form for detector in catalogue.detectors for form in detector.forms]

    for detectors in (kept, tuple(catalogue.detectors)):
        assert [severity_of(detectors, number) for number in range(len(kept))] == [
            each.severity for each in catalogue.detectors
        ]
    compiled = KeptForms(kept, deferred)
    for number, form in enumerate(forms):
        assert standing_of(compiled, number) == Standing(form.context, form.confidence)
    assert not kept._made
    assert standing_of(compile_catalogue(tuple(catalogue.detectors), _no_lane, {}).forms, 3) == forms[3]


def test_a_kept_catalogue_is_compiled_to_the_same_forms_and_words(catalogue: Catalogue) -> None:
    made = compile_catalogue(tuple(catalogue.detectors), _no_lane, {}, None, deferred)
    kept = compile_catalogue(restore(dump(catalogue.detectors)), _no_lane, {}, None, deferred)

    assert not isinstance(made.forms, KeptForms)
    assert isinstance(kept.forms, KeptForms)
    assert len(kept.forms) == len(made.forms)
    for one, other in zip(kept.forms, made.forms, strict=True):
        assert (one.detector, one.priority, one.validators, one.form[:-2]) == (
            other.detector,
            other.priority,
            other.validators,
            other.form[:-2],
        )
    assert kept.forms[2:4] == [kept.forms[2], kept.forms[3]]
    assert (kept.look_behind, kept.look_ahead) == (made.look_behind, made.look_ahead)
    assert kept.vocabulary.keywords == made.vocabulary.keywords
    assert kept.vocabulary.by_run == made.vocabulary.by_run
    assert kept.words == made.words
    with pytest.raises(IndexError):
        kept.forms[len(kept.forms)]


class _NoLane:
    def search(self, data: bytes | memoryview, begin: int, end: int) -> list[tuple[int, int]]:
        raise NotImplementedError


def _no_lane(_sought: Sequence[Sought]) -> _NoLane:
    return _NoLane()
