"""What a child process is given."""

from pickle import PicklingError

import pytest

from bucketsieve.detect.catalogue import load_catalogue
from bucketsieve.detect.engine import Engine
from bucketsieve.scanning.child import _Desk
from bucketsieve.scanning.dialogue import ANSWERS, Finish, Opening
from bucketsieve.scanning.isolation import ChildExaminer


def test_an_engine_that_cannot_be_handed_over_is_refused_before_any_object_is_opened() -> None:
    with pytest.raises((PicklingError, AttributeError), match="lambda"):
        ChildExaminer(lambda: pytest.fail("made here"), step_seconds=1, memory_bytes=1)


def test_the_answer_to_an_object_fed_is_its_whole_report() -> None:
    text = b"SSN 536-22-8726\nana@hooli.com\n"
    desk = _Desk(Engine(load_catalogue().only(("us_ssn", "email")), fingerprint_key=bytes(32)))
    desk.answer(Opening(text, "a.txt"))
    desk.answer(text)

    answer = ANSWERS.validate_json(ANSWERS.dump_json(desk.answer(Finish())))

    assert answer.error is None
    assert answer.report
    assert answer.report.counts == {"email": 1, "us_ssn": 1}
    assert [(each.detector, each.locations[0].line) for each in answer.report.findings] == [("us_ssn", 1), ("email", 2)]
