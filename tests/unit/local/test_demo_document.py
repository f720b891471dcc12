import pytest
from local.demo.document import Document, Sample
from local.demo.manifest import Span

VALUE = Sample("email", "ada@example.org", "email")


def test_a_planted_value_stands_where_its_span_says() -> None:
    document = Document().write("first line\nthen ").put(VALUE).write(" and more\n")

    (planted,) = document.planted
    assert planted.span == Span(start=16, end=31, line=2, column=6)
    assert document.body[planted.span.start : planted.span.end] == b"ada@example.org"


def test_columns_count_characters_and_offsets_count_bytes() -> None:
    document = Document().write("café 🔍 ").put(VALUE)

    (planted,) = document.planted
    assert (planted.span.column, planted.span.start) == (8, 11)


@pytest.mark.parametrize(("encoding", "bom"), [("utf-16-le", b"\xff\xfe"), ("utf-16-be", b"\xfe\xff")])
def test_in_utf_16_offsets_count_two_bytes_a_character_after_the_byte_order_mark(encoding: str, bom: bytes) -> None:
    document = Document(encoding=encoding, bom=bom).write("ab\nc ").put(VALUE)

    (planted,) = document.planted
    assert planted.span == Span(start=12, end=42, line=2, column=3)
    assert document.body[12:42].decode(encoding) == VALUE.value


def test_a_carriage_return_belongs_to_the_end_of_its_line() -> None:
    document = Document(newline="\r\n").write("a\nb").put(VALUE)

    (planted,) = document.planted
    assert document.body.startswith(b"a\r\nbada@")
    assert planted.span == Span(start=4, end=19, line=2, column=2)


def test_a_value_on_the_line_of_an_earlier_one_has_its_own_column() -> None:
    document = Document().put(VALUE).write(",").put(VALUE)

    assert [planted.span.column for planted in document.planted] == [1, 17]


def test_a_near_miss_is_noted_apart_from_the_planted_values() -> None:
    document = Document().write("x").put(Sample("card_number", "4000 0000", kind="too short"))

    assert document.planted == ()
    assert [(miss.kind, miss.span.start, miss.span.end) for miss in document.near_misses] == [("too short", 1, 10)]


def test_no_representation_shows_a_planted_value() -> None:
    document = Document().put(VALUE)

    assert VALUE.value not in repr(VALUE) + repr(document.planted)
