"""The manifest is the demo's judge, so it is judged here by rules written a second time, and by another library."""

import re
from collections import Counter

import phonenumbers
import pytest
from local.demo.corpus import PIECE_BYTES, build_manifest
from local.demo.manifest import DemoObject, Manifest, NearMiss, PlantedValue
from stdnum import luhn
from stdnum.us import ssn

from bucketsieve.reasons import REASONS_BY_OUTCOME, Outcome, Reason

ENCODINGS = {"utf-16 little": "utf-16-le", "utf-16 big": "utf-16-be", "utf-16 crlf": "utf-16-le", "latin-1": "latin-1"}
PUBLISHED_SSN = "078-05-1120"


@pytest.fixture(scope="module")
def manifest() -> Manifest:
    return build_manifest()


def encoding_of(item: DemoObject) -> str:
    name = item.key.removeprefix("encodings/")
    return next((encoding for start, encoding in ENCODINGS.items() if name.startswith(start)), "utf-8")


def values_of(manifest: Manifest, detector: str) -> list[str]:
    values = [planted.value for _, planted in manifest.reportable() if planted.detector == detector]
    assert values
    return values


def test_the_same_seed_gives_the_same_bucket(manifest: Manifest) -> None:
    assert build_manifest() == manifest
    assert build_manifest(seed=1) != manifest


def test_the_bucket_is_large_and_varied_enough(manifest: Manifest) -> None:
    assert len(manifest.objects) >= 300
    assert len({item.key for item in manifest.objects}) == len(manifest.objects)
    assert len({item.key.rsplit(".")[-1] for item in manifest.objects}) >= 10
    assert all(count >= 100 for count in manifest.occurrences().values())
    assert set(manifest.occurrences()) == {
        "us_ssn",
        "credit_card",
        "aws_access_key_id",
        "aws_secret_access_key",
        "email",
        "phone",
    }
    assert manifest.near_miss_count >= 300


def test_keys_are_valid_in_s3_and_reach_its_limits(manifest: Manifest) -> None:
    keys = [item.key for item in manifest.objects]
    assert all(0 < len(key.encode()) <= 1_024 for key in keys)
    assert max(len(key.encode()) for key in keys) == 1_000
    assert {"null", "a//b.txt", "/leading/slash.txt", "plus+sign.txt", "back\\slash.txt"} <= set(keys)
    assert len({key for key in keys if key.startswith("composed/")}) == 2


def test_every_span_holds_its_value_on_its_line_at_its_column(manifest: Manifest) -> None:
    for item in manifest.objects:
        encoding = encoding_of(item)
        for planted in item.planted:
            span = planted.span
            before = item.body[: span.start].decode(encoding).removeprefix("\ufeff")
            assert item.body[span.start : span.end].decode(encoding) == planted.value
            assert (span.line, span.column) == (before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1)


def test_unread_objects_have_a_reason_of_the_closed_list_and_nothing_to_report(manifest: Manifest) -> None:
    unread = [item for item in manifest.objects if item.outcome is not Outcome.SUCCEEDED]
    assert {item.reason for item in unread} == {
        Reason.EMPTY_OBJECT,
        Reason.UNSUPPORTED_FILE_TYPE,
        Reason.INVALID_OBJECT_STATE,
    }
    assert all(item.reason in REASONS_BY_OUTCOME[item.outcome] and not item.reportable for item in unread)
    archived = [item for item in unread if item.storage_class == "GLACIER"]
    assert archived
    assert all(item.planted for item in archived)


def test_planted_values_are_valid_by_the_published_rules(manifest: Manifest) -> None:
    assert all(ssn.is_valid(value) for value in values_of(manifest, "us_ssn") if value != PUBLISHED_SSN)
    assert all(luhn.is_valid(re.sub(r"[ -]", "", value)) for value in values_of(manifest, "credit_card"))
    for value in values_of(manifest, "phone"):
        number = phonenumbers.parse(value, "US")
        assert phonenumbers.is_valid_number(number) or "555-01" in value, value
    key_ids = values_of(manifest, "aws_access_key_id")
    assert all(re.fullmatch(r"A[KS]IA[A-Z2-7]{16}", value) or value.endswith("EXAMPLE") for value in key_ids)
    secrets = values_of(manifest, "aws_secret_access_key")
    assert all(re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9+/]{39}", value) for value in secrets)
    assert not any(re.fullmatch(r"[0-9a-fA-F]+", value) for value in secrets)


