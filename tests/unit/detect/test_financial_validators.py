"""Checks of account numbers, stripes, wallets and taxpayers' numbers against values that their issuers publish."""

import pytest

from bucketsieve.detect.model import Confidence
from bucketsieve.detect.validators import resolve
from bucketsieve.detect.validators.base import Kind

RIGHT = [
    # The SWIFT registry's example of the Falkland Islands.
    ("iban", "FK88SC123456789012"),
    ("iban", "FK88 SC12 3456 7890 12"),
    # The account of an IBAN of Poland without its country.
    ("iban:PL", "27 1140 2004 0000 3002 0135 5387"),
    # An account with a letter, which counts as a digit.
    ("rib", "20041010050500013M02606"),
    ("rib", "20041 01005 0500013M026 06"),
    ("cin", "X0542811101000000123456"),
    # Addresses of BIP 173, BIP 350 and the first block.
    ("wallet", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"),
    ("wallet", "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0"),
    ("wallet", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"),
    ("magnetic_stripe", ";4539148803436467=28051010000012300000?"),
    ("magnetic_stripe", "%B4539148803436467^DOE/JANE ^28051010000000123000000?"),
    # The examples of the SAT (a person) and of python-stdnum (a company).
    ("rfc", "GODE561231GR8"),
    ("rfc", "MAB-930714-8T4"),
    ("hungarian_tax", "8071592153"),
]
WRONG = [
    ("iban", "FK89SC123456789012"),
    # 97 fits mod 97 where 00 does; ISO 13616 knows 02 to 98 alone.
    ("iban", "BG00KSNU67456263689233"),
    ("iban:PL", "28114020040000300201355387"),
    ("rib", "20041010050500013M02607"),
    ("rib", "00000000000000000000000"),
    ("cin", "X0542811101000000123457"),
    ("wallet", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5"),
    # A witness of version 1 with the checksum of version 0.
    ("wallet", "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd"),
    ("wallet", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb"),
    ("magnetic_stripe", ";4539148803436468=28051010000012300000?"),
    ("magnetic_stripe", ";4539148803436467=28131010000012300000?"),
    ("rfc", "GODE561231GR9"),
    ("rfc", "GODE561331GR8"),
    ("hungarian_tax", "8071592154"),
    ("hungarian_tax", "8000000000"),
]


@pytest.mark.parametrize(("name", "value"), RIGHT)
def test_a_right_number_is_proven(name: str, value: str) -> None:
    verdict = resolve(name)(value)
    assert verdict is not None
    assert verdict.confidence is Confidence.VALIDATED
    assert verdict.kind is Kind.REAL


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_wrong_number_is_refused(name: str, value: str) -> None:
    assert resolve(name)(value) is None


def test_the_examples_of_the_registry_are_test_values() -> None:
    verdict = resolve("iban")("DE89 3704 0044 0532 0130 00")
    assert verdict is not None
    assert verdict.kind is Kind.TEST


def test_parts_without_a_check_digit_prove_nothing() -> None:
    verdict = resolve("parts:us.ein")("04-2103594")
    assert verdict is not None
    assert verdict.confidence is None
    assert resolve("parts:us.ein")("07-2103594") is None


@pytest.mark.parametrize(("name", "value"), RIGHT)
def test_a_reason_does_not_tell_the_value(name: str, value: str) -> None:
    verdict = resolve(name)(value)
    assert verdict is not None
    assert value not in verdict.reason
