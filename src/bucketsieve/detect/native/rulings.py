"""What the native lane knows of validators: for which values they say what, as regular languages and check digits.

A validator is asked in Python about every value of which nothing is said here, and about those that are not ASCII,
unless the first ruling of the panel applies to all values, without a check, or all of them know of letters beyond ASCII
(see `Lettered`) or of ``№`` (see `BesideNumero`).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache, partial
from itertools import cycle, islice
from string import ascii_uppercase, digits
from typing import Final

from bucketsieve.detect.native import identities, institutes, telephones
from bucketsieve.detect.native.assigned import PASSWORDS
from bucketsieve.detect.native.days import birth_dates
from bucketsieve.detect.native.documents import DOCUMENTS, NAMED, iban_without
from bucketsieve.detect.native.numbers import BOTH, Number, same, scaled
from bucketsieve.detect.native.registered import NUMBERS
from bucketsieve.detect.native.ruling import ANYTHING, BesideNumero, Check, Ruling
from bucketsieve.detect.native.secrecy import SECRETS
from bucketsieve.detect.native.steps import STRIPE
from bucketsieve.detect.native.sums import FREE, Each, Sum, times
from bucketsieve.detect.native.tokens import TOKENS
from bucketsieve.detect.native.vat import on_vat_numbers
from bucketsieve.detect.native.whereabouts import WHEREABOUTS
from bucketsieve.detect.validators import cards, financial, mail, national, personal, phones, travel_documents
from bucketsieve.detect.validators.base import Kind, Verdict, validated


@cache
def rulings(spec: str) -> Sequence[Ruling]:
    """The rulings on ``name`` or ``name:argument``, of which the first that applies counts; none: nothing is known."""
    name, _, argument = spec.partition(":")
    make = _RULINGS.get(name)
    return tuple(make(argument)) if make else ()


def combined(specs: Sequence[str]) -> Sequence[Ruling]:
    """The rulings on values that all validators have to let pass; on those of no validator, whatever they are.

    Some validators let all pass that they do not turn down or ask about, and say the same of all these. Of the others
    there may be one, which speaks last.
    """
    sieves: list[Ruling] = []
    judge: Sequence[Ruling] = (Ruling(ANYTHING, Verdict("")),)
    said: list[Verdict | None] = []  # in the order of ``specs``, None in the place of the judge
    for spec in specs:
        known = rulings(spec)
        if not known:
            return ()
        *before, last = known
        if last.unconditional and last.verdict and all(each.ask or each.verdict is None for each in before):
            sieves += before
            said.append(last.verdict)
        elif None in said:
            return ()
        else:
            judge = known
            said.append(None)
    return (*sieves, *(_joined(each, said) for each in judge))


def _joined(ruling: Ruling, said: Sequence[Verdict | None]) -> Ruling:
    """The ruling, with what the other validators say of the same value."""
    if ruling.verdict is None:
        return ruling
    verdicts = [each or ruling.verdict for each in (said if None in said else (*said, None))]
    reason = "; ".join(each.reason for each in verdicts if each.reason)
    confidence = next((each.confidence for each in reversed(verdicts) if each.confidence), None)
    kind = next((each.kind for each in verdicts if each.kind is Kind.TEST), Kind.REAL)
    return replace(ruling, verdict=Verdict(reason, confidence, kind))


def _email(_argument: str) -> Iterator[Ruling]:
    behind = r"(?s:.*)@(?:[^@]*\.)?"
    suffixes = "|".join(sorted(mail.FILE_SUFFIXES))
    long_part = r"[^@.]{64}[^@.]*(?:\.[^@]*)?"
    yield Ruling(rf"{behind}(?:{suffixes}|{long_part})|(?s:.*)\.\.(?s:.*)@[^@]*", None, "lower")
    reserved = "|".join(each.replace(".", r"\.") for each in sorted({*mail.RESERVED_TOP, *mail.RESERVED}))
    yield Ruling(f"{behind}(?:{reserved})", mail.SET_ASIDE, "lower")
    yield Ruling(ANYTHING, mail.PUBLIC, "lower")


def _ssn(_argument: str) -> Iterator[Ruling]:
    yield Ruling(r"\d{9}", None, "digits", negated=True)
    published = [*national.PUBLISHED_SSNS, *(f"{number:09}" for number in national.ADVERTISED_SSNS)]
    yield Ruling("|".join(sorted(published)), national.PUBLISHED, "digits")
    uniform = "|".join(f"{digit}{{9}}" for digit in digits)
    yield Ruling(rf"(?:000|666|9\d\d)\d{{6}}|\d{{3}}00\d{{4}}|\d{{5}}0000|{uniform}", None, "digits")
    yield Ruling(ANYTHING, national.ASSIGNABLE, "digits")


def _phone(argument: str) -> Iterator[Ruling]:
    last_seven = "|".join(f"{digit}{{7}}" for digit in digits)
    few = "|".join(f"{digit}{{0,6}}" for digit in digits)
    yield Ruling(rf"\d*(?:{last_seven})|{few}", None, "digits")
    regions = phones.north_american()
    if argument and argument not in dict(regions):
        yield from _phone_at_home(argument)
        return
    with_code = r"\+1(?:[^0-9]*[0-9]){10}[^0-9]*"
    other = r"|(?:[^0-9+]*[0-9]){10}[^0-9+]*" if argument else r"|\+[2-9].*"
    yield Ruling(with_code + other, None, negated=True, ask=True)
    yield Ruling(r"1?\d{3}55501\d\d" if argument else r"1\d{3}55501\d\d", phones.FICTITIOUS, "digits")
    code, foreign = ("1?", "") if argument else ("1", r"[2-9]\d*|")
    for number, (region, pattern) in enumerate(regions):
        if number == 1:
            # Most of what the first region does not have, no other has.
            known = "|".join(f"{code}(?:{each})" for _, each in regions)
            yield Ruling(foreign + known, None, "digits", negated=True)
        yield Ruling(f"{code}(?:{pattern})", phones.assignable(region), "digits")
    if not argument:
        yield from _phone_abroad()


def _phone_abroad() -> Iterator[Ruling]:
    abroad = telephones.Abroad()
    yield Ruling(abroad.with_prefix, None, "digits", ask=True)
    yield Ruling(abroad.possible, None, "digits", negated=True)
    for assigned in abroad.assigned:
        yield Ruling(assigned, phones.ASSIGNABLE, "digits")
    yield Ruling(ANYTHING, None, "digits")


def _phone_at_home(region: str) -> Iterator[Ruling]:
    home, verdict = telephones.AtHome(region), phones.assignable(region)
    yield Ruling(home.dialled_abroad, None, "digits", ask=True)
    if home.zero:
        yield Ruling(rf"0{home.possible}|[1-9]\d*", None, "digits", negated=True)
        yield Ruling(f"0{home.assigned}", verdict, "digits")
        if home.shared:
            yield Ruling(f"0{home.shared}", None, "digits", ask=True)
        yield Ruling(r"0\d*", None, "digits")
    if home.with_prefix:
        yield Ruling(home.with_prefix, None, "digits", ask=True)
    if home.code not in telephones.LOOSE:
        yield Ruling(home.assigned, verdict, "digits")
        yield Ruling("|".join(filter(None, [home.shared, rf"{home.code}\d*"])), None, "digits", ask=True)
        yield Ruling(ANYTHING, None, "digits")


def _luhn(argument: str) -> Iterator[Ruling]:
    yield Ruling(rf"\d{{{argument}}}" if argument else r"\d{2,}", None, "digits", negated=True)
    yield Ruling("|".join(f"{digit}+" for digit in digits), None, "digits")
    yield Ruling(ANYTHING, validated("Luhn check digit"), "digits", check=Check.LUHN)
    yield Ruling(ANYTHING, None, "digits")


def _card(_argument: str) -> Iterator[Ruling]:
    groupings = {groups for each in cards.GROUPINGS.values() for groups in each}
    grouped = [sep.join(rf"\d{{{size}}}" for size in groups) for sep in " -" for groups in sorted(groupings)]
    yield Ruling("|".join([r"\d+", *grouped]), None, negated=True)
    yield Ruling("|".join(f"{digit}+" for digit in digits), None, "digits")
    tests = filter(cards.scheme_of, cards.TEST_NUMBERS)
    yield Ruling("|".join(sorted(tests)), cards.TEST_CARD, "digits", check=Check.LUHN)
    for scheme, pattern in cards.scheme_patterns():
        yield Ruling(pattern, cards.card_of(scheme), "digits", check=Check.LUHN)
    yield Ruling(ANYTHING, None, "digits")


def _magnetic_stripe(_argument: str) -> Iterator[Ruling]:
    """The first separator is behind the number; the date is behind the last one, a month from its third character on.

    Months are compared as texts.
    """
    month = r"(?:1|0[1-{before}{after}-\x7f]{other}*|1[\x00-2]{other}*)"
    with_name = month.format(before="\\]", after="_", other=r"[^\^]")
    without = month.format(before="<>-\\]", after="_", other=r"[^\^=]")
    dated = rf"(?s:.*)\^[^\^]{{2}}{with_name}|[^\^]*=[^\^=]{{2}}{without}"
    yield Ruling(dated, None, negated=True)
    numbers = "|".join(pattern for _, pattern in cards.scheme_patterns())
    yield Ruling(rf"[%;]?[Bb]?(?:{numbers})[\^=](?s:.*)", None, negated=True)
    yield Ruling(STRIPE, financial.STRIPE)
    yield Ruling(ANYTHING, None)


def _iban(argument: str) -> Iterator[Ruling]:
    if argument:
        yield from iban_without(argument)
        return
    shape = "[A-Z]{2}[0-9]{2}[A-Z0-9]+"
    yield Ruling(shape, None, "alnum", negated=True, ask=True)
    yield Ruling("..(?:0[01]|99).*", None, "alnum")
    yield Ruling("|".join(sorted(financial.PUBLISHED_IBANS)), financial.PUBLISHED, "alnum", check=Check.MOD97)
    yield Ruling(ANYTHING, financial.IBAN, "alnum", check=Check.MOD97)
    yield Ruling(ANYTHING, None, "alnum")


def _not_uniform(_argument: str) -> Iterator[Ruling]:
    steady = [f"{each}+" for each in digits + ascii_uppercase]
    for alphabet in (digits, ascii_uppercase):
        for row in (alphabet, alphabet[::-1]):
            steady += [_begun(row[start:]) for start in range(len(row))]
    # In capitals: what runs steadily there may do so in mixed case as well, or not.
    yield Ruling(BesideNumero("|".join(steady)), None, "alnum", ask=True)
    yield Ruling(ANYTHING, Verdict("digits vary"))


def _begun(text: str) -> str:
    """Matches what ``text`` begins with."""
    return text[0] + (f"(?:{_begun(text[1:])})?" if text[1:] else "")


def _stdnum(argument: str) -> Iterator[Ruling]:
    verdict = validated(f"check digits by python-stdnum ({argument})")
    if argument == "eu.vat":
        yield from on_vat_numbers(verdict)
    if argument == "cz.dic":
        yield from on_vat_numbers(verdict, ("CZ",), "alnum")
    number = (
        institutes.NUMBERS[argument]()
        if argument in institutes.NUMBERS
        else NUMBERS.get(argument, DOCUMENTS.get(argument))
    )
    if number is not None:
        yield from _of_number(number, verdict)


def _parts(argument: str) -> Iterator[Ruling]:
    number = institutes.PARTS[argument]() if argument in institutes.PARTS else identities.PARTS.get(argument)
    if number is not None:
        yield from _of_number(number, Verdict(f"parts of the number by python-stdnum ({argument})"))


def _bare(argument: str) -> Iterator[Ruling]:
    if argument == "es.dni":
        number = replace(NUMBERS[argument], none=rf"{identities.UNIFORM}[A-Z]")
        yield from _of_number(number, validated(f"check digits by python-stdnum ({argument})"))


def _weighted(argument: str) -> Iterator[Ruling]:
    modulus = argument.partition("/")[2]
    yield from _of_number(identities.weighted(argument), validated(f"weighted sum, modulus {modulus}"))


def _date_at(argument: str) -> Iterator[Ruling]:
    yield from _of_number(identities.date_at(argument), Verdict("holds a date of birth"))


def _birth_date(_argument: str) -> Iterator[Ruling]:
    possible, unsure = birth_dates()
    yield Ruling(possible, None, negated=True)
    yield Ruling(unsure, None, ask=True)
    yield Ruling(ANYTHING, personal.BORN)


def _icao(argument: str) -> Iterator[Ruling]:
    full = int(argument)
    worths = scaled(times(1, of=BOTH)[0], *islice(cycle((7, 3, 1)), full - 1))
    yield Ruling(Sum((*worths, FREE), 10, same, wrong=True), None, "alnum")
    yield Ruling(rf"\w{{{full}}}", travel_documents.DIGIT_AGREES, "alnum")
    yield Ruling(ANYTHING, travel_documents.NO_DIGIT)


def _named(name: str, _argument: str) -> Iterator[Ruling]:
    yield from _of_number(identities.IDENTITIES[name], identities.verdict_on(name))


def _of_number(number: Number, verdict: Verdict) -> Iterator[Ruling]:
    how = number.normalise
    if number.plain:
        yield Ruling(number.plain, None, negated=True)
    if number.ask is not None:
        yield Ruling(number.ask(), None, how, ask=True)
    if number.none:
        yield Ruling(number.none, None, how)
    for need in number.needs:
        if isinstance(need, Each):
            yield from (Ruling(replace(each, wrong=True), None, how) for each in need.sums)
        else:
            yield Ruling(need, None, how, negated=True)
    if number.born:
        yield Ruling("|".join(each.possible for each in number.born), None, how, negated=True)
        yield Ruling("|".join(each.leap for each in number.born), None, how, ask=True)
    yield Ruling(ANYTHING, verdict, how, check=number.check)
    if number.check is not Check.NONE:
        yield Ruling(ANYTHING, None)


_RULINGS: Final[Mapping[str, Callable[[str], Iterator[Ruling]]]] = {
    "email": _email,
    "ssn": _ssn,
    "phone": _phone,
    "luhn": _luhn,
    "card": _card,
    "magnetic_stripe": _magnetic_stripe,
    "iban": _iban,
    "not_uniform": _not_uniform,
    "stdnum": _stdnum,
    "parts": _parts,
    "bare": _bare,
    "weighted": _weighted,
    "date_at": _date_at,
    "birth_date": _birth_date,
    "icao": _icao,
    **SECRETS,
    **PASSWORDS,
    **TOKENS,
    **NAMED,
    **WHEREABOUTS,
    **{name: partial(_named, name) for name in identities.IDENTITIES},
}
