"""Whether the machine has the memory that workers may take together."""

import contextlib
import re
from pathlib import Path

from ..config import Settings

_SYSTEM = Path("/proc/meminfo")
_GROUP = Path("/sys/fs/cgroup")
"""Of a container: the group of its first process."""


def warning(settings: Settings, system: Path = _SYSTEM, group: Path = _GROUP) -> str | None:
    """What to tell the operator if all workers at their limit do not fit; else None.

    Args:
        system: as /proc/meminfo.
        group: folder of a cgroup (version 2), whose limit holds too; it may lack one.
    """
    most, free = settings.workers * settings.query_memory_mb, _available_mb(system, group)
    if free is None or most <= free:
        return None
    product = f"{settings.workers} * {settings.query_memory_mb} = {most} MiB"
    return (
        f"ARI_WORKERS times ARI_QUERY_MEMORY_MB is {product}, and {free} MiB are available: many "
        "large queries at once may make the kernel end processes. Lower one of the two."
    )


def _available_mb(system: Path, group: Path) -> int | None:
    """MiB that may still be used; None where nobody says."""
    known = []
    with contextlib.suppress(OSError):
        found = re.search(r"^MemAvailable:\s*(\d+) kB", system.read_text("ascii"), re.MULTILINE)
        known += [int(found[1]) // 1024] if found else []
    with contextlib.suppress(OSError, ValueError):
        # The limit of a group without one is `max`, which is no number.
        used, limit = (int((group / f"memory.{name}").read_text()) for name in ("current", "max"))
        known.append(max(0, limit - used) >> 20)
    return min(known, default=None)
