-- The record of every scan. A queue message is only a nudge: whatever happened to it, these rows say what is left to do.

CREATE TABLE jobs (
    id                 uuid        PRIMARY KEY,
    bucket             text        NOT NULL,
    prefix             text        NOT NULL,
    options            jsonb       NOT NULL,
    status             text        NOT NULL DEFAULT 'listing'
                       CHECK (status IN ('listing', 'scanning', 'paused', 'completed', 'failed', 'cancelled')),
    idempotency_key    text        UNIQUE,
    request_digest     text        NOT NULL,
    fair_share_group   text        NOT NULL,
    trace_header       text,
    execution_arn      text,
    ruleset_version    text        NOT NULL,

    -- The listing position. `listed_objects` is also the fence of a list step: it moves only from the value the step saw.
    last_key           text        COLLATE "C",
    continuation_token text,
    listed_objects     bigint      NOT NULL DEFAULT 0,
    listed_bytes       bigint      NOT NULL DEFAULT 0,
    next_chunk_no      integer     NOT NULL DEFAULT 0,
    listing_done       boolean     NOT NULL DEFAULT false,
    continuation       integer     NOT NULL DEFAULT 0,  -- the last execution's number; the next one is named by the next

    failure_reason     text,
    failure_detail     text,
    totals             jsonb,      -- frozen when the job has ended and no chunk is left; NULL until then
    created_at         timestamptz NOT NULL DEFAULT now(),
    progressed_at      timestamptz NOT NULL DEFAULT now(),  -- the last list step; the sweeper looks for old ones
    ended_at           timestamptz,
    CHECK (status <> 'failed' OR failure_reason IS NOT NULL)
);
CREATE INDEX jobs_newest ON jobs (created_at DESC, id DESC);
CREATE INDEX jobs_unfrozen ON jobs (id) WHERE totals IS NULL;

-- A unit of work: what one message names and one worker claims.
CREATE TABLE job_chunks (
    job_id        uuid        NOT NULL REFERENCES jobs ON DELETE CASCADE,
    chunk_no      integer     NOT NULL,
    state         text        NOT NULL CHECK (state IN ('queued', 'processing', 'done')),
    attempt       integer     NOT NULL DEFAULT 0,  -- counts claims, and never goes back: the fence of the lease's holder
    forgiven      integer     NOT NULL DEFAULT 0,  -- attempts before the last retry, which count against nobody
    lease_until   timestamptz,                     -- by the database's clock
    enqueued_at   timestamptz,                     -- NULL: committed, but its message was not sent (yet)
    object_count  integer     NOT NULL,
    byte_count    bigint      NOT NULL,

    -- Set (never incremented) from the chunk's objects and findings whenever some are settled.
    succeeded     integer     NOT NULL DEFAULT 0,
    partial       integer     NOT NULL DEFAULT 0,
    skipped       integer     NOT NULL DEFAULT 0,
    failed        integer     NOT NULL DEFAULT 0,
    bytes_scanned bigint      NOT NULL DEFAULT 0,
    reasons       jsonb       NOT NULL DEFAULT '{}',  -- {reason: objects}
    detectors     jsonb       NOT NULL DEFAULT '{}',  -- {detector: occurrences}
    severities    jsonb       NOT NULL DEFAULT '{}',  -- {severity: occurrences}
    PRIMARY KEY (job_id, chunk_no),
    CHECK ((state = 'processing') = (lease_until IS NOT NULL)),
    CHECK (succeeded + partial + skipped + failed <= object_count),
    CHECK (forgiven <= attempt)
) WITH (fillfactor = 80);
CREATE INDEX job_chunks_unfinished ON job_chunks (job_id, chunk_no) WHERE state <> 'done';
CREATE INDEX job_chunks_leases ON job_chunks (lease_until) WHERE state = 'processing';
CREATE INDEX job_chunks_waiting ON job_chunks (enqueued_at NULLS FIRST) WHERE state = 'queued';

