"""The machine that a run was made on."""

import os
import platform
import re
from pathlib import Path

from .load import by_wrk


def described() -> dict[str, str]:
    """What the figures depend on, by name."""
    return {
        "processor": _first(r"model name\s*: (.+)", "/proc/cpuinfo") or platform.processor(),
        "cores": str(len(os.sched_getaffinity(0))),
        "memory": f"{_memory_gib():.0f} GiB",
        "load before": f"{os.getloadavg()[0]:.2f}",
        "system": f"{platform.system()} {platform.release()}",
        "Python": platform.python_version(),
        "client of the loads": "wrk" if by_wrk() else "Python (slower than the fastest servers)",
    }


def _memory_gib() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30


def _first(pattern: str, file: str) -> str:
    try:
        found = re.search(pattern, Path(file).read_text(encoding="utf-8"))
    except OSError:
        return ""
    return found[1] if found else ""
