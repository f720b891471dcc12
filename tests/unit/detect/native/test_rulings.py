"""What the native lane takes a validator to say is what it says."""

import random
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from math import inf
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bucketsieve.detect.candidate import judged
from bucketsieve.detect.catalogue import load_catalogue
from bucketsieve.detect.catalogue.entry import Form, marked_value
from bucketsieve.detect.fingerprint import normalise
from bucketsieve.detect.native.automaton import UNDECIDED
from bucketsieve.detect.native.ruling import Check, Reading, Ruling, automaton_of
from bucketsieve.detect.native.rulings import combined, rulings
from bucketsieve.detect.validators import Verdict, resolve, token_checksums
from bucketsieve.detect.validators.base import Kind
from bucketsieve.detect.validators.checksums import luhn_ok
from bucketsieve.detect.validators.passwords import LEAST_LENGTH, counts, is_random
from bucketsieve.detect.validators.secrets import entropy_of
from bucketsieve.detect.validators.token_structure import decode_base64

from .sampling import changed, sampled, with_each_digit

#: Values that are drawn for each validator.
DRAWN = 300
#: Bits by which sums that are rounded differ.
CLOSE = 1e-9
DETECTORS = load_catalogue().detectors
SPECS = sorted({spec for each in DETECTORS for form in each.forms for spec in form.validators if rulings(spec)})
#: The expressions of what the validators are asked about.
SOURCES = {
    spec: [
        form.source.replace("?P<value>", "?:") for each in DETECTORS for form in each.forms if spec in form.validators
    ]
    for spec in SPECS
}
FORMS = {spec: re.compile("|".join(sources), re.ASCII) for spec, sources in SOURCES.items()}
#: Forms with several validators of which all is known.
JOINT = {
    (each.id, number): form
    for each in DETECTORS
    for number, form in enumerate(each.forms)
    if len(form.validators) > 1 and combined(form.validators)
}
#: Forms that report a part of their matches.
GROUPED = {
    (each.id, number): form
    for each in DETECTORS
    for number, form in enumerate(each.forms)
    if "(?P<value>" in form.source and combined(form.validators)
}
EXAMPLES = sorted({
    marked_value(example)[1]
    for each in DETECTORS
    for form in each.forms
    if set(form.validators) & set(SPECS)
    for example in (*each.examples, *each.counter_examples)
    if marked_value(example)[1].isascii()
})  # fmt: skip


def mod97_holds(value: str) -> bool:
    number = "".join(str(int(character, 36)) for character in value[4:] + value[:4])
    return len(value) > 4 and int(number) % 97 == 1


def one_repeated(value: str) -> bool:
    often = sorted(Counter(value[:10]).values())
    return often[-1] in (2, 3) and often[:-1] == [1] * (len(often) - 1)


def strength(value: str) -> float:
    """What entropy counts against, or more or less than any."""
    classes = sum(re.search(each, value) is not None for each in ("[a-z]", "[A-Z]", r"\d", r"[^\w\-. ]"))
    if classes == 2 and len(value) >= LEAST_LENGTH and "-" not in value:
        return entropy_of(value)
    return inf if classes > 2 else -inf


def web_token(value: str) -> int:
    verdict = resolve("jwt")(value)
    return 0 if verdict is None else 2 if verdict.kind is Kind.TEST else 1


def credentials(value: str) -> int:
    text = (decode_base64(value) or b"").decode(errors="replace")
    user, _, password = text.partition(":")
    if not text.isprintable() or "\ufffd" in text or not password or (not user and len(password) < 8):
        return 0
    return 1 if text.isascii() else 2


