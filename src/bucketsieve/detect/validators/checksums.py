"""Check digits over plain digits: Luhn (ISO/IEC 7812-1 annex B), Verhoeff, ISO 7064 mod 97-10, weighted sums."""

from collections.abc import Callable, Mapping

from bucketsieve.detect.validators.base import Validator, Verdict, digits_of, validated

_DOUBLED = str.maketrans("0123456789", "0246813579")


def luhn_ok(digits: str) -> bool:
    """Whether the last digit is the Luhn check digit of the others."""
    odd = digits[-1::-2]
    even = digits[-2::-2].translate(_DOUBLED)
    return len(digits) > 1 and (sum(map(int, odd)) + sum(map(int, even))) % 10 == 0


def _luhn(argument: str) -> Validator:
    length = int(argument) if argument else 0

    def check(value: str) -> Verdict | None:
        digits = digits_of(value)
        if length and len(digits) != length:
            return None
        if len(set(digits)) < 2 or not luhn_ok(digits):
            return None
        return validated("Luhn check digit")

    return check


def _mod97(_argument: str) -> Validator:
    def check(value: str) -> Verdict | None:
        text = "".join(character for character in value.upper() if character.isalnum() and character.isascii())
        number = int("".join(str(int(character, 36)) for character in text[4:] + text[:4]))
        return validated("mod-97 check digits (ISO 7064)") if number % 97 == 1 else None

    return check


def _weighted(argument: str) -> Validator:
    """``weights/modulus``, as ``3,7,1,3,7,1,3,7,1/10``: the weighted sum of all digits is a multiple of the modulus."""
    weights_text, _, modulus_text = argument.partition("/")
    weights = [int(weight) for weight in weights_text.split(",")]
    modulus = int(modulus_text)

    def check(value: str) -> Verdict | None:
        digits = digits_of(value)
        if len(digits) != len(weights) or len(set(digits)) < 2:
            return None
        total = sum(weight * int(digit) for weight, digit in zip(weights, digits, strict=True))
        return validated(f"weighted sum, modulus {modulus}") if total % modulus == 0 else None

    return check


FACTORIES: Mapping[str, Callable[[str], Validator]] = {"luhn": _luhn, "mod97": _mod97, "weighted": _weighted}
