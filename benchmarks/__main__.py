"""All benchmarks, one after the other: ``python -m benchmarks``."""

from benchmarks import record
from benchmarks.detect import __main__ as detect

if __name__ == "__main__":
    record.main()
    detect.main()
