"""Telephone numbers, by Google's metadata through `phonenumbers`."""

from collections.abc import Callable, Mapping

import phonenumbers

from bucketsieve.detect.validators.base import Validator, Verdict, digits_of, test_value, validated


def _is_fictitious(number: phonenumbers.PhoneNumber) -> bool:
    """555-0100 to 555-0199 is set aside for fiction in the North American plan (ATIS-0300115)."""
    return number.country_code == 1 and number.national_number // 100 % 100_000 == 55501


def _phone(argument: str) -> Validator:
    """``phone`` reads international numbers, ``phone:FR`` national ones of that region too."""
    region = argument or None
    if region is not None and region not in phonenumbers.SUPPORTED_REGIONS:
        raise ValueError(f"no such region: {region}")

    def check(value: str) -> Verdict | None:
        try:
            number = phonenumbers.parse(value, region)
        except phonenumbers.NumberParseException:
            return None
        if len(set(digits_of(value)[-7:])) < 2:
            return None
        if _is_fictitious(number):
            return test_value("number set aside for fiction")
        if not phonenumbers.is_valid_number(number):
            return None
        if region is not None and not value.lstrip("( ").startswith(("+", "00")):
            code = phonenumbers.region_code_for_number(number)
            return validated(f"assignable number of {code}") if code else None
        return validated("assignable number with country code")

    return check


FACTORIES: Mapping[str, Callable[[str], Validator]] = {"phone": _phone}
