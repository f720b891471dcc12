"""What a child process is given."""

from pickle import PicklingError

import pytest

from bucketsieve.scanning.isolation import ChildExaminer


def test_an_engine_that_cannot_be_handed_over_is_refused_before_any_object_is_opened() -> None:
    with pytest.raises((PicklingError, AttributeError), match="lambda"):
        ChildExaminer(lambda: pytest.fail("made here"), step_seconds=1, memory_bytes=1)
