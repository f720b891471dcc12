"""``make demo``: a generated bucket of known content, scanned by the real pipeline and held against its manifest."""
