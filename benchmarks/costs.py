"""What a request costs of the processors: `python -m benchmarks.costs [--peers FOLDER]`.

Starts `ari serve`, and Oxigraph's server where it is installed, each alone with the small corpus,
and puts the loads of `ari bench` to it. Prints a Markdown table: for each load and kind of process,
the microseconds of processor time, user and system, that one answer took. Rates depend on what else
the machine does; these hardly do.
"""

import argparse
import contextlib
import os
from collections import Counter
from collections.abc import Collection, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from met_ari.bench import corpus, load, peers, trial
from met_ari.bench.ours import Ours
from met_ari.bench.results import Rate
from met_ari.bench.servers import Running, running
from met_ari.build.folder import DATASET
from met_ari.build.sources import Sources
from met_ari.commands.current import current_build
from met_ari.config import Settings

LOADS = ("cached", "cached-cheap", "uncached")
_TICK = 1e6 / os.sysconf("SC_CLK_TCK")


def spent(root: int) -> Counter[str]:
    """Microseconds that a process and what it started have taken, by kind of process."""
    found: Counter[str] = Counter()
    stats = dict(_stats())
    for pid, numbers in stats.items():
        above = list(_above(pid, stats))
        if root in above:
            # utime and stime (proc_pid_stat(5)), of which the first field here is the state.
            ticks = int(numbers[11]) + int(numbers[12])
            found[_kind(above[: above.index(root)])] += round(ticks * _TICK)
    return found


def _stats() -> Iterator[tuple[int, list[str]]]:
    for place in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            numbers = (place / "stat").read_text().rpartition(")")[2].split()
            yield int(place.name), numbers


def _above(pid: int, stats: dict[int, list[str]]) -> Iterator[int]:
    """The process and those above it."""
    while pid in stats:
        yield pid
        pid = int(stats[pid][1])


def _kind(line: list[int]) -> str:
    """What a process is.

    Args:
        line: the process, and those between it and the root.
    """
    if not line:
        return "main"
    if b"engine.nursery" in Path(f"/proc/{line[-1]}/cmdline").read_bytes():
        return "nursery" if len(line) == 1 else "workers"
    return "web"


def main() -> None:
    """Run, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.costs")
    parser.add_argument("--peers", type=Path, default=Path("var/peers"))
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", choices=load.LOADS, action="append")
    asked = parser.parse_args()
    real = current_build(Settings(), Sources.of_package(), quiet=False) / DATASET
    others = [peer for peer in peers.find(asked.peers)[0] if isinstance(peer, peers.Oxigraph)]
    print("| load | server | µs | of these |\n|---|---|---|---|", flush=True)
    with TemporaryDirectory() as folder:
        small = corpus.write("small", real, Path(folder) / "dataset.nq")
        for server in (Ours(), *others):
            with running(server, small, Path(folder) / server.name) as started:
                for row in _rows(started, asked.only or LOADS, asked.seconds, asked.rounds):
                    print(row, flush=True)


def _rows(started: Running, names: Collection[str], seconds: float, rounds: int) -> Iterator[str]:
    wanted = [
        one for one in trial.loads(trial.named(started)[: trial.CHEAP], ()) if one.name in names
    ]
    for number, one in enumerate(wanted * rounds):
        trial.warm(started, one)
        load.run(one, started, 1, 2 * number)
        before = spent(started.pid)
        rate = load.run(one, started, seconds, 2 * number + 1)
        yield _row(rate, spent(started.pid) - before, rate.per_second * seconds)


def _row(rate: Rate, took: Counter[str], answers: float) -> str:
    each = ", ".join(f"{kind} {time / answers:.0f}" for kind, time in sorted(took.items()))
    return f"| {rate.load} | {rate.server} | {took.total() / answers:.0f} | {each} |"


if __name__ == "__main__":
    main()
