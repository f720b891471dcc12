-- What decides that an object of S3 cannot be read is how often its chunk was given back for that, by our own count: the
-- queue's count of deliveries also grows with workers that died and messages that came twice.

ALTER TABLE job_chunks
    ADD COLUMN troubles integer NOT NULL DEFAULT 0 CHECK (troubles >= 0);  -- since the last retry
