"""Machine-readable documents: the zones of ICAO Doc 9303 and the vehicle identification number of ISO 3779."""

from collections.abc import Callable, Mapping
from datetime import datetime

from bucketsieve.detect.validators.base import Validator, Verdict, validated

#: Line lengths of the three sizes: cards (TD1), old identity cards and visas (TD2), passports (TD3).
_TD1, _TD2, _TD3 = 30, 36, 44


NO_DIGIT = Verdict("shape of a document number")
DIGIT_AGREES = validated("check digit of the document number (ICAO 9303)")


ZONE = validated("check digits of a machine-readable zone (ICAO 9303)")
VIN_AGREES = validated("check digit of a VIN (49 CFR 565.15)")
VIN_SHAPE = Verdict("shape of a VIN")


def check_digit(text: str) -> int:
    """The check digit of ICAO Doc 9303 part 3, 4.9: weights 7, 3, 1, letters from A = 10, the filler 0."""
    return sum((0 if character == "<" else int(character, 36)) * (7, 3, 1)[place % 3]
               for place, character in enumerate(text)) % 10  # fmt: skip


def _agrees(text: str, check: str) -> bool:
    """An empty field may have a filler for its check digit."""
    return check == str(check_digit(text)) or (check == "<" and not text.strip("<"))


def _is_day(text: str) -> bool:
    """YYMMDD, where fillers stand for what is unknown."""
    try:
        datetime.strptime(text.replace("<<", "01"), "%y%m%d")  # noqa: DTZ007
    except ValueError:
        return False
    return True


def _card_zone(upper: str, middle: str) -> bool:
    fields = ((upper[5:14], upper[14]), (middle[:6], middle[6]), (middle[8:14], middle[14]))
    whole = upper[5:] + middle[:7] + middle[8:15] + middle[18:29]
    # A document number of more than nine characters runs on in the optional data; the whole is checked all the same.
    agree = all(_agrees(text, check) for text, check in fields[1:]) and (upper[14] == "<" or _agrees(*fields[0]))
    return agree and _agrees(whole, middle[29]) and _is_day(middle[:6])


def _page_zone(lower: str) -> bool:
    """The second line of a passport (44 characters) or of a TD2 document (36)."""
    fields = [(lower[:9], lower[9]), (lower[13:19], lower[19]), (lower[21:27], lower[27])]
    whole = lower[:10] + lower[13:20] + lower[21:-1]
    if len(lower) == _TD3:
        fields.append((lower[28:42], lower[42]))
    return all(_agrees(text, check) for text, check in fields) and _agrees(whole, lower[-1]) and _is_day(lower[13:19])


def _mrz(_argument: str) -> Validator:
    """A machine-readable zone, with or without the lines that hold only names."""

    def check(value: str) -> Verdict | None:
        lines = value.split()
        if {len(line) for line in lines} == {_TD1}:
            good = len(lines) > 1 and _card_zone(lines[0], lines[1])
        else:
            good = len(lines[-1]) in (_TD2, _TD3) and _page_zone(lines[-1])
        return ZONE if good else None

    return check


def _icao(argument: str) -> Validator:
    """``icao:10``: with so many characters the last is the check digit of the others; shorter ones have none."""
    full = int(argument)

    def check(value: str) -> Verdict | None:
        text = "".join(filter(str.isalnum, value)).upper()
        if len(text) < full:
            return NO_DIGIT
        agrees = text[-1] == str(check_digit(text[:-1]))
        return DIGIT_AGREES if agrees else None

    return check


VIN_VALUES = dict(zip("0123456789ABCDEFGHJKLMNPRSTUVWXYZ", map(int, "012345678912345678123457923456789"), strict=True))
VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
#: Makers in North America (1 to 5) and China (L) must give a check digit, others may.
VIN_CHECKED = frozenset("12345L")
VIN_DISTINCT = 6


def _vin(_argument: str) -> Validator:
    """ISO 3779; check digit by 49 CFR 565.15 (c). A number of no maker's region, or all letters, is something else."""

    def check(value: str) -> Verdict | None:
        text = value.upper()
        if len(set(text)) < VIN_DISTINCT or text.isalpha() or not text[-4:].isdigit():
            return None
        total = sum(VIN_VALUES[character] * weight for character, weight in zip(text, VIN_WEIGHTS, strict=True))
        if "0123456789X"[total % 11] == text[8]:
            return VIN_AGREES
        return None if text[0] in VIN_CHECKED or text[0] == "0" else VIN_SHAPE

    return check


FACTORIES: Mapping[str, Callable[[str], Validator]] = {"mrz": _mrz, "icao": _icao, "vin": _vin}
