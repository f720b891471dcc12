import zlib

import pytest

from bucketsieve.detect.model import Confidence
from bucketsieve.detect.validators import resolve
from bucketsieve.detect.validators.token_checksums import bech32_ok, crc32_base62, gitlab_checksum, grafana_checksum

BODY = "k3Xq9TzLm2Wv7RbYc8NdPj4HsGf1Ea"
GITHUB = f"ghp_{BODY}{crc32_base62(BODY)}"


def test_the_checksum_of_github_is_crc32_in_base62() -> None:
    # A vector that was printed with an explanation of the format.
    assert crc32_base62("zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ") == "0mLq17"


def test_a_small_checksum_is_padded_to_six_characters() -> None:
    random = next(text for text in map(str, range(100_000)) if zlib.crc32(text.encode()) < 62**5)

    assert len(crc32_base62(random)) == 6
    assert crc32_base62(random).startswith("0")


def test_a_github_token_with_its_checksum_is_validated() -> None:
    verdict = resolve("crc32_base62")(GITHUB)

    assert verdict is not None
    assert verdict.confidence is Confidence.VALIDATED


@pytest.mark.parametrize("place", range(4, len(GITHUB)))
def test_any_changed_character_of_a_github_token_is_noticed(place: int) -> None:
    changed = GITHUB[:place] + ("a" if GITHUB[place] != "a" else "b") + GITHUB[place + 1 :]

    assert resolve("crc32_base62")(changed) is None


def test_a_routable_gitlab_token_is_told_by_length_and_checksum() -> None:
    payload = "MDEyMzQ1Njc4OWFiY2RlZm86MQp1OjJnazcK"
    start = f"glpat-{payload}.01.10"
    check = resolve("gitlab_checksum")

    assert check(start + gitlab_checksum(start)) is not None
    assert check(start + "0000000") is None
    wrong_length = f"glpat-{payload}.01.0z"
    assert check(wrong_length + gitlab_checksum(wrong_length)) is None


def test_a_grafana_token_ends_in_the_checksum_of_the_rest() -> None:
    start = "glsa_tq3vB0nXyZ7kLmP2cRwD9sFhJ5gT1aEu"
    check = resolve("grafana_checksum")

    assert check(f"{start}_{grafana_checksum(start)}") is not None
    assert check(f"{start}_{zlib.crc32(start.encode()):08x}") is None  # the right number, high byte first


@pytest.mark.parametrize(
    "valid",
    ["A12UEL5L", "a12uel5l", "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw", "?1ezyfcl"],  # BIP 173's test vectors
)
def test_bech32_accepts_the_vectors_of_its_standard(valid: str) -> None:
    assert bech32_ok(valid)


@pytest.mark.parametrize(
    "invalid",
    ["A12UEL5M", "A1G7SGD8", "a12UEL5L", "pzry9x0s0muk", "1pzry9x0s0muk", "x1b4n0q5v", "li1dgmt3", "10a06t8"],
)
def test_bech32_refuses_wrong_checksums_letters_and_mixed_case(invalid: str) -> None:
    assert not bech32_ok(invalid)
