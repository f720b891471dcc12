"""What listing can decide by itself: which objects need no read, and how the others are packed into chunks."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from bucketsieve.job import ScanOptions
from bucketsieve.models import ListedObject, PlannedChunk, PlannedObject, Verdict
from bucketsieve.reasons import Outcome, Reason

#: Classes whose objects need a restore before they can be read. ``GLACIER_IR`` is readable at once. Objects in the
#: archive tiers of ``INTELLIGENT_TIERING`` look like any other in a listing; the read tells.
ARCHIVED_CLASSES: Final = frozenset({"GLACIER", "DEEP_ARCHIVE"})

#: Extensions of formats that hold no text, by the IANA media types image/*, audio/*, video/* and font/*.
TEXTLESS_EXTENSIONS: Final = frozenset({
    "aac", "aif", "aiff", "avi", "avif", "bmp", "flac", "gif", "heic", "heif", "ico", "jpeg", "jpg", "m4a", "m4v",
    "mkv", "mov", "mp3", "mp4", "mpeg", "mpg", "oga", "ogg", "ogv", "opus", "otf", "png", "psd", "tif", "tiff", "ttf",
    "wav", "webm", "webp", "wma", "wmv", "woff", "woff2",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class ChunkLimits:
    """How much one chunk may hold: objects, and bytes by the listing's sizes."""

    max_objects: int
    max_bytes: int


def settle_by_listing(listed: ListedObject, options: ScanOptions) -> Verdict | None:
    """Return the verdict on an object that needs no read, or ``None`` for one that does."""
    extension = extension_of(listed.key)
    if listed.size == 0:
        return _skipped(Reason.EMPTY_OBJECT)
    if options.include_extensions and extension not in options.include_extensions:
        return _skipped(Reason.EXCLUDED_BY_FILTER, "its extension is not in include_extensions")
    if extension in options.exclude_extensions:
        return _skipped(Reason.EXCLUDED_BY_FILTER, "its extension is in exclude_extensions")
    if options.modified_after is not None and listed.last_modified <= options.modified_after:
        return _skipped(Reason.EXCLUDED_BY_FILTER, "not modified after modified_after")
    if listed.storage_class in ARCHIVED_CLASSES:
        return _skipped(Reason.INVALID_OBJECT_STATE, f"storage class {listed.storage_class} needs a restore")
    if extension in TEXTLESS_EXTENSIONS:
        return _skipped(Reason.UNSUPPORTED_FILE_TYPE, f".{extension} holds no text")
    if listed.size > options.max_object_bytes:
        return _skipped(Reason.FILE_EXCEEDS_SIZE_LIMIT, f"larger than {options.max_object_bytes} bytes")
    return None


def extension_of(key: str) -> str:
    """Return the key's extension in lower case, without the dot; empty where its last segment has none."""
    name = key.rpartition("/")[2]
    stem, dot, extension = name.rpartition(".")
    return extension.lower() if dot and stem else ""


def plan_chunks(
    objects: Iterable[ListedObject], options: ScanOptions, limits: ChunkLimits, *, first_chunk_no: int
) -> tuple[PlannedChunk, ...]:
    """Pack a round's objects into chunks, in their order; those settled by listing go into one chunk, born done."""
    settled: list[PlannedObject] = []
    to_read: list[PlannedObject] = []
    for listed in objects:
        verdict = settle_by_listing(listed, options)
        (to_read if verdict is None else settled).append(PlannedObject(listed, verdict))
    groups = list(_pack(to_read, limits))
    if settled:
        groups.append(settled)
    return tuple(PlannedChunk(first_chunk_no + index, tuple(group)) for index, group in enumerate(groups))


def _pack(objects: Iterable[PlannedObject], limits: ChunkLimits) -> Iterator[list[PlannedObject]]:
    group: list[PlannedObject] = []
    byte_count = 0
    for planned in objects:
        size = planned.listed.size
        if group and (len(group) == limits.max_objects or byte_count + size > limits.max_bytes):
            yield group
            group, byte_count = [], 0
        group.append(planned)
        byte_count += size
    if group:
        yield group


def _skipped(reason: Reason, detail: str | None = None) -> Verdict:
    return Verdict(Outcome.SKIPPED, reason, detail)
