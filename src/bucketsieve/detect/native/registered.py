"""What `python-stdnum` says of national numbers, as far as numbers are told by sums, shapes and days."""

from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from string import ascii_uppercase, digits
from typing import Final

from bucketsieve.detect.native.days import Born, coming, this_year
from bucketsieve.detect.native.numbers import (
    BOTH,
    POWERS,
    Number,
    down,
    free,
    lettered,
    numeric,
    same,
    scaled,
    short_of,
    up,
)
from bucketsieve.detect.native.sums import FREE, Each, Either, Sum, Worth, cast_out, luhn, row, times


def _listed(module: str, name: str) -> Callable[[], str]:
    """What begins as one of the library's lists says."""
    return lambda: f"(?:{'|'.join(sorted(getattr(import_module(f'stdnum.{module}'), name)))}).*"


_CNPJ: Final = row([*range(10), *range(17, 43)], BOTH)
_DNI: Final = "TRWAGMYFPDXBNJZSQVHLCKE"
_PPS: Final = "WABCDEFGHIJKLMNOPQRSTUV"
_CURP: Final = row([*range(24), *range(25, 37)], BOTH)
_ODD: Final = (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23)
_CODICE: Final = (row([*_ODD[:10], *_ODD], BOTH), row([*range(10), *range(26)], BOTH))
_UNP_FIRST, _UNP_SECOND = "1234567ABCEHKM", "ABCEHKMOPT"


def _codice(days: Iterable[int]) -> str:
    """A day, 40 more for a woman; letters stand for digits where two persons would have the same code."""
    texts = [f"{day + more:02}" for more in (0, 40, 80) for day in days if day + more < 100]
    return f"(?:{'|'.join(''.join(f'[{each}{"LMNPQRSTUV"[int(each)]}]' for each in text) for text in texts)})"


def _isikukood(first: int, second: int) -> int:
    return second % 10 if first == 10 else first


ISIKUKOOD: Final = Sum(
    times(1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 0), 11, _isikukood, second=times(3, 4, 5, 6, 7, 8, 9, 1, 2, 3, 0)
)


def _ird(length: int) -> Sum:
    first, second = (3, 2, 7, 6, 5, 4, 3, 2), (7, 4, 3, 2, 5, 2, 7, 6)
    return Sum(
        times(*first[1 - length :], 0),
        11,
        lambda total, other: -other % 11 if total == 1 else -total % 11,
        second=times(*second[1 - length :], 0),
    )


def _from_right(lengths: range, weights: tuple[int, ...], check: str) -> Each:
    """The digit before the check digit has the first weight. ``check`` has the check digits by remainders."""
    return Each(
        tuple(
            Sum(times(*reversed(weights[: length - 1])) + free(1), 11, lambda total: check[total]) for length in lengths
        )
    )


