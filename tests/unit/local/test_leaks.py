import base64
import hashlib
import json
from pathlib import Path
from urllib.parse import quote

import pytest
from local.leaks import Leak, LeakSearch

SSN = "536-22-8726"
EMAIL = "ada.abel+orders@example.org"
SECRET = "tbQ7rPzk/2VdXm0LwYcN9sG+eKj4hFaU1oRi8BxT"


@pytest.fixture(scope="module")
def search() -> LeakSearch:
    return LeakSearch([SSN, EMAIL, SECRET])


def forms(search: LeakSearch, data: bytes) -> set[str]:
    return {leak.form for leak in search.in_bytes("somewhere", data)}


def test_a_value_is_found_where_it_stands_and_not_repeated(search: LeakSearch) -> None:
    (leak,) = search.in_bytes("api.log", f'{{"message": "scanned {SSN}"}}'.encode())

    assert leak == Leak("api.log", 21, "plain text")
    assert SSN not in repr(leak)


@pytest.mark.parametrize(
    ("disguised", "form"),
    [
        (SSN.encode("utf-16-le"), "UTF-16"),
        (SECRET.encode().hex().encode(), "hexadecimal"),
        (json.dumps(SECRET).replace("/", r"\/").encode(), "escaped for JSON"),
        (quote(EMAIL, safe="").encode(), "escaped for a URL"),
        (b"ssn 536228726.", "bare digits"),
        (hashlib.sha256(SSN.encode()).hexdigest().encode(), "unkeyed sha256"),
        (hashlib.sha256(b"536228726").hexdigest().encode(), "unkeyed sha256"),
        (hashlib.md5(EMAIL.encode(), usedforsecurity=False).hexdigest().encode(), "unkeyed md5"),
    ],
)
def test_simple_disguises_are_seen_through(search: LeakSearch, disguised: bytes, form: str) -> None:
    assert form in forms(search, b"<" + disguised + b">")


@pytest.mark.parametrize("before", [b"", b"x", b"xy", b"xyz"])
@pytest.mark.parametrize("after", [b"", b"y", b"yz"])
def test_base64_is_seen_through_wherever_the_value_begins(search: LeakSearch, before: bytes, after: bytes) -> None:
    assert "base64" in forms(search, base64.b64encode(before + SSN.encode() + after))


def test_masked_values_and_other_values_are_no_leaks(search: LeakSearch) -> None:
    assert forms(search, b"***-**-8726 a***@example.org 536-22-8727 1536228726 536228726a") == set()


def test_nothing_to_search_for_or_in_finds_nothing(search: LeakSearch) -> None:
    assert forms(search, b"") == set()
    assert forms(LeakSearch([]), SSN.encode()) == set()


def test_files_are_searched_and_folders_to_their_depth(search: LeakSearch, tmp_path: Path) -> None:
    deep = tmp_path / "logs" / "scanner" / "1.log"
    deep.parent.mkdir(parents=True)
    deep.write_text(f"value {SSN}")
    single = tmp_path / "dump.sql"
    single.write_text(EMAIL)

    leaks = list(search.in_files([tmp_path / "logs", single]))
    assert {(leak.where, leak.form) for leak in leaks} == {(str(deep), "plain text"), (str(single), "plain text")}