def test_a_value_is_planted_in_one_object_alone(manifest: Manifest) -> None:
    places = {(planted.value, item.key) for item in manifest.objects for planted in item.planted}
    assert max(Counter(value for value, _ in places).values()) == 1


def test_near_misses_break_the_rule_their_kind_names(manifest: Manifest) -> None:
    kinds: dict[str, list[str]] = {}
    for item in manifest.objects:
        text = item.body
        for miss in item.near_misses:
            raw = text[miss.span.start : miss.span.end].decode(encoding_of(item))
            kinds.setdefault(miss.kind, []).append(raw)
    assert len(kinds) >= 18
    assert not any(luhn.is_valid(value) for value in kinds["card number that fails the Luhn check"])
    for kind in (
        "passes the Luhn check, but of no issuer",
        "milliseconds that pass the Luhn check",
        "YYYYMMDDhhmmss that passes the Luhn check",
    ):
        assert all(luhn.is_valid(value) and value[0] in "12" for value in kinds[kind])
        assert not any(value.startswith(("22", "23", "24", "25", "26", "27")) for value in kinds[kind])
    for kind in ("SSN of an area never assigned", "SSN with group 00 or serial 0000"):
        assert not any(ssn.is_valid(value) for value in kinds[kind])
    for value in kinds["telephone number of no area"]:
        assert not phonenumbers.is_valid_number(phonenumbers.parse(value, "US"))


#: Deliberately broader than any detector: what is left of a text without its samples must not even come close.
SUSPICIOUS = re.compile(
    r"@|[0-9]{7}|(?:[0-9][ .-]?){10}(?![0-9:T])|[0-9]{3}-[0-9]{2}-|[A-Z0-9]{12}|[A-Za-z0-9+/]{25}|\+[1-9]"
    r"|secret|token|password|api.?key|bearer|BEGIN ",
)
HARMLESS = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9:]{8}(?:Z|\+00:00)?)?|(?:[0-9]{1,3}\.){3}[0-9]{1,3} - - ")


def test_the_text_around_the_samples_holds_nothing_that_looks_sensitive(manifest: Manifest) -> None:
    for item in manifest.objects:
        if item.outcome is Outcome.SKIPPED:
            continue
        samples: list[PlantedValue | NearMiss] = [*item.planted, *item.near_misses]
        text, position = "", 0
        for span in sorted((sample.span for sample in samples), key=lambda span: span.start):
            text += item.body[position : span.start].decode(encoding_of(item)) + "\u2042"
            position = span.end
        text += item.body[position:].decode(encoding_of(item))
        text = re.sub(r"aws_(?:access_key_id|secret_access_key)|aws (?:access key id|secret access key)", "", text)
        # Each line once: the large object says the same again and again.
        suspects = [line for line in set(text.splitlines()) if SUSPICIOUS.search(HARMLESS.sub("", line))]
        assert suspects == [], item.key


def test_values_lie_across_the_pieces_in_which_a_large_object_is_read(manifest: Manifest) -> None:
    large = max(manifest.objects, key=lambda item: len(item.body))
    assert len(large.body) > 18 * PIECE_BYTES
    cut = [p for p in large.planted if p.span.start // PIECE_BYTES != (p.span.end - 1) // PIECE_BYTES]
    assert len(cut) >= 15


def test_one_value_occurs_more_often_than_a_finding_keeps_places(manifest: Manifest) -> None:
    (repeated,) = [item for item in manifest.objects if item.key == "special/repeated.jsonl"]
    assert Counter(Counter(planted.value for planted in repeated.planted).values()) == {45: 1, 30: 1}