def _nit(third: tuple[str, str, str], *, old: bool) -> Sum:
    """Numbers from 100 on have other weights; these numbers are cut in those whose digits are such."""
    weights = (14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2) if old else (2, 7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
    parts = [times(weight, of=of)[0] for weight, of in zip(weights[10:], third, strict=True)]
    return Sum((*times(*weights[:10]), *parts, FREE), 11, up if old else down)


def _vkn(place: int) -> Worth:
    turned = [(digit + place) % 10 for digit in range(10)]
    return tuple((each * 2**place % 9 or 9) if each else 0 for each in turned)


def _dni(before: str, letters: str, least: int) -> Sum:
    """A number by 23; ``before`` stand for digits in front, from ``least`` on."""
    first = row([POWERS[5] * number for number in range(least, least + len(before))], before)
    return Sum((first, *times(*POWERS[6:]), *free(1)), 23, lambda total: _DNI[total] if _DNI[total] in letters else "")


def _account(start: int) -> Sum:
    """Of Norway, where the first digits are zeros, but for the one at ``start``."""
    weights = (6, 7, 8, 9, 4, 5, 6, 7, 8, 9)
    zeros = times(*weights[:start], of="0") + times(weights[start], of="123456789")
    return Sum(zeros + times(*weights[start + 1 :], 0), 11, same)


def _ruc(weights: tuple[int, ...], third: str) -> Sum:
    counted = times(*weights)
    return Sum((*counted[:2], times(weights[2], of=third)[0], *counted[3:], *free(13 - len(weights))), 11)


def _natural(third: str) -> Sum:
    counted = cast_out(2, 1, 2, 1, 2, 1, 2, 1, 2, 1)
    chosen = tuple(value if str(digit) in third else None for digit, value in enumerate(counted[2]))
    return Sum((*counted[:2], chosen, *counted[3:], *free(3)), 10)


def _belgian(tens: str, ones: str, century: int) -> Sum:
    """A number of somebody born in a year with these digits: in this century, a 2 is put in front of it."""
    weights = POWERS[4:]
    counted = (times(weights[0], of=tens)[0], times(weights[1], of=ones)[0], *times(*weights[2:], 10, 1))
    return Sum(counted, 97, remainders=(-century * 10**9 % 97,))


_PAST: Final = this_year() % 100 - 1
_LATVIAN: Final = Born(0, "dm")

#: By the names of the library's modules.
NUMBERS: Final[Mapping[str, Number]] = {
    "ar.cbu": numeric(
        Sum(times(7, 1, 3, 9, 7, 1, 3, 1) + free(14), 10),
        Sum(free(8) + times(3, 9, 7, 1, 3, 9, 7, 1, 3, 9, 7, 1, 3, 1), 10),
    ),
    "ar.cuit": numeric(Sum(times(5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 0), 11, lambda total: int("09987654321"[total]))),
    "au.abn": numeric(
        Sum(times(10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19), 89, remainders=(10,)), r"(?:1[1-9]|[2-9]\d)\d*"
    ),
    "au.tfn": numeric(Either((Sum(times(1, 4, 3, 7, 5, 8, 6, 9, 10), 11), Sum(times(1, 4, 3, 7, 5, 8, 6, 9), 11)))),
    "at.vnr": numeric(Sum(times(3, 7, 9, 0, 5, 8, 4, 2, 1, 6), 11, same, 3), plain=r"[\d ]*"),
    "be.eid": numeric(Sum(times(*POWERS[3:], -10, -1), 97), r"\d{10}(?:0[1-9]|[1-8]\d|9[0-7])"),
    "be.ssn": numeric(
        Either(
            (
                _belgian(digits, digits, 0),
                _belgian(digits[: _PAST // 10], digits, 2),
                _belgian(str(_PAST // 10), digits[: _PAST % 10 + 1], 2),
            )
        ),
        r"\d\d(?:[024]\d|[135][0-2])\d*",
        r"\d{9}(?:0[1-9]|[1-8]\d|9[0-7])",
        ask=lambda: rf"{coming(_PAST + 11)}\d*",
    ),
    "bg.egn": numeric(Sum(times(2, 4, 8, 5, 10, 9, 7, 3, 6, 0), 11, up), born=(Born(2, months=(0, 20, 40)),)),
    "bg.pnf": numeric(Sum(times(21, 19, 17, 13, 11, 9, 7, 3, 1, 0), 10, same)),
    "br.cnpj": lettered(
        Sum(scaled(_CNPJ, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2, 0, 0), 11, down, 12),
        Sum(scaled(_CNPJ, 6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2, 0), 11, down),
        r"(?:0{0,11}[1-9A-Z])[0-9A-Z]*",
    ),
    "br.cpf": numeric(
        Sum(times(10, 9, 8, 7, 6, 5, 4, 3, 2, 0, 0), 11, down, 9),
        Sum(times(11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 0), 11, down),
        r"0*[1-9]\d*",
    ),
    "by.unp": lettered(
        Sum(
            (
                row([29 * BOTH.index(each) for each in _UNP_FIRST], _UNP_FIRST),
                row([23 * number for number in (*range(10), *range(10))], digits + _UNP_SECOND),
                *times(19, 17, 13, 7, 5, 3, 0),
            ),
            11,
            same,
        )
    ),
    "ca.bc_phn": numeric(Sum(times(0, 2, 4, 8, 5, 10, 9, 7, 3, 0), 11, short_of)),
    "ca.bn": lettered(Either((luhn(9), luhn(9, behind=6)))),
    "ca.sin": numeric(luhn(9)),
    "ch.ssn": numeric(Sum(times(1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1), 10)),
    "ch.uid": numeric(Sum(times(5, 4, 3, 2, 7, 6, 5, 4, 0), 11, short_of)),
    "cl.rut": lettered(_from_right(range(8, 10), (9, 8, 7, 6, 5, 4, 9, 8), "0123456789K")),
    "co.nit": numeric(_from_right(range(8, 12), (3, 7, 13, 17, 19, 23, 29, 37, 41, 43), "01987654321")),
    "cz.rc": numeric(
        Each((Sum(times(*POWERS[4:], 0), 11, up),)),
        r"\d{10}|(?:[0-4]\d|5[0-3]|[89]\d)\d{7}",
        born=(Born(2, months=(0, 20, 50, 70)),),
    ),
    "do.rnc": numeric(
        Sum(times(7, 9, 8, 6, 5, 4, 3, 2, 0), 11, lambda total: (10 - total) % 9 + 1),
        ask=_listed("do.rnc", "whitelist"),
    ),
    "ec.ci": numeric(Sum(cast_out(2, 1, 2, 1, 2, 1, 2, 1, 2, 1), 10), r"(?:0[1-9]|1\d|2[0-4]|30|50)[0-6]\d*"),
    "ec.ruc": numeric(
        Either(
            (_natural("0123456"), _ruc((3, 2, 7, 6, 5, 4, 3, 2, 1), "69"), _ruc((4, 3, 2, 7, 6, 5, 4, 3, 2, 1), "9"))
        ),
        r"(?:0[1-9]|1\d|2[0-4]|30|50)\d*",
    ),
    "ee.ik": numeric(ISIKUKOOD, born=(Born(3),)),
    "es.ccc": numeric(
        Sum(times(4, 8, 16, 32, 64, 128, 256, 512) + free(12), 11, lambda total: total if total < 2 else 11 - total, 8),
        Sum(
            free(10) + times(1, 2, 4, 8, 16, 32, 64, 128, 256, 512),
            11,
            lambda total: total if total < 2 else 11 - total,
            9,
        ),
    ),
    "es.cif": lettered(
        Sum(
            free(1) + cast_out(2, 1, 2, 1, 2, 1, 2) + free(1),
            10,
            lambda total: f"{-total % 10}{'JABCDEFGHI'[-total % 10]}",
        )
    ),
    "es.dni": lettered(_dni(digits, _DNI, 0)),
    "es.nie": lettered(_dni("XYZ", _DNI, 0)),
    "es.nif": lettered(Either((_dni(digits, _DNI, 0), _dni("XYZ", _DNI, 0), *(_dni(each, _DNI, 0) for each in "KLM")))),
    "fi.hetu": lettered(
        Each(
            tuple(
                Sum(
                    times(*POWERS[4:10]) + free(between) + times(*POWERS[10:]) + free(1),
                    31,
                    lambda total: "0123456789ABCDEFHJKLMNPRSTUVWXY"[total],
                )
                for between in (0, 1)
            )
        ),
        r"\d{6}[A-Z]?(?:00[2-9]|0[1-9]\d|[1-8]\d\d).",
        born=(Born(0, "dm"),),
    ),
    "fr.nir": lettered(
        Sum(
            (
                *times(*POWERS[:6]),
                row([*(POWERS[6] * digit for digit in range(10)), -POWERS[6], -2 * POWERS[6]], digits + "AB"),
                *times(*POWERS[7:], 10, 1),
            ),
            97,
        ),
        r".*(?:0[1-9]|[1-8]\d|9[0-7])",
    ),
    "gb.nhs": numeric(Sum(times(10, 9, 8, 7, 6, 5, 4, 3, 2, 1), 11)),
    "gb.utr": lettered(Sum(times(0, 6, 7, 8, 9, 10, 5, 4, 3, 2), 11, lambda total: int("21987654321"[total]), 0)),
    "gb.vat": numeric(
        Either(
            tuple(
                Sum(times(8, of=first) + times(7, 6, 5, 4, 3, 2, 10, 1) + free(more), 97, remainders=remainders)
                for more in (0, 3)
                for first, remainders in (("0", (0,)), ("123456789", (0, 42, 55)))
            )
        )
    ),
    "gr.amka": numeric(luhn(11), born=(Born(0, "dm"),)),
    "gr.vat": numeric(Sum(times(256, 128, 64, 32, 16, 8, 4, 2, 0), 11, up)),
    "gt.nit": lettered(_from_right(range(6, 13), tuple(range(2, 13)), "0K987654321"), r"0*[1-9]\d*."),
    "id.npwp": numeric(luhn(9, behind=6)),
    "ie.pps": lettered(
        Either(
            (
                Sum(times(8, 7, 6, 5, 4, 3, 2) + free(1), 23, lambda total: _PPS[total]),
                Sum(
                    times(8, 7, 6, 5, 4, 3, 2) + free(1) + (row((9, 18, 72), "ABH"),), 23, lambda total: _PPS[total], 7
                ),
                Sum(times(8, 7, 6, 5, 4, 3, 2) + free(1) + (row((0, 0, 0), "WTX"),), 23, lambda total: _PPS[total], 7),
            )
        )
    ),
    "il.idnr": numeric(luhn(9), r"0*[1-9]\d*"),
    "in_.epic": lettered(luhn(7, before=3)),
    "is_.kennitala": numeric(Sum(times(3, 2, 7, 6, 5, 4, 3, 2, 1, 0), 11), r"\d{9}[09]", born=(Born(0, "dm"),)),
    "it.iva": numeric(luhn(11), r"0{0,6}[1-9]\d*", r"\d{7}(?:0(?:0[1-9]|[1-9]\d)|100|12[01]|888|999)\d"),
    "it.codicefiscale": lettered(
        Sum((*_CODICE * 7, _CODICE[0], FREE), 26, lambda total: ascii_uppercase[total]),
        rf"\w{{8}}(?:[ACELMRT]{_codice(range(1, 32))}|[DHPS]{_codice(range(1, 31))}|B{_codice(range(1, 30))})\w*",
        ask=lambda: rf"\w{{8}}B{_codice([29])}\w*",
    ),
    "jp.in_": numeric(Sum(times(6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 0), 11, down)),
    "kr.rrn": numeric(
        Sum(times(2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5, 0), 11, lambda total: (11 - total) % 10),
        r"\d{7}(?:[0-8]\d|9[0-6])\d*",
        born=(Born(2),),
    ),
    "lt.asmens": numeric(ISIKUKOOD, born=(Born(3),), ask=lambda: r"9\d*"),
    "lv.pvn": numeric(
        Sum(times(10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 0), 11, lambda total: (1 + total) % 11 % 10),
        rf"32\d*|{_LATVIAN.possible}",
        ask=lambda: _LATVIAN.leap,
    ),
    "mu.nid": lettered(
        Sum(
            tuple(times(weight, of=BOTH)[0] for weight in range(14, 1, -1)) + free(1),
            17,
            lambda total: BOTH[-total % 17],
        ),
        born=(Born(1, "dm"),),
    ),
    "mx.curp": lettered(
        Sum(scaled(_CURP, *range(18, 1, -1)) + free(1), 10, lambda total: -total % 10),
        r"[A-Z]{4}\d{6}[HM]\w*",
        r"[A-Z]{4}\d{6}.(?:A[S]|B[CS]|C[CHLMS]|D[FG]|G[RT]|HG|JC|M[CNS]|N[ELT]|OC|PL|Q[RT]|S[LPR]|T[CLS]|VZ|YN|ZS)\w*",
        born=(Born(6),),
        ask=_listed("mx.curp", "_name_blacklist"),
    ),
    "nl.bsn": numeric(Sum(times(9, 8, 7, 6, 5, 4, 3, 2, -1), 11), r"0*[1-9]\d*"),
    "nl.onderwijsnummer": numeric(Sum(times(9, 8, 7, 6, 5, 4, 3, 2, -1), 11, remainders=(5,))),
    "no.fodselsnummer": numeric(
        Sum(times(3, 7, 6, 1, 8, 9, 4, 5, 2, 0, 0), 11, short_of, 9),
        Sum(times(5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 0), 11, short_of),
        born=(Born(0, "dm", months=(0, 40), days=(0, 40)),),
        ask=lambda: rf"\d{{4}}{coming(99)}[5-9]\d*",
    ),
    "no.kontonr": numeric(
        Either(
            (
                *map(_account, range(4)),
                Sum(times(0, 0, 0, 0, of="0") + cast_out(1, 2, 1, 2, 1, 2, 1), 10),
            )
        )
    ),
    "nz.ird": numeric(Each((_ird(8), _ird(9))), r"0?[1-9]\d{7}|1[0-4]\d{7}"),
    "pe.cui": lettered(
        Sum(times(3, 2, 7, 6, 5, 4, 3, 2) + free(1), 11, lambda total: "65432110987"[total] + "KJIHGFEDCBA"[total])
    ),
    "pe.ruc": numeric(Sum(times(5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 0), 11, lambda total: (11 - total) % 10)),
    "pl.nip": numeric(Sum(times(6, 5, 7, 2, 3, 4, 5, 6, 7, -1), 11)),
    "pl.pesel": numeric(Sum(times(1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1), 10), born=(Born(2, months=(0, 20, 40, 60, 80)),)),
    "pt.cc": lettered(
        Sum(
            tuple(
                row([value - 9 if value > 9 else value for value in values], BOTH)
                if place % 2 == 0
                else row(range(36), BOTH)
                for place, values in ((place, [2 * number for number in range(36)]) for place in range(10, -1, -1))
            )
            + times(1),
            10,
        )
    ),
    "pt.nif": numeric(Sum(times(9, 8, 7, 6, 5, 4, 3, 2, 0), 11, down)),
    "py.ruc": numeric(_from_right(range(6, 10), tuple(range(2, 11)), "00987654321")),
    "ro.cnp": numeric(
        Sum(times(2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9, 0), 11, lambda total: 1 if total == 10 else total),
        r"\d{7}(?:0[1-9]|[1-3]\d|4[0-8]|5[12]|70|8[0-3])\d*",
        born=(Born(3),),
    ),
    "ru.inn": numeric(
        Either(
            (
                Sum(times(2, 4, 10, 3, 5, 9, 4, 6, 8, 0), 11, up),
                Sum(times(7, 2, 4, 10, 3, 5, 9, 4, 6, 8, 0, 0), 11, up, 10),
            )
        ),
        Either((Sum(free(10), 11), Sum(times(3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8, 0), 11, up))),
    ),
    "se.personnummer": numeric(Either((luhn(10), luhn(10, before=2))), born=(Born(2, behind=4), Born(4, behind=4))),
    "si.ddv": numeric(Sum(times(8, 7, 6, 5, 4, 3, 2, 0), 11, lambda total: 0 if total == 1 else 11 - total)),
    "si.emso": numeric(Sum(times(7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 0), 11, down), born=(Born(0, "dm"),)),
    "sv.nit": numeric(
        Either(
            (
                _nit(("0", digits, digits), old=True),
                _nit(("1", "0", "0"), old=True),
                _nit(("23456789", digits, digits), old=False),
                _nit(("1", "123456789", digits), old=False),
                _nit(("1", "0", "123456789"), old=False),
            )
        ),
        r"[019]\d*",
    ),
    "th.pin": numeric(Sum(times(*range(2, -10, -1), 0), 11, lambda total: (1 - total) % 10)),
    "tr.tckimlik": numeric(Sum(times(3, 1, 3, 1, 3, 1, 3, 1, 3, 1) + free(1), 10), Sum(times(*[1] * 10, -1), 10)),
    "tr.vkn": numeric(Sum((*map(_vkn, range(9, 0, -1)), *times(1)), 10)),
    "ua.rntrc": numeric(Sum(times(-1, 5, 7, 9, 4, 6, 10, 5, 7, 0), 11, up)),
    "us.rtn": numeric(Sum(times(7, 3, 9, 7, 3, 9, 7, 3, 0), 10, same), plain=r"\d*"),
    "uy.rut": numeric(
        Sum(times(4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2, 0), 11, short_of),
        r"(?:0[1-9]|1\d|2[0-2])0{0,5}[1-9]\d*",
    ),
    "ve.rif": lettered(
        Sum(
            (row((4, 8, 12, 16, 20), "VEJPG"), *times(3, 2, 7, 6, 5, 4, 3, 2, 0)),
            11,
            lambda total: int("00987654321"[total]),
        )
    ),
    "vn.mst": numeric(
        Either(
            tuple(
                Sum(times(31, 29, 23, 19, 17, 13, 7, 5, 3) + free(1 + more), 11, lambda total: 10 - total, 9)
                for more in (0, 3)
            )
        ),
        r"..0{0,6}[1-9]\d*",
        r"\d{10}(?:00[1-9]|0[1-9]\d|[1-9]\d\d)?",
    ),
    "za.idnr": numeric(luhn(13), r"\d{10}[01]\d*", born=(Born(2),)),
    "za.tin": numeric(luhn(10)),
}
