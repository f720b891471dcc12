"""The closed list of outcomes and reasons: what can become of an object, and why.

Names that Amazon Macie has too are spelled as Macie spells them. The same list stands in the database as a CHECK
constraint and in the API's documentation; a test compares them.
"""

from enum import StrEnum
from typing import Final


class Outcome(StrEnum):
    """How the examination of one object ended."""

    SUCCEEDED = "succeeded"  # every byte that can hold text was examined
    PARTIAL = "partial"  # a part was examined; the findings so far are kept
    SKIPPED = "skipped"  # nothing was examined; never counts as clean
    FAILED = "failed"  # an error after all attempts; can be retried


class Reason(StrEnum):
    """Why an object was not examined from its first to its last byte."""

    EMPTY_OBJECT = "EMPTY_OBJECT"
    EXCLUDED_BY_FILTER = "EXCLUDED_BY_FILTER"
    UNCHANGED_SINCE_LAST_SCAN = "UNCHANGED_SINCE_LAST_SCAN"
    NOT_SAMPLED = "NOT_SAMPLED"
    UNSUPPORTED_FILE_TYPE = "UNSUPPORTED_FILE_TYPE"
    FILE_EXCEEDS_SIZE_LIMIT = "FILE_EXCEEDS_SIZE_LIMIT"
    INVALID_OBJECT_STATE = "INVALID_OBJECT_STATE"
    PERMISSION_DENIED = "PERMISSION_DENIED"
    INVALID_ENCRYPTION = "INVALID_ENCRYPTION"
    INVALID_KMS_KEY = "INVALID_KMS_KEY"
    SOURCE_OBJECT_NO_LONGER_AVAILABLE = "SOURCE_OBJECT_NO_LONGER_AVAILABLE"
    OBJECT_VERSION_MISMATCH = "OBJECT_VERSION_MISMATCH"
    CANCELLED = "CANCELLED"
    MALFORMED_FILE = "MALFORMED_FILE"
    UNABLE_TO_PARSE_FILE = "UNABLE_TO_PARSE_FILE"
    ENCRYPTED_FILE = "ENCRYPTED_FILE"
    ARCHIVE_CONTAINS_UNPROCESSED_FILES = "ARCHIVE_CONTAINS_UNPROCESSED_FILES"
    ARCHIVE_NESTING_LEVEL_OVER_LIMIT = "ARCHIVE_NESTING_LEVEL_OVER_LIMIT"
    ARCHIVE_TOTAL_BYTES_EXTRACTED_OVER_LIMIT = "ARCHIVE_TOTAL_BYTES_EXTRACTED_OVER_LIMIT"
    ARCHIVE_TOTAL_DOCUMENTS_PROCESSED_OVER_LIMIT = "ARCHIVE_TOTAL_DOCUMENTS_PROCESSED_OVER_LIMIT"
    ARCHIVE_EXCEEDS_SIZE_LIMIT = "ARCHIVE_EXCEEDS_SIZE_LIMIT"
    COMPRESSION_RATIO_OVER_LIMIT = "COMPRESSION_RATIO_OVER_LIMIT"
    JSON_NESTING_LEVEL_OVER_LIMIT = "JSON_NESTING_LEVEL_OVER_LIMIT"
    TIME_CUT_OFF_REACHED = "TIME_CUT_OFF_REACHED"
    MEMORY_LIMIT_REACHED = "MEMORY_LIMIT_REACHED"
    FINDINGS_OVER_LIMIT = "FINDINGS_OVER_LIMIT"
    PARSER_CRASHED = "PARSER_CRASHED"
    POISON = "POISON"
    SOURCE_UNAVAILABLE = "SOURCE_UNAVAILABLE"
    NO_SUCH_BUCKET_AVAILABLE = "NO_SUCH_BUCKET_AVAILABLE"  # of a job, never of an object
    LISTING_FAILED = "LISTING_FAILED"  # of a job: its listing was given up for anything but its bucket


_BROKEN_OR_LOCKED: Final = frozenset({Reason.MALFORMED_FILE, Reason.UNABLE_TO_PARSE_FILE, Reason.ENCRYPTED_FILE})

#: Which reasons an outcome may carry. ``succeeded`` carries none; every other outcome carries exactly one.
REASONS_BY_OUTCOME: Final[dict[Outcome, frozenset[Reason]]] = {
    Outcome.SUCCEEDED: frozenset(),
    Outcome.SKIPPED: _BROKEN_OR_LOCKED
    | {
        Reason.EMPTY_OBJECT,
        Reason.EXCLUDED_BY_FILTER,
        Reason.UNCHANGED_SINCE_LAST_SCAN,
        Reason.NOT_SAMPLED,
        Reason.UNSUPPORTED_FILE_TYPE,
        Reason.FILE_EXCEEDS_SIZE_LIMIT,
        Reason.INVALID_OBJECT_STATE,
        Reason.PERMISSION_DENIED,
        Reason.INVALID_ENCRYPTION,
        Reason.INVALID_KMS_KEY,
        Reason.SOURCE_OBJECT_NO_LONGER_AVAILABLE,
        Reason.OBJECT_VERSION_MISMATCH,
        Reason.CANCELLED,
    },
    Outcome.PARTIAL: _BROKEN_OR_LOCKED
    | {
        Reason.ARCHIVE_CONTAINS_UNPROCESSED_FILES,
        Reason.ARCHIVE_NESTING_LEVEL_OVER_LIMIT,
        Reason.ARCHIVE_TOTAL_BYTES_EXTRACTED_OVER_LIMIT,
        Reason.ARCHIVE_TOTAL_DOCUMENTS_PROCESSED_OVER_LIMIT,
        Reason.ARCHIVE_EXCEEDS_SIZE_LIMIT,
        Reason.COMPRESSION_RATIO_OVER_LIMIT,
        Reason.JSON_NESTING_LEVEL_OVER_LIMIT,
        Reason.TIME_CUT_OFF_REACHED,
        Reason.MEMORY_LIMIT_REACHED,
        Reason.FINDINGS_OVER_LIMIT,
    },
    Outcome.FAILED: frozenset({Reason.PARSER_CRASHED, Reason.POISON, Reason.SOURCE_UNAVAILABLE}),
}
