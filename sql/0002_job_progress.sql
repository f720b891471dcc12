-- How far a job is: live from its chunks while it runs, from its frozen totals once it has ended.

CREATE VIEW job_live_totals AS
SELECT
    job.id AS job_id,
    jsonb_build_object(
        'objects', jsonb_build_object(
            'listed', job.listed_objects,
            'queued', chunk.queued,
            'processing', chunk.processing,
            'succeeded', chunk.succeeded,
            'partial', chunk.partial,
            'skipped', chunk.skipped,
            'failed', chunk.failed),
        'bytes', jsonb_build_object('listed', job.listed_bytes, 'scanned', chunk.bytes_scanned),
        'reasons', reason.counts,
        'detectors', detector.counts,
        'severities', severity.counts) AS totals
FROM jobs job
CROSS JOIN LATERAL (
    SELECT
        coalesce(sum(object_count - succeeded - partial - skipped - failed) FILTER (WHERE state = 'queued'), 0)
            AS queued,
        coalesce(sum(object_count - succeeded - partial - skipped - failed) FILTER (WHERE state = 'processing'), 0)
            AS processing,
        coalesce(sum(succeeded), 0) AS succeeded,
        coalesce(sum(partial), 0) AS partial,
        coalesce(sum(skipped), 0) AS skipped,
        coalesce(sum(failed), 0) AS failed,
        coalesce(sum(bytes_scanned), 0) AS bytes_scanned
    FROM job_chunks
    WHERE job_id = job.id
) chunk
CROSS JOIN LATERAL (
    SELECT coalesce(jsonb_object_agg(name, total), '{}') AS counts
    FROM (
        SELECT entry.key AS name, sum(entry.value::bigint) AS total
        FROM job_chunks, jsonb_each_text(reasons) entry
        WHERE job_id = job.id
        GROUP BY entry.key
    ) counted
) reason
CROSS JOIN LATERAL (
    SELECT coalesce(jsonb_object_agg(name, total), '{}') AS counts
    FROM (
        SELECT entry.key AS name, sum(entry.value::bigint) AS total
        FROM job_chunks, jsonb_each_text(detectors) entry
        WHERE job_id = job.id
        GROUP BY entry.key
    ) counted
) detector
CROSS JOIN LATERAL (
    SELECT coalesce(jsonb_object_agg(name, total), '{}') AS counts
    FROM (
        SELECT entry.key AS name, sum(entry.value::bigint) AS total
        FROM job_chunks, jsonb_each_text(severities) entry
        WHERE job_id = job.id
        GROUP BY entry.key
    ) counted
) severity;

-- Refreshed every minute. The rows of ended jobs never change, so a concurrent refresh writes those of running jobs only.
CREATE MATERIALIZED VIEW job_progress AS
SELECT id AS job_id, totals, ended_at AS as_of
FROM jobs
WHERE totals IS NOT NULL
UNION ALL
SELECT job.id AS job_id, live.totals, now() AS as_of
FROM jobs job
JOIN job_live_totals live ON live.job_id = job.id
WHERE job.totals IS NULL;

-- What REFRESH MATERIALIZED VIEW CONCURRENTLY needs.
CREATE UNIQUE INDEX job_progress_job_id ON job_progress (job_id);