def json_token(value: str, argument: int) -> bool:
    member = ("signInAddress", "k", "org")[argument // 3]
    return (resolve(f"json_token:{member}")(value) is not None) == (argument % 3 == 1)


def read(value: str, reading: Reading) -> str:
    if reading is Reading.PASSWORD:
        return (decode_base64(value) or b"").decode(errors="replace").partition(":")[2]
    return unquote(value) if reading is Reading.UNQUOTED else value


#: By the check, whether it holds of a value, with its argument.
CHECKS: dict[Check, Callable[[str, int], bool]] = {
    Check.NONE: lambda _value, _argument: True,
    Check.LUHN: lambda value, _argument: luhn_ok(value),
    Check.MOD97: lambda value, _argument: mod97_holds(value),
    Check.FEW_KINDS: lambda value, least: len(set(value[least >> 16 :])) < least & 0xFFFF,
    Check.LITTLE_ENTROPY: lambda value, least: entropy_of(value) < least / 1000 - CLOSE,
    Check.CLOSE_ENTROPY: lambda value, least: abs(entropy_of(value) - least / 1000) <= CLOSE,
    Check.NOT_RANDOM: lambda value, least: not is_random(value, least / 1000),
    Check.ONE_REPEATED: lambda value, _argument: one_repeated(value),
    Check.STAND_IN: lambda value, least: len(set(value.strip("\"'"))) < least or counts(value.strip("\"'")),
    Check.WEAK_PASSWORD: lambda value, least: strength(value) < least / 1000 - CLOSE,
    Check.CLOSE_PASSWORD: lambda value, least: abs(strength(value) - least / 1000) <= CLOSE,
    Check.CRC32_BASE62: lambda value, _argument: token_checksums.crc32_base62_agrees(value),
    Check.GITLAB: lambda value, _argument: token_checksums.gitlab_agrees(value),
    Check.GRAFANA: lambda value, _argument: token_checksums.grafana_agrees(value),
    Check.BECH32: token_checksums.bech32_ok,
    Check.BASE58CHECK: lambda value, _argument: resolve("wallet")(value) is not None,
    Check.PEM: lambda value, _argument: resolve("pem")(value) is not None,
    Check.BASE64_PEM: lambda value, _argument: resolve("base64_pem")(value) is not None,
    Check.WEB_TOKEN: lambda value, argument: web_token(value) == argument,
    Check.CREDENTIALS: lambda value, argument: credentials(value) == argument,
    Check.JSON_TOKEN: json_token,
    Check.ZONE: lambda value, _argument: resolve("mrz")(value) is not None,
}


def applies(ruling: Ruling, value: str) -> bool:
    normal = normalise(read(value, ruling.reading), ruling.normalise)
    ends, undecided = automaton_of(ruling.language).matches(normal.encode(), 0)
    assert not undecided
    return (len(normal) in ends) != ruling.negated and CHECKS[ruling.check](normal, ruling.argument)


def ruled(known: Sequence[Ruling], value: str) -> Verdict | str | None:
    """The verdict of the rulings, or "ask"."""
    for ruling in known:
        if applies(ruling, value):
            return "ask" if ruling.ask else ruling.verdict
    return "ask"


def parts_of_matches(spec: str) -> list[str]:
    """The examples' values, where all forms match more than these."""
    return [
        marked_value(example)[1]
        for each in DETECTORS
        if any(spec in form.validators for form in each.forms)
        and all("?P<value>" in form.source for form in each.forms)
        for example in each.examples
    ]


def drawn_values(sources: Sequence[str], examples: Sequence[str]) -> Iterator[str]:
    """What the expressions match, and nearly: always the same."""
    rng, match = random.Random(1), re.compile("|".join(sources), re.ASCII).fullmatch
    while True:
        text = rng.choice(examples) if examples and rng.random() < 0.3 else sampled(rng, rng.choice(sources))
        for value in with_each_digit(changed(rng, text)):
            if value.isascii() and match(value):
                yield value


mutated = st.builds(
    lambda text, place, new, removed: text[: place % len(text)] + new + text[place % len(text) + removed :],
    st.sampled_from(EXAMPLES),
    st.integers(min_value=0, max_value=100),
    st.sampled_from(["", *"0123456789", "a", "Z", "-", ".", " ", "+", "@", "+1", "00", ".png", "()"]),
    st.integers(min_value=0, max_value=3),
)
plain = st.from_regex(
    r"(\+?1[ -]?)?\(?[2-9][0-9]{2}\)?[ .-]?[2-9][0-9]{2}[ .-]?[0-9]{4}|[0-9]{3}-?[0-9]{2}-?[0-9]{4}", fullmatch=True
)
steady = st.sampled_from(["", "0", "1111111", "123456789", "987654", "aB", "ABCDEFG", "zyx", "12-34-56", "Aa1"])
values = mutated | plain | steady | st.text("0123456789- ", max_size=20)


@pytest.mark.parametrize("spec", SPECS)
@settings(max_examples=20, deadline=None)
@given(st.lists(values, min_size=5, max_size=20))
def test_a_ruling_says_what_the_validator_says(spec: str, drawn: list[str]) -> None:
    validate = resolve(spec)
    for value in filter(FORMS[spec].fullmatch, drawn):
        said = ruled(rulings(spec), value)
        assert said in ("ask", validate(value)), f"{spec}: {value!r}"


@pytest.mark.parametrize("spec", SPECS)
def test_a_ruling_says_so_of_the_examples(spec: str) -> None:
    validate = resolve(spec)
    ours = list(filter(FORMS[spec].fullmatch, EXAMPLES)) or parts_of_matches(spec)
    assert ours
    for value in ours:
        assert ruled(rulings(spec), value) in ("ask", validate(value)), f"{spec}: {value!r}"


@pytest.mark.parametrize("spec", SPECS)
def test_a_ruling_says_so_of_what_its_forms_match(spec: str) -> None:
    validate, known = resolve(spec), rulings(spec)
    examples = list(filter(FORMS[spec].fullmatch, EXAMPLES))
    for value in islice(drawn_values(SOURCES[spec], examples), DRAWN):
        assert ruled(known, value) in ("ask", validate(value)), f"{spec}: {value!r}"


def assert_they_say_the_same(form: Form, values: Iterable[str]) -> None:
    known, validators = combined(form.validators), [resolve(spec) for spec in form.validators]
    for value in values:
        said = ruled(known, value)
        verdicts = [verdict for validate in validators if (verdict := validate(value))]
        if said is None or len(verdicts) < len(validators):
            assert said in ("ask", None), value
            assert said == "ask" or len(verdicts) < len(validators), value
        elif isinstance(said, Verdict):
            assert judged(form, [said], "") == judged(form, verdicts, ""), value


@pytest.mark.parametrize("joint", JOINT)
def test_rulings_of_several_validators_say_what_all_say(joint: tuple[str, int]) -> None:
    form = JOINT[joint]
    source = form.source.replace("?P<value>", "?:")
    examples = [each for each in EXAMPLES if re.fullmatch(source, each, re.ASCII)]
    assert_they_say_the_same(form, islice(drawn_values([source], examples), DRAWN))


@pytest.mark.parametrize("grouped", GROUPED)
def test_rulings_say_so_of_a_part_of_a_match(grouped: tuple[str, int]) -> None:
    form, rng = GROUPED[grouped], random.Random(2)
    drawn = (text for _ in range(DRAWN) for text in with_each_digit(changed(rng, sampled(rng, form.source))))
    placed = (place for text in drawn if text.isascii() for place in (text, f'"{text}"'))  # some look at what is around
    matches = (form.pattern.search(text.encode()) for text in placed)
    values = [match["value"].decode() for match in matches if match]
    assert len(values) > DRAWN / 10
    assert_they_say_the_same(form, values)


def test_the_usual_values_are_ruled_on() -> None:
    for spec, value, kind in [
        ("ssn", "536-22-8726", "assignable"),
        ("ssn", "078-05-1120", "published"),
        ("ssn", "666-22-8726", None),
        ("email", "ana@initech.co.uk", "public"),
        ("email", "ana@example.org", "set aside"),
        ("email", "icon@2x.png", None),
        ("phone:US", "(212) 736-5000", "of US"),
        ("phone:US", "+1 212 736 5000", "of US"),
        ("phone", "+1 416-555-0142", "fiction"),
        ("phone:US", "(220) 036-5000", None),
        ("card", "4539 1488 0343 6467", "Visa"),
        ("card", "4111-1111-1111-1111", "published"),
        ("card", "4539 1488 0343 6468", None),
        ("card", "4539 1488-0343 6467", None),
        ("iban", "DE89 3704 0044 0532 0130 00", "published"),
        ("iban", "DE88370400440532013000", None),
        ("not_uniform", "A1234567", "vary"),
        ("stdnum:br.cpf", "390.533.447-05", "br.cpf"),
        ("stdnum:br.cpf", "390.533.447-06", None),
        ("stdnum:pl.pesel", "44051401359", "pl.pesel"),
        ("stdnum:pl.pesel", "44053201359", None),
    ]:
        said = ruled(rulings(spec), value)
        assert said is None if kind is None else isinstance(said, Verdict) and kind in said.reason, (spec, value, said)


def test_every_language_is_told_exactly() -> None:
    for spec in SPECS:
        for ruling in rulings(spec):
            assert UNDECIDED not in automaton_of(ruling.language).accepting
            if isinstance(ruling.language, str):
                re.compile(ruling.language)
