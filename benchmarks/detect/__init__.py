"""Speed and quality of the detection engine, on a corpus of its own making."""
