"""What `python-stdnum` says of numbers that its registers and lists tell, and of those without a plain sum."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from string import digits
from types import ModuleType
from typing import Final

from bucketsieve.detect.native.days import Born
from bucketsieve.detect.native.numbers import BOTH, POWERS, Number, lettered, numeric
from bucketsieve.detect.native.registers import Listed
from bucketsieve.detect.native.ruling import Check
from bucketsieve.detect.native.steps import MOD_11_10, Steps, verhoeff
from bucketsieve.detect.native.sums import FREE, Either, Sum, Worth, cast_out, luhn, row, times
from bucketsieve.detect.validators.lazy_stdnum import stdnum

#: Matches what may read the same from both ends.
_MIRRORED: Final = "|".join(rf"{one}{other}\d*{other}{one}" for one in digits for other in digits)


def _one_of(module: str, name: str) -> str:
    """Matches what one of the library's lists has."""
    return f"(?:{'|'.join(sorted(map(str, getattr(stdnum(module), name))))})"


def _resident() -> Number:
    weights = [2 * 13**power for power in range(16, -1, -1)]
    return lettered(
        Sum((*times(*weights), FREE), 11, lambda total: "0123456789X"[(1 - total) % 11]),
        Listed("cn/loc", levels=2, needs="county", dated=True),
        born=(Born(10),),
    )


def _new_zealand() -> Number:
    """Each bank has one of several sums; the most usual one gives way to another for high numbers."""
    module = stdnum("nz.bankaccount")
    banks = sorted((algorithm, bank[0], bank[1]) for bank, algorithm in module._algorithms.items())
    sums: list[Sum] = []
    for (algorithm, ten), group in groupby(banks, key=lambda each: each[:2]):
        ones = "".join(one for _, _, one in group)
        if algorithm == "A":
            sums += _account(module, "A", ten, ones, ("0", digits[:9], digits))
            sums += _account(module, "A", ten, ones, ("0", "9", digits[:9]))
            sums += _account(module, "B", ten, ones, ("0", "9", "9"))
            sums += _account(module, "B", ten, ones, (digits[1:], digits, digits))
        else:
            sums += _account(module, algorithm, ten, ones, (digits,) * 3)
    return numeric(Either(tuple(sums)), Listed("nz/banks", levels=2, needs="branch"))


def _account(module: ModuleType, algorithm: str, ten: str, ones: str, base: Sequence[str]) -> Iterator[Sum]:
    """Of banks with these digits, and of numbers that begin with those of ``base``; the last part has 3 digits or 2."""
    first, modulus = module._moduli[algorithm]
    products = [[weight * digit for digit in range(10)] for weight in module._weights[algorithm]]
    worths = [row([each % first if each > first else each for each in counted], digits) for counted in products]
    for place, allowed in enumerate((ten, ones)):
        worths[place] = _only(allowed, worths[place])
    for place, allowed in enumerate(base, start=6):
        worths[place] = _only(allowed, worths[place])
    yield Sum(tuple(worths), modulus)
    yield Sum((*worths[:13], *worths[14:]), modulus)


def _only(allowed: str, worth: Worth) -> Worth:
    return tuple(value if digit in allowed else None for digit, value in zip(digits, worth, strict=False))


def _czech() -> Number:
    """A prefix, the account and the bank; of the first two, each is a multiple of 11 if digits count powers of two."""
    banks = {bank for _, bank, *_ in stdnum("numdb").get("cz/banks").prefixes}
    begun = {bank[:length] for bank in banks for length in range(5)}

    def step(state: tuple[str, int | str], character: str) -> tuple[str, int | str] | None:
        part, read = state
        if isinstance(read, str):
            return (part, read + character) if read + character in begun else None
        if character in digits:
            return part, (2 * read + int(character)) % 11
        if read:
            return None
        if character == "/":
            return "bank", ""
        return ("account", 0) if part == "prefix" else None

    return Number((Steps(("prefix", 0), step, lambda state: state[1] in banks, f"{digits}-/"),), "none")


def _gstin() -> Number:
    doubled = [sum(divmod(2 * value, len(BOTH))) for value in range(len(BOTH))]
    return lettered(
        Sum(tuple(row(range(len(BOTH)) if place % 2 == 0 else doubled, BOTH) for place in range(15)), len(BOTH)),
        _one_of("in_.gstin", "_STATE_CODES") + r"[A-Z]{5}\d*[1-9]\d*[A-Z]\w{3}",
    )


def _upn() -> Number:
    alphabet: str = stdnum("gb.upn")._alphabet
    values = range(len(alphabet))
    rows = [row([weight * value for value in values], alphabet) for weight in range(2, 14)]
    return lettered(
        Sum((FREE, *rows), 23, alphabet.__getitem__, 0),
        rf".{_one_of('gb.upn', '_la_numbers')}.*",
    )


#: By the names of the library's modules.
NUMBERS: Final[Mapping[str, Callable[[], Number]]] = {
    "at.tin": lambda: numeric(Sum(cast_out(1, 2, 1, 2, 1, 2, 1, 2, 1), 10), Listed("at/fa")),
    "cn.ric": _resident,
    "cz.bankaccount": _czech,
    "de.idnr": lambda: Number((MOD_11_10, r"[1-9]\d*"), "digits", check=Check.ONE_REPEATED),
    "do.cedula": lambda: numeric(luhn(11), ask=lambda: _one_of("do.cedula", "whitelist")),
    "fr.nif": lambda: numeric(Sum(times(*POWERS[3:], -100, -10, -1), 511), r"\d{10}(?:[0-4]\d\d|50\d|510)"),
    "gb.upn": _upn,
    "gh.tin": lambda: lettered(Sum((FREE, *times(*range(1, 10)), FREE), 11, "0123456789X".__getitem__)),
    "hr.oib": lambda: numeric(MOD_11_10),
    "in_.aadhaar": lambda: numeric(verhoeff(12), ask=lambda: _MIRRORED),
    "in_.gstin": _gstin,
    "in_.vid": lambda: numeric(verhoeff(16), ask=lambda: _MIRRORED),
    "nz.bankaccount": _new_zealand,
}

#: Of those that it tells by their parts.
PARTS: Final[Mapping[str, Callable[[], Number]]] = {
    "bic": lambda: lettered(rf"[A-Z]{{4}}{_one_of('bic', '_country_codes')}\w*"),
    "id.nik": lambda: numeric(Listed("id/loc"), born=(Born(6, "dm", days=(0, 40)),)),
    "imsi": lambda: numeric(Listed("imsi")),
    "my.nric": lambda: numeric(rf"\d{{6}}{Listed('my/bp').pattern}\d*", born=(Born(2),)),
}
