"""The command line: scans files and buckets without a deployment, and shows the detectors."""

import gc

# Nothing of what is loaded is garbage.
_collects = gc.isenabled()
gc.disable()
try:
    from bucketsieve.cli.main import main
finally:
    gc.freeze()
    if _collects:
        gc.enable()

__all__ = ["main"]
