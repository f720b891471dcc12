"""Checks of health numbers against values that their registries publish, and against neighbours of these."""

import pytest

from bucketsieve.detect.model import Confidence
from bucketsieve.detect.validators import resolve

RIGHT = [
    ("dea", "BB1388568"),
    # CMS prints it to explain the check digit.
    ("npi", "1234567893"),
    # gematik's example of an insured person.
    ("kvnr", "A123456780"),
    # HISO 10046 prints one number of the old form and one of the new.
    ("nhi", "ZZZ0016"),
    ("nhi", "ALU18KZ"),
    ("ohip", "9876543217"),
    ("ohip", "9876-543-217-AB"),
    ("medicare_au", "2123 45670 1"),
    ("gtin", "(01)00614141999996(17)270331"),
]
WRONG = [
    ("dea", "BB1388569"),
    ("dea", "BB0000000"),
    ("npi", "1234567894"),
    # The digits pass the Luhn check without the prefix, but not with it.
    ("npi", "1234567897"),
    ("npi", "3234567893"),
    ("kvnr", "A123456781"),
    ("kvnr", "A000000003"),
    ("nhi", "ZZZ0017"),
    ("nhi", "ALU18KY"),
    ("ohip", "9876543218"),
    ("ohip", "0000000000"),
    ("medicare_au", "2123 45671 1"),
    ("gtin", "(01)00614141999997(17)270331"),
    ("gtin", "(01)00000000000000"),
]


@pytest.mark.parametrize(("name", "value"), RIGHT)
def test_a_right_number_is_proven(name: str, value: str) -> None:
    verdict = resolve(name)(value)
    assert verdict is not None
    assert verdict.confidence is Confidence.VALIDATED
    assert value not in verdict.reason


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_wrong_number_is_refused(name: str, value: str) -> None:
    assert resolve(name)(value) is None


@pytest.mark.parametrize(
    ("value", "right"),
    [("536-22-8726-A", True), ("536228726B1", True), ("666-22-8726-A", False), ("536-00-8726-A", False)],
)
def test_a_claim_number_holds_an_assignable_social_security_number(value: str, right: bool) -> None:
    assert (resolve("hicn")(value) is not None) is right


@pytest.mark.parametrize(
    ("value", "right"),
    [("TREM 8456 1214", True), ("TREM 8406 1214", True), ("TREM 8499 1214", False), ("TREM 8456 3214", False)],
)
def test_a_quebec_number_holds_a_date(value: str, right: bool) -> None:
    assert (resolve("ramq")(value) is not None) is right