-- The ledger: one row for every object that was listed, whatever became of it.
-- A row without an outcome is queued or processing, as its chunk is.
CREATE TABLE job_objects (
    job_id        uuid        NOT NULL,
    chunk_no      integer     NOT NULL,
    ordinal       integer     NOT NULL,
    key           text        NOT NULL COLLATE "C",   -- U+0000 escaped, see bucketsieve.store.keys
    version       text        NOT NULL DEFAULT '' COLLATE "C",
    size          bigint      NOT NULL,
    etag          text        NOT NULL,
    storage_class text        NOT NULL,
    last_modified timestamptz NOT NULL,
    attempts      smallint    NOT NULL DEFAULT 0,     -- tries of this object alone
    outcome       text,
    reason        text,
    detail        text,
    bytes_scanned bigint      NOT NULL DEFAULT 0,
    detectors     jsonb       NOT NULL DEFAULT '{}',  -- {detector: occurrences}, exact beyond the cap of findings
    severities    jsonb       NOT NULL DEFAULT '{}',  -- {severity: occurrences}
    settled_at    timestamptz,
    PRIMARY KEY (job_id, chunk_no, ordinal),
    UNIQUE (job_id, key, version),
    FOREIGN KEY (job_id, chunk_no) REFERENCES job_chunks ON DELETE CASCADE,
    CONSTRAINT outcome_has_its_reason CHECK (
        CASE outcome
            WHEN 'succeeded' THEN reason IS NULL
            WHEN 'skipped' THEN reason IN (
                'EMPTY_OBJECT', 'EXCLUDED_BY_FILTER', 'UNCHANGED_SINCE_LAST_SCAN', 'NOT_SAMPLED',
                'UNSUPPORTED_FILE_TYPE', 'FILE_EXCEEDS_SIZE_LIMIT', 'INVALID_OBJECT_STATE', 'PERMISSION_DENIED',
                'INVALID_ENCRYPTION', 'INVALID_KMS_KEY', 'SOURCE_OBJECT_NO_LONGER_AVAILABLE',
                'OBJECT_VERSION_MISMATCH', 'CANCELLED', 'MALFORMED_FILE', 'UNABLE_TO_PARSE_FILE', 'ENCRYPTED_FILE')
            WHEN 'partial' THEN reason IN (
                'MALFORMED_FILE', 'UNABLE_TO_PARSE_FILE', 'ENCRYPTED_FILE',
                'ARCHIVE_CONTAINS_UNPROCESSED_FILES', 'ARCHIVE_NESTING_LEVEL_OVER_LIMIT',
                'ARCHIVE_TOTAL_BYTES_EXTRACTED_OVER_LIMIT', 'ARCHIVE_TOTAL_DOCUMENTS_PROCESSED_OVER_LIMIT',
                'ARCHIVE_EXCEEDS_SIZE_LIMIT', 'COMPRESSION_RATIO_OVER_LIMIT', 'JSON_NESTING_LEVEL_OVER_LIMIT',
                'TIME_CUT_OFF_REACHED', 'MEMORY_LIMIT_REACHED', 'FINDINGS_OVER_LIMIT')
            WHEN 'failed' THEN reason IN ('PARSER_CRASHED', 'POISON', 'SOURCE_UNAVAILABLE')
            ELSE outcome IS NULL AND reason IS NULL
        END IS TRUE)
) WITH (fillfactor = 80);
CREATE INDEX job_objects_not_clean ON job_objects (job_id, outcome, reason, chunk_no, ordinal)
    WHERE outcome IN ('partial', 'skipped', 'failed');

-- One value of one detector in one object. The value itself is never stored: only a mask and a keyed fingerprint.
CREATE TABLE findings (
    job_id            uuid     NOT NULL,
    chunk_no          integer  NOT NULL,
    ordinal           integer  NOT NULL,
    detector          text     NOT NULL COLLATE "C",
    fingerprint       text     NOT NULL COLLATE "C",
    severity          text     NOT NULL CHECK (severity IN ('low', 'medium', 'high', 'critical')),
    confidence        text     NOT NULL CHECK (confidence IN ('validated', 'structured', 'contextual', 'weak')),
    confidence_reason text     NOT NULL,
    masked            text     NOT NULL,
    context           text     NOT NULL,
    occurrences       bigint   NOT NULL CHECK (occurrences > 0),
    locations         jsonb    NOT NULL,  -- [{start, end, line, column}], the first 20
    found_at          timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (job_id, chunk_no, ordinal, detector, fingerprint),
    FOREIGN KEY (job_id, chunk_no, ordinal) REFERENCES job_objects ON DELETE CASCADE
);
