"""Texts that hold values, near-values and noise in all mixtures."""

from hypothesis import strategies as st

from bucketsieve.detect.catalogue import load_catalogue
from bucketsieve.detect.catalogue.entry import marked_value

_DETECTORS = load_catalogue().detectors
EXAMPLES = sorted({marked_value(example)[0] for detector in _DETECTORS for example in detector.examples})
COUNTER_EXAMPLES = sorted({example for detector in _DETECTORS for example in detector.counter_examples})
KEYWORDS = sorted({keyword for detector in _DETECTORS for form in detector.forms for keyword in form.keywords})
NOISE = [
    "\n",
    "\r\n",
    " ",
    ",",
    "\t",
    ";",
    ": ",
    "=",
    '"',
    "é",
    "ü",
    "漢",
    "😀",
    "a",
    "Z",
    "0",
    "-",
    ".",
    "@",
    "+",
    "(",
    "1234",
]

fragments = st.one_of(
    st.sampled_from(EXAMPLES),
    st.sampled_from(COUNTER_EXAMPLES),
    st.sampled_from(KEYWORDS),
    st.sampled_from(NOISE),
    st.sampled_from(NOISE),
    st.text(max_size=12),
)
texts = st.lists(fragments, max_size=24).map("".join)


def cut(data: bytes, places: list[int]) -> list[bytes]:
    """``data`` cut at ``places`` (each taken modulo the length)."""
    edges = sorted({place % (len(data) + 1) for place in places})
    return [data[low:high] for low, high in zip([0, *edges], [*edges, len(data)], strict=True)]


cuts = st.lists(st.integers(min_value=0, max_value=1 << 30), max_size=8)
