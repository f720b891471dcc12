"""Check digits of national identity numbers that `python-stdnum` does not know.

Each rule takes the number's letters and digits, upper case and without separators, as long as its pattern guarantees.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime

from bucketsieve.detect.validators.base import Validator, Verdict, digits_of, validated
from bucketsieve.detect.validators.lazy_stdnum import stdnum

_LETTER_VALUES: Mapping[str, int] = {character: int(character, 36) for character in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
#: A number of equal digits satisfies many sums and is nobody's.
LEAST_DISTINCT = 3


def _sum(digits: Sequence[int], weights: Sequence[int]) -> int:
    return sum(digit * weight for digit, weight in zip(digits, weights, strict=False))


def _values(text: str) -> list[int]:
    """Digits as they are, letters from A = 10."""
    return [int(character, 36) for character in text]


def _sg_nric(text: str) -> bool:
    """Singapore NRIC and FIN (https://www.ica.gov.sg; the series S and T are citizens', F, G and M foreigners')."""
    letters = {"S": "JZIHGFEDCBA", "T": "JZIHGFEDCBA", "F": "XWUTRQPNMLK", "G": "XWUTRQPNMLK", "M": "XWUTRQPNJLK"}
    offset = {"S": 0, "F": 0, "T": 4, "G": 4, "M": 3}[text[0]]
    remainder = (offset + _sum(_values(text[1:8]), (2, 7, 6, 5, 4, 3, 2))) % 11
    return letters[text[0]][remainder] == text[8]


def _tw_id(text: str) -> bool:
    """Taiwan: the letter is the county, by its place in this line plus ten."""
    county = "ABCDEFGHJKLMNPQRSTUVXYWZIO".index(text[0]) + 10
    return _sum([county // 10, county % 10, *_values(text[1:])], (1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1)) % 10 == 0


def _hk_id(text: str) -> bool:
    """Hong Kong: a single letter stands behind a space, which counts 36."""
    values = _values(text)
    return _sum([36, *values][-9:], (9, 8, 7, 6, 5, 4, 3, 2, 1)) % 11 == 0


def _kz_iin(text: str) -> bool:
    """Kazakhstan IIN: a second row of weights when the first gives ten."""
    digits = _values(text)
    check = _sum(digits, range(1, 12)) % 11
    if check == 10:
        check = _sum(digits, (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)) % 11
    return check == digits[11]


def _ru_snils(text: str) -> bool:
    """Russian SNILS: two check digits, the sum modulo 101, and 100 written as 00."""
    return _sum(_values(text), range(9, 0, -1)) % 101 % 100 == int(text[9:])


def _es_naf(text: str) -> bool:
    """Spanish social security (Orden TAS/2865/2003): below ten million the leading zero is left out of the sum."""
    province, number, check = text[:2], int(text[2:10]), int(text[10:])
    joined = int(f"{province}{number:07d}" if number < 10_000_000 else f"{province}{number:08d}")
    return joined % 97 == check


def _ir_code(text: str) -> bool:
    digits = _values(text)
    remainder = _sum(digits, range(10, 1, -1)) % 11
    return digits[9] == (remainder if remainder < 2 else 11 - remainder)


def _br_rg(text: str) -> bool:
    """The check digit of São Paulo's registry; other states have none or others."""
    return "0123456789X0"[11 - _sum(_values(text[:8]), range(2, 10)) % 11] == text[8]


def _br_voter(text: str) -> bool:
    """Título de eleitor (TSE, Resolução 23.659/2021): eight digits, the state, and two check digits."""
    digits = _values(text)
    first = _sum(digits, range(2, 10)) % 11 % 10
    second = (digits[8] * 7 + digits[9] * 8 + first * 9) % 11 % 10
    return 1 <= int(text[8:10]) <= 28 and [first, second] == digits[10:]


def _br_pis(text: str) -> bool:
    remainder = _sum(_values(text), (3, 2, 9, 8, 7, 6, 5, 4, 3, 2)) % 11
    return int(text[10]) == (0 if remainder < 2 else 11 - remainder)


def _br_cnh(text: str) -> bool:
    """Carteira de habilitação (Contran, Resolução 886/2021): two check digits; a first of ten changes the second."""
    digits = _values(text)
    first = _sum(digits[:9], range(9, 0, -1)) % 11
    second = _sum(digits[:9], range(1, 10)) % 11
    discount = 2 if first > 9 else 0
    expected = [0 if first > 9 else first, 0 if second > 9 else (second - discount) % 11 % 10]
    return expected == digits[9:]


def _gt_cui(text: str) -> bool:
    """Guatemala: the ninth digit checks the eight before it; then come department and municipality."""
    return _sum(_values(text), range(2, 10)) % 11 == int(text[8]) and 1 <= int(text[9:11]) <= 22 and text[11:] != "00"


def _hu_person(text: str) -> bool:
    """Hungary: the weights were turned round for births from 1997 on."""
    late = text[0] in "34" or (text[0] in "12" and text[1:3] >= "97")
    weights = range(10, 0, -1) if late else range(1, 11)
    return _sum(_values(text), weights) % 11 == int(text[10])


def _pl_id_card(text: str) -> bool:
    return _sum(_values(text), (7, 3, 1, 9, 7, 3, 1, 7, 3)) % 10 == 0


def _pl_passport(text: str) -> bool:
    return _sum(_values(text), (7, 3, 9, 1, 7, 3, 1, 7, 3)) % 10 == 0


def _de_pension(text: str) -> bool:
    """German pension insurance (VKVV § 2, § 4): the letter counts as its place, products as digit sums."""
    letter = _LETTER_VALUES[text[8]] - 9
    digits = [*_values(text[:8]), letter // 10, letter % 10, *_values(text[9:11])]
    products = (digit * weight for digit, weight in zip(digits, (2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1), strict=True))
    return sum(product // 10 + product % 10 for product in products) % 10 == int(text[11])


def _de_licence(text: str) -> bool:
    """German driving licence: the tenth character checks the nine before it, modulo 11 with X for ten."""
    return "0123456789X"[_sum(_values(text[:9]), range(9, 0, -1)) % 11] == text[9]


def _pt_niss(text: str) -> bool:
    """Portuguese social security (Despacho conjunto 3/90): weights are the first ten primes, downwards."""
    return 9 - _sum(_values(text), (29, 23, 19, 17, 13, 11, 7, 5, 3, 2)) % 10 == int(text[10])


def _lu_matricule(text: str) -> bool:
    """Luxembourg (loi du 19 juin 2013): one check digit by Luhn and one by Verhoeff, both over the first eleven."""
    good_luhn: bool = stdnum("luhn").is_valid(text[:12])
    good_verhoeff: bool = stdnum("verhoeff").is_valid(text[:11] + text[12])
    return good_luhn and good_verhoeff


def _icao_weighted(text: str) -> bool:
    """Weights 7, 3, 1 with letters from A = 10, the last digit checks the others (Belarus, Uzbekistan)."""
    return _sum(_values(text[:-1]), (7, 3, 1) * 5) % 10 == int(text[-1])


#: By the names of the validators: what decides, and what is said of a number that is right.
RULES: Mapping[str, tuple[Callable[[str], bool], str]] = {
    "sg_nric": (_sg_nric, "check letter of an NRIC or FIN"),
    "tw_id": (_tw_id, "check digit of a Taiwanese id"),
    "hk_id": (_hk_id, "check digit of a Hong Kong id"),
    "kz_iin": (_kz_iin, "check digit of an IIN"),
    "ru_snils": (_ru_snils, "check digits of a SNILS"),
    "es_naf": (_es_naf, "check digits of Spanish social security"),
    "ir_code": (_ir_code, "check digit of an Iranian national code"),
    "br_voter": (_br_voter, "check digits of a título de eleitor"),
    "br_pis": (_br_pis, "check digit of a PIS/PASEP"),
    "br_cnh": (_br_cnh, "check digits of a CNH"),
    "gt_cui": (_gt_cui, "check digit of a CUI"),
    "hu_person": (_hu_person, "check digit of a Hungarian personal number"),
    "pl_id_card": (_pl_id_card, "check digit of a Polish identity card"),
    "pl_passport": (_pl_passport, "check digit of a Polish passport"),
    "de_pension": (_de_pension, "check digit of a German pension insurance number"),
    "de_licence": (_de_licence, "check digit of a German driving licence"),
    "pt_niss": (_pt_niss, "check digit of a NISS"),
    "lu_matricule": (_lu_matricule, "check digits of a matricule"),
    "weights_731": (_icao_weighted, "check digit by weights 7, 3, 1"),
}


def _compact(value: str) -> str:
    return "".join(character for character in value if character.isascii() and character.isalnum()).upper()


def _checked(rule: Callable[[str], bool], reason: str) -> Callable[[str], Validator]:
    verdict = validated(reason)

    def check(value: str) -> Verdict | None:
        text = _compact(value)
        return verdict if len(set(text)) >= LEAST_DISTINCT and rule(text) else None

    return lambda _argument: check


RG_AGREES = validated("check digit of an RG of São Paulo")
RG_SHAPE = Verdict("shape of an RG")


def _rg(_argument: str) -> Validator:
    """Any RG passes; one with São Paulo's check digit is certain."""

    def check(value: str) -> Verdict | None:
        text = _compact(value)
        if len(set(text)) < LEAST_DISTINCT:
            return None
        agrees = len(text) == 9 and _br_rg(text)
        return RG_AGREES if agrees else RG_SHAPE

    return check


_DATE_FORMATS: Mapping[str, tuple[str, int]] = {"ymd": ("%y%m%d", 6), "dmy": ("%d%m%y", 6), "Ymd": ("%Y%m%d", 8),
                                                "dmY": ("%d%m%Y", 8)}  # fmt: skip
_EARLIEST_BIRTH = 1900


def _date_at(argument: str) -> Validator:
    """``date_at:ymd@1``: six digits (eight with Y) from the second one on are a day that has been, since 1900."""
    order, _, place_text = argument.partition("@")
    if order not in _DATE_FORMATS:
        raise ValueError(f"no such order of a date: {order}")
    layout, length = _DATE_FORMATS[order]
    place = int(place_text)

    def check(value: str) -> Verdict | None:
        try:
            day = datetime.strptime(digits_of(value)[place : place + length], layout).date()  # noqa: DTZ007
        except ValueError:
            return None
        possible = "y" in order or _EARLIEST_BIRTH <= day.year <= date.today().year  # noqa: DTZ011
        return Verdict("holds a date of birth") if possible else None

    return check


def _bare(argument: str) -> Validator:
    """As ``stdnum:``, on the letters and digits alone: for separators the library does not expect."""
    is_valid: Callable[[str], bool] = stdnum(argument).is_valid
    return _checked(is_valid, f"check digits by python-stdnum ({argument})")("")


FACTORIES: Mapping[str, Callable[[str], Validator]] = {
    **{name: _checked(rule, reason) for name, (rule, reason) in RULES.items()},
    "bare": _bare,
    "br_rg": _rg,
    "date_at": _date_at,
}
