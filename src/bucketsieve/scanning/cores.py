"""How many cores this process may use."""

import math
import os
from pathlib import Path
from typing import Final

#: Of a container on Linux: microseconds of CPU time, or ``max``, in each period of so many microseconds (cgroup v2).
_QUOTA: Final = Path("/sys/fs/cgroup/cpu.max")


def usable_cores(quota: Path = _QUOTA) -> int:
    """Return the number of cores by affinity and by the container's quota, a part of one counted as one."""
    cores = os.process_cpu_count() or 1
    try:
        granted, period = quota.read_text().split()
        return min(cores, math.ceil(int(granted) / int(period)))
    except (OSError, ValueError):  # no such file, or ``max``
        return cores
