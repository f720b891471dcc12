"""Account numbers, magnetic stripes and wallet addresses, where a check is known and no library has it."""

from collections.abc import Callable, Mapping
from string import ascii_uppercase

from bucketsieve.detect.validators.base import Validator, Verdict, digits_of, test_value, validated
from bucketsieve.detect.validators.cards import scheme_of
from bucketsieve.detect.validators.checksums import luhn_ok

#: The examples of the SWIFT registry and of the manuals that copy them.
PUBLISHED_IBANS = frozenset(
    [
        "AE070331234567890123456",
        "AT611904300234573201",
        "BE68539007547034",
        "BG80BNBG96611020345678",
        "CH9300762011623852957",
        "CY17002001280000001200527600",
        "CZ6508000000192000145399",
        "DE89370400440532013000",
        "DK5000400440116243",
        "EE382200221020145685",
        "ES9121000418450200051332",
        "FI2112345600000785",
        "FR1420041010050500013M02606",
        "GB29NWBK60161331926819",
        "GB82WEST12345698765432",
        "GR1601101250000000012300695",
        "HR1210010051863000160",
        "HU42117730161111101800000000",
        "IE29AIBK93115212345678",
        "IS140159260076545510730339",
        "IT60X0542811101000000123456",
        "LI21088100002324013AA",
        "LT121000011101001000",
        "LU280019400644750000",
        "LV80BANK0000435195001",
        "MC5811222000010123456789030",
        "MT84MALT011000012345MTLCAST001S",
        "NL91ABNA0417164300",
        "NO9386011117947",
        "PL61109010140000071219812874",
        "PT50000201231234567890154",
        "RO49AAAA1B31007593840000",
        "SA0380000000608010167519",
        "SE4550000000058398257466",
        "SI56263300012039086",
        "SK3112000000198742637541",
        "SM86U0322509800000000270100",
        "TR330006100519786457841326",
        "UA213223130000026007233566001",
    ]
)

#: A letter counts as 10 to 35.
_AS_NUMBER = {ord(letter): str(place) for place, letter in enumerate(ascii_uppercase, 10)}
#: A letter of a French account number counts as a digit: A and J are 1, B, K and S are 2, and so on.
RIB_LETTERS = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "12345678912345678923456789")
#: What a letter or digit at an odd place of an Italian account number counts for; A and 0 are the first.
_CIN_ODD = (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23)

_BECH32_ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
#: What the checksum of bech32m leaves (BIP 350); that of bech32 leaves 1.
BECH32M = 0x2BC830A3
ADDRESS = validated("checksum of the address")


def _alnum(value: str) -> str:
    return "".join(filter(str.isalnum, value)).upper()


PUBLISHED = test_value("published example")
IBAN = validated("country's structure and mod-97 check digits (ISO 13616)")


def _iban(argument: str) -> Validator:
    """Mod 97 (ISO 13616); length and structure are the pattern's. ``iban:PL`` reads a number without its country."""

    def check(value: str) -> Verdict | None:
        number = argument + _alnum(value)
        turned = int((number[4:] + number[:4]).translate(_AS_NUMBER))
        if not "02" <= number[2:4] <= "98" or turned % 97 != 1:
            return None
        if number in PUBLISHED_IBANS:
            return PUBLISHED
        return IBAN

    return check


RIB = validated("key of the RIB (mod 97)")


def _rib(_argument: str) -> Validator:
    """A French RIB: bank, branch, account and the key that makes them a multiple of 97 (Banque de France, RIB)."""

    def check(value: str) -> Verdict | None:
        digits = _alnum(value).translate(RIB_LETTERS)
        if len(digits) != 23 or len(set(digits)) < 3:
            return None
        return RIB if int(digits) % 97 == 0 else None

    return check


def _cin(_argument: str) -> Validator:
    """An Italian BBAN: a check letter, five digits of ABI, five of CAB, twelve characters of account (ABI circular)."""

    def check(value: str) -> Verdict | None:
        text = _alnum(value)
        if len(text) != 23:
            return None
        total = 0
        for place, character in enumerate(text[1:]):
            worth = int(character) if character.isdigit() else ord(character) - ord("A")
            total += worth if place % 2 else _CIN_ODD[worth]
        return validated("check letter of the CIN") if total % 26 == ord(text[0]) - ord("A") else None

    return check


STRIPE = validated("card number with check digit, expiry month and service code")


def _magnetic_stripe(_argument: str) -> Validator:
    """Track 1 or 2: a card number with its check digit, and a month in the expiry date (ISO/IEC 7813)."""

    def check(value: str) -> Verdict | None:
        separator = "^" if "^" in value else "="
        digits = digits_of(value.partition(separator)[0])
        rest = value.rpartition(separator)[2]
        if not luhn_ok(digits) or scheme_of(digits) is None or not "01" <= rest[2:4] <= "12":
            return None
        return STRIPE

    return check


def _wallet(_argument: str) -> Validator:
    """A Bitcoin address: base58check, bech32 (BIP 173) or bech32m (BIP 350)."""
    from stdnum import bitcoin  # noqa: PLC0415  (the check of an IBAN should not wait for it)

    def check(value: str) -> Verdict | None:
        text = value.lower()
        if not text.startswith("bc1p"):
            return ADDRESS if bitcoin.is_valid(value) else None
        if not set(text[3:]) <= set(_BECH32_ALPHABET):
            return None
        # The readable part "bc", spread out as BIP 173 says.
        data = [3, 3, 0, 2, 3] + [_BECH32_ALPHABET.index(character) for character in text[3:]]
        return ADDRESS if bitcoin.bech32_checksum(data) == BECH32M else None

    return check


FACTORIES: Mapping[str, Callable[[str], Validator]] = {
    "iban": _iban,
    "rib": _rib,
    "cin": _cin,
    "magnetic_stripe": _magnetic_stripe,
    "wallet": _wallet,
}
