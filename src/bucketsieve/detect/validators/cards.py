"""Payment cards: Luhn, the issuer's number range, and the lengths that issuer uses.

Ranges: the ISO/IEC 7812 registry as the card schemes publish it. Maestro is left out: its ranges take in anything.
"""

from collections.abc import Callable, Iterator, Mapping

from bucketsieve.detect.validators.base import Validator, Verdict, digits_of, test_value, validated
from bucketsieve.detect.validators.checksums import luhn_ok

_LONG = frozenset(range(16, 20))

#: (scheme, first number of the range, last, lengths); both ends have the same number of digits.
_RANGES: tuple[tuple[str, str, str, frozenset[int]], ...] = (
    ("Visa", "4", "4", frozenset({13, 16, 19})),
    ("Mastercard", "51", "55", frozenset({16})),
    ("Mastercard", "2221", "2720", frozenset({16})),
    ("American Express", "34", "34", frozenset({15})),
    ("American Express", "37", "37", frozenset({15})),
    ("Discover", "6011", "6011", _LONG),
    ("Discover", "622126", "622925", _LONG),
    ("Discover", "644", "649", _LONG),
    ("Discover", "65", "65", _LONG),
    ("Diners Club", "300", "305", frozenset({14})),
    ("Diners Club", "36", "36", frozenset({14})),
    ("Diners Club", "38", "39", frozenset({14})),
    ("JCB", "3528", "3589", _LONG),
    ("UnionPay", "62", "62", _LONG),
    ("Dankort", "5019", "5019", frozenset({16})),
)

#: Numbers that issuers and payment providers publish for tests.
TEST_NUMBERS = frozenset(
    [
        "4111111111111111",
        "4012888888881881",
        "4222222222222",
        "4242424242424242",
        "4000056655665556",
        "4000000000000002",
        "4000000000000010",
        "4000000000000028",
        "4000000000000036",
        "4000000000000044",
        "4000000000000069",
        "4000000000000077",
        "4000000000000101",
        "4000000000000119",
        "4000000000000127",
        "4000000000000259",
        "4000000000000341",
        "4000000000003220",
        "4000000000009235",
        "4000000000009979",
        "4000000000009987",
        "4000000000009995",
        "4000002500003155",
        "4000002760003184",
        "4000003800000008",
        "4000008400001629",
        "4000008260000000",
        "4917610000000000",
        "4917300800000000",
        "4462030000000000",
        "4484070000000000",
        "4009348888881881",
        "4012000033330026",
        "4012000077777777",
        "4217651111111119",
        "4500600000000061",
        "4005519200000004",
        "5555555555554444",
        "5105105105105100",
        "5200828282828210",
        "2223003122003222",
        "2223000048400011",
        "2223000048410010",
        "5454545454545454",
        "5431111111111111",
        "5424000000000015",
        "5399999999999999",
        "5019717010103742",
        "5500000000000004",
        "378282246310005",
        "371449635398431",
        "378734493671000",
        "340000000000009",
        "343434343434343",
        "341111111111111",
        "6011111111111117",
        "6011000990139424",
        "6011000400000000",
        "6011981111111113",
        "6011601160116611",
        "6555900000604105",
        "30569309025904",
        "38520000023237",
        "36227206271667",
        "36259600000004",
        "3056930009020004",
        "30000000000004",
        "3530111333300000",
        "3566002020360505",
        "3528000700000000",
        "3566000020000410",
        "6200000000000005",
        "6205500000000000004",
        "6240008631401148",
        "6212345678901232",
    ]
)


def scheme_of(digits: str) -> str | None:
    """The scheme whose range and lengths ``digits`` fits, or None."""
    for scheme, first, last, lengths in _RANGES:
        if len(digits) in lengths and first <= digits[: len(first)] <= last:
            return scheme
    return None


#: How issuers group digits; any other grouping is some other number.
GROUPINGS: Mapping[int, tuple[tuple[int, ...], ...]] = {
    13: ((4, 4, 4, 1),),
    14: ((4, 6, 4), (4, 4, 4, 2)),
    15: ((4, 6, 5), (4, 4, 4, 3)),
    16: ((4, 4, 4, 4),),
    17: ((4, 4, 4, 4, 1),),
    18: ((4, 4, 4, 4, 2),),
    19: ((4, 4, 4, 4, 3),),
}

TEST_CARD = test_value("published test card")


def card_of(scheme: str) -> Verdict:
    """A number as ``scheme`` gives them out."""
    return validated(f"Luhn check digit and {scheme} number range")


def scheme_patterns() -> Iterator[tuple[str, str]]:
    """(scheme, regular expression of its digits), check digit apart, in the order in which they are tried."""
    for scheme, first, last, lengths in _RANGES:
        prefixes = "|".join(f"{number:0{len(first)}}" for number in range(int(first), int(last) + 1))
        rest = "|".join(rf"\d{{{length - len(first)}}}" for length in sorted(lengths))
        yield scheme, f"(?:{prefixes})(?:{rest})"


def _card(_argument: str) -> Validator:
    def check(value: str) -> Verdict | None:
        digits = digits_of(value)
        scheme = scheme_of(digits)
        if scheme is None or not luhn_ok(digits) or len(set(digits)) < 2:
            return None
        groups = tuple(map(len, value.replace("-", " ").split(" ")))
        if len(groups) > 1 and (groups not in GROUPINGS[len(digits)] or (" " in value and "-" in value)):
            return None
        if digits in TEST_NUMBERS:
            return TEST_CARD
        return card_of(scheme)

    return check


FACTORIES: Mapping[str, Callable[[str], Validator]] = {"card": _card}
