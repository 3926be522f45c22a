"""How long each stage of a build takes: `python -m benchmarks.build`.

Builds the real data several times, each in a new process and a new home, as `ari build` does, and
prints a Markdown table: the median and the longest time of each stage, in seconds.
"""

import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict

RUNS = 5


def stages() -> dict[str, float]:
    """Seconds of each stage of one `ari build`, and of the whole process."""
    with tempfile.TemporaryDirectory() as home:
        begin = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-m", "met_ari.cli", "build", "--home", home],
            capture_output=True,
            text=True,
            check=True,
        )
        whole = time.perf_counter() - begin
    found = re.findall(r"^  (\w+) +([0-9.]+) s$", done.stderr, re.MULTILINE)
    return {stage: float(seconds) for stage, seconds in found} | {"whole process": whole}


def main() -> None:
    """Run, and print the table."""
    runs: defaultdict[str, list[float]] = defaultdict(list)
    for _ in range(RUNS):
        for stage, seconds in stages().items():
            runs[stage].append(seconds)
    print("| stage | median s | longest s |\n|---|---|---|")
    for stage, times in runs.items():
        print(f"| {stage} | {statistics.median(times):.2f} | {max(times):.2f} |")


if __name__ == "__main__":
    main()
