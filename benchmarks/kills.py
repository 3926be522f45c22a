"""Kills under write load: `python -m benchmarks.kills [--kills 200]`.

Starts `ari serve` with a token on loopback, in a home of its own, and lets four clients write to it
over HTTP without a pause. All the while, processes are ended by signal 9 in turns, at moments made
of a seed: the server with all that it started, a web process, a worker, the nursery, the writer at
work. After each, the time counts until `/readyz` answers, all processes are there, and the writes
last acknowledged are. At the end, every write is looked up after one more kill and start. Ends by
itself and prints a Markdown table; the exit code is 0 if every figure is as it should be.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

from tests.killing import KINDS, Findings, Writes, kill_all

RESTART_SECONDS = 2.0
"""What each restart is to take at most."""


def report(writes: Writes, found: Findings, seconds: float) -> None:
    """Print the table."""
    print("| ended by signal 9 | times | median until all is right again, s | longest, s |")
    print("|---|---|---|---|")
    for kind in KINDS:
        times = found.seconds[kind]
        median = f"{statistics.median(times):.2f}" if times else "-"
        longest = f"{max(times):.2f}" if times else "-"
        print(f"| {kind} | {len(times)} | {median} | {longest} |")
    statuses = ", ".join(
        f"{count} x {status or 'no answer'}" for status, count in sorted(writes.statuses.items())
    )
    print("\n| what | figure |\n|---|---|")
    print(f"| writes tried, also while nobody listened | {len(writes.tried)} |")
    print(f"| acknowledged | {len(writes.acknowledged)} |")
    print(f"| their statuses | {statuses} |")
    print(f"| kills for which no such process was at work | {found.missed} |")
    print(f"| acknowledged and lost, or half there | {len(found.faults)} |")
    print(f"| seconds in all | {seconds:.0f} |")
    print(f"| processors, load of the machine | {os.cpu_count()}, {os.getloadavg()[0]:.1f} |")
    for fault in found.faults:
        print(f"\n{fault}")


def main() -> None:
    """Read the options, run, and end with 0 if every figure is as it should be."""
    parser = argparse.ArgumentParser(prog="benchmarks.kills")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--restart-seconds", type=float, default=RESTART_SECONDS, help="more on a busy machine"
    )
    options = parser.parse_args()
    begin = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="ari-kills-") as home:
        writes, found = kill_all(Path(home), options.kills, options.seed)
    report(writes, found, time.monotonic() - begin)
    slow = [
        f"{kind}: {value:.2f} s"
        for kind, times in found.seconds.items()
        for value in times
        if value > options.restart_seconds
    ]
    print(f"\n{len(slow)} restarts took more than {options.restart_seconds:g} s" if slow else "")
    killed = sum(map(len, found.seconds.values()))
    well = not (found.faults or slow) and killed == options.kills and writes.acknowledged
    sys.exit(0 if well else 1)


if __name__ == "__main__":
    main()
