-- What each component may do, and nothing else: by column where a row holds more than the state of our own work.
-- A component logs in as a role of its own, which functions/migrate makes with the password of a secret and which is a
-- member of one of these. Roles belong to the server, not to the database.
DO $$
DECLARE
    component text;
BEGIN
    FOREACH component IN ARRAY
        ARRAY['bucketsieve_api', 'bucketsieve_lister', 'bucketsieve_scanner', 'bucketsieve_upkeep']
    LOOP
        BEGIN
            IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = component) THEN
                EXECUTE format('CREATE ROLE %I NOLOGIN', component);
            END IF;
        EXCEPTION WHEN duplicate_object OR unique_violation THEN
            NULL;  -- another database of this server is being migrated at the same time
        END;
    END LOOP;
END $$;

-- A server that was upgraded from before PostgreSQL 15 lets everyone make tables, which could be taken for ours.
REVOKE CREATE ON SCHEMA public FROM PUBLIC;

-- Only its owner may refresh a view before PostgreSQL 17.
CREATE FUNCTION refresh_job_progress() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    REFRESH MATERIALIZED VIEW CONCURRENTLY public.job_progress;
END $$;
REVOKE EXECUTE ON FUNCTION refresh_job_progress() FROM PUBLIC;

-- A retry forgets the findings of an object that was examined in part. Nobody deletes any other finding.
CREATE FUNCTION forget_partial_findings(of_job uuid, of_chunk integer, chosen_by text, chosen text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
    DELETE FROM public.findings
    USING public.job_objects object
    WHERE findings.job_id = of_job
      AND findings.chunk_no = of_chunk
      AND object.job_id = findings.job_id
      AND object.chunk_no = findings.chunk_no
      AND object.ordinal = findings.ordinal
      AND object.outcome = 'partial'
      AND CASE chosen_by WHEN 'reason' THEN object.reason = chosen
                         WHEN 'key' THEN object.key = chosen
                         ELSE false END
$$;
REVOKE EXECUTE ON FUNCTION forget_partial_findings(uuid, integer, text, text) FROM PUBLIC;

-- functions/api records jobs, stops, resumes and retries them, and reads everything. It writes no finding.
GRANT SELECT ON jobs, job_chunks, job_objects, findings, job_live_totals, job_progress TO bucketsieve_api;
GRANT INSERT (id, bucket, prefix, options, idempotency_key, request_digest, fair_share_group, trace_header,
              ruleset_version),
      UPDATE (status, execution_arn, continuation, progressed_at, ended_at, totals)
   ON jobs TO bucketsieve_api;
GRANT UPDATE ON job_chunks TO bucketsieve_api;
GRANT UPDATE (attempts, outcome, reason, detail, bytes_scanned, detectors, severities, settled_at)
   ON job_objects TO bucketsieve_api;
GRANT EXECUTE ON FUNCTION forget_partial_findings(uuid, integer, text, text) TO bucketsieve_api;

-- functions/list_batch adds chunks and objects and moves the position. It reads no object, no finding.
GRANT SELECT ON jobs, job_live_totals TO bucketsieve_lister;
GRANT UPDATE (status, execution_arn, continuation, last_key, continuation_token, listed_objects, listed_bytes,
              next_chunk_no, listing_done, progressed_at, ended_at, failure_reason, failure_detail, totals)
   ON jobs TO bucketsieve_lister;
GRANT SELECT (job_id, chunk_no, state, enqueued_at),
      INSERT (job_id, chunk_no, state, object_count, byte_count, skipped, reasons),
      UPDATE (enqueued_at)
   ON job_chunks TO bucketsieve_lister;
GRANT INSERT (job_id, chunk_no, ordinal, key, size, etag, storage_class, last_modified,
              outcome, reason, detail, settled_at)
   ON job_objects TO bucketsieve_lister;

-- The scanner claims chunks and settles their objects. What was found, by itself or by others, it cannot read.
GRANT SELECT (id, bucket, status, trace_header, ended_at, totals), UPDATE (status, ended_at, totals)
   ON jobs TO bucketsieve_scanner;
GRANT SELECT ON job_live_totals TO bucketsieve_scanner;
GRANT SELECT, UPDATE ON job_chunks TO bucketsieve_scanner;
GRANT SELECT (job_id, chunk_no, ordinal, key, size, etag, attempts,
              outcome, reason, bytes_scanned, detectors, severities),
      UPDATE (attempts, outcome, reason, detail, bytes_scanned, detectors, severities, settled_at)
   ON job_objects TO bucketsieve_scanner;
GRANT INSERT (job_id, chunk_no, ordinal, detector, fingerprint, severity, confidence, confidence_reason,
              masked, context, occurrences, locations)
   ON findings TO bucketsieve_scanner;

-- functions/refresh and functions/dead_letter pick up what was dropped and end what was given up. They see no finding.
GRANT SELECT ON jobs, job_live_totals, job_progress TO bucketsieve_upkeep;
GRANT UPDATE (status, execution_arn, continuation, ended_at, failure_reason, failure_detail, totals)
   ON jobs TO bucketsieve_upkeep;
GRANT SELECT, UPDATE ON job_chunks TO bucketsieve_upkeep;
GRANT SELECT (job_id, chunk_no, outcome, reason, bytes_scanned, detectors, severities),
      UPDATE (outcome, reason, detail, settled_at)
   ON job_objects TO bucketsieve_upkeep;
GRANT EXECUTE ON FUNCTION refresh_job_progress() TO bucketsieve_upkeep;
