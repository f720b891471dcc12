import pytest

from bucketsieve.detect.mask import mask


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        ("full", "536-22-8726", "***-**-****"),
        ("last4", "536-22-8726", "***-**-8726"),
        ("last4", "1-2 3-4-5 6", "*-* *-4-5 6"),
        ("last4", "12*34", "***34"),
        ("last4", "7", "*"),
        ("last4", "--", "--"),
        ("first4", "AB-12 34-567", "AB-12 **-***"),
        ("first4", "A1b", "A**"),
        ("first4", "ключ-1234", "ключ-****"),
        ("first4", "AB\n1234\x007", "AB 1*** *"),
        ("email", "jane.doe@mail.example.org", "j***@m***.org"),
        ("fixed", "anything", "********"),
    ],
)
def test_a_mask_hides_letters_and_digits_and_keeps_separators(kind: str, value: str, shown: str) -> None:
    assert mask(value, kind) == shown
