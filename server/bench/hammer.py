"""What `hammer.lua` does with wrk, in Python: some thousand questions a second at most.

Run as `python -m met_ari.bench.hammer PLAN IN_TEN FIRST ENDPOINT SECONDS CONNECTIONS`, a process
of its own; prints one line of JSON.
"""

import json
import sys
import threading
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from .client import Client
from .questions import PLACE
from .results import percentile


def main() -> None:
    """Ask until the time is over."""
    plan, in_ten, first, endpoint, seconds, connections = sys.argv[1:]
    each = [
        _Thread(
            endpoint,
            paths(Path(plan), int(in_ten), int(first) + place * 1_000_000),
            time.monotonic() + float(seconds),
        )
        for place in range(int(connections))
    ]
    for thread in each:
        thread.start()
    for thread in each:
        thread.join()
    print(json.dumps(_figures(each, float(seconds))))


def paths(plan: Path, in_ten: int, first: int) -> Iterator[str]:
    """The paths to ask for, without end."""
    lines = plan.read_text(encoding="utf-8").splitlines()
    repeated, fresh = ([line[2:] for line in lines if line[0] == kind] for kind in "RF")
    again, anew = count(), count()
    for turn in count(1):
        if turn % 10 < in_ten:
            number = next(anew)
            yield fresh[number % len(fresh)].replace(PLACE, f"{first + number:09d}")
        else:
            yield repeated[next(again) % len(repeated)]


class _Thread(threading.Thread):
    """One connection."""

    def __init__(self, endpoint: str, wanted: Iterator[str], end: float) -> None:
        super().__init__(daemon=True)
        self.answered: list[float] = []
        self.refused = 0
        self._endpoint, self._wanted, self._end = endpoint, wanted, end

    def run(self) -> None:
        with Client(self._endpoint) as client:
            while time.monotonic() < self._end:
                reply = client.get(next(self._wanted))
                if reply.status == 200:
                    self.answered.append(reply.seconds * 1000)
                else:
                    self.refused += 1


def _figures(threads: list[_Thread], seconds: float) -> dict[str, float]:
    every = [value for thread in threads for value in thread.answered]
    return {
        "answers": len(every),
        "refused": sum(thread.refused for thread in threads),
        "seconds": seconds,
        "median_ms": percentile(every or [0.0], 50),
        "p99_ms": percentile(every or [0.0], 99),
    }


if __name__ == "__main__":
    main()
