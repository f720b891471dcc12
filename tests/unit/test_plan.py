from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bucketsieve.job import ScanOptions
from bucketsieve.listing.plan import ChunkLimits, extension_of, plan_chunks, settle_by_listing
from bucketsieve.models import ListedObject
from bucketsieve.reasons import Outcome, Reason
from tests.fakes import MODIFIED, listed

OPTIONS = ScanOptions(max_object_bytes=1_000)


@pytest.mark.parametrize(
    ("listed_object", "options", "reason"),
    [
        (listed("a", 0), OPTIONS, Reason.EMPTY_OBJECT),
        (listed("a.PNG"), OPTIONS, Reason.UNSUPPORTED_FILE_TYPE),
        (listed("a", 1_001), OPTIONS, Reason.FILE_EXCEEDS_SIZE_LIMIT),
        (listed("a", storage_class="GLACIER"), OPTIONS, Reason.INVALID_OBJECT_STATE),
        (listed("a", storage_class="DEEP_ARCHIVE"), OPTIONS, Reason.INVALID_OBJECT_STATE),
        (listed("a.csv"), replace(OPTIONS, exclude_extensions=("csv",)), Reason.EXCLUDED_BY_FILTER),
        (listed("a.csv"), replace(OPTIONS, include_extensions=("log",)), Reason.EXCLUDED_BY_FILTER),
        (listed("a"), replace(OPTIONS, modified_after=MODIFIED), Reason.EXCLUDED_BY_FILTER),
    ],
)
def test_what_needs_no_read_is_skipped_with_its_reason(
    listed_object: ListedObject, options: ScanOptions, reason: Reason
) -> None:
    verdict = settle_by_listing(listed_object, options)

    assert verdict is not None
    assert (verdict.outcome, verdict.reason) == (Outcome.SKIPPED, reason)


@pytest.mark.parametrize(
    ("listed_object", "options"),
    [
        (listed("a", 1_000), OPTIONS),
        (listed("png"), OPTIONS),
        (listed(".png"), OPTIONS),
        (listed("a", storage_class="GLACIER_IR"), OPTIONS),
        (listed("a", storage_class="INTELLIGENT_TIERING"), OPTIONS),
        (listed("a.CSV"), replace(OPTIONS, include_extensions=("csv",))),
        (listed("a"), replace(OPTIONS, modified_after=MODIFIED - timedelta(seconds=1))),
    ],
)
def test_what_may_hold_text_is_read(listed_object: ListedObject, options: ScanOptions) -> None:
    assert settle_by_listing(listed_object, options) is None


@pytest.mark.parametrize(
    ("key", "extension"),
    [("a.csv", "csv"), ("a.tar.GZ", "gz"), ("a", ""), (".env", ""), ("dir.d/file", ""), ("a.", ""), ("", "")],
)
def test_an_extension_is_what_follows_the_last_dot_of_the_name(key: str, extension: str) -> None:
    assert extension_of(key) == extension


@given(
    sizes=st.lists(st.integers(0, 400), max_size=60),
    limits=st.builds(ChunkLimits, max_objects=st.integers(1, 7), max_bytes=st.integers(1, 1_000)),
)
def test_chunks_hold_every_object_once_within_their_limits(sizes: list[int], limits: ChunkLimits) -> None:
    objects = [listed(f"key-{number:03}", size) for number, size in enumerate(sizes)]

    chunks = plan_chunks(objects, OPTIONS, limits, first_chunk_no=5)

    assert [chunk.chunk_no for chunk in chunks] == list(range(5, 5 + len(chunks)))
    planned = [p.listed for chunk in chunks for p in chunk.objects]
    assert sorted(planned, key=lambda o: o.key) == objects
    for chunk in chunks:
        if chunk.needs_reading:
            assert all(p.verdict is None for p in chunk.objects)
            assert len(chunk.objects) <= limits.max_objects
            assert chunk.byte_count <= limits.max_bytes or len(chunk.objects) == 1
        else:
            assert chunk is chunks[-1]
