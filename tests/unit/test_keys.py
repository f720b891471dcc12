from hypothesis import example, given
from hypothesis import strategies as st

from bucketsieve.store.keys import decode_key, encode_key


@given(st.text(st.sampled_from("\0\\0a/")) | st.text())
@example("\\\0")
@example("\\0")
def test_any_key_survives_storage(key: str) -> None:
    stored = encode_key(key)

    assert "\0" not in stored
    assert decode_key(stored) == key


@given(st.text(), st.text())
def test_different_keys_are_stored_differently(one: str, other: str) -> None:
    assert (encode_key(one) == encode_key(other)) == (one == other)
