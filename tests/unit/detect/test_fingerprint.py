import hmac

import pytest

from bucketsieve.detect.fingerprint import fingerprint


@pytest.mark.parametrize("size", [16, 32, 63, 64, 65, 200])
@pytest.mark.parametrize("value", ["", "536228726", "ключ", "\udc80", "x" * 5_000])
def test_a_fingerprint_is_the_hmac_of_detector_and_value(size: int, value: str) -> None:
    key = bytes(range(size))
    expected = hmac.new(key, b"us_ssn\0" + value.encode("utf-8", "surrogatepass"), "sha256").hexdigest()
    assert fingerprint(key, "us_ssn", value) == expected
