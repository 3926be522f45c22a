"""Hours of mixed load: `python -m benchmarks.soak --seconds 3600 [--rate 40]`.

Starts `ari serve` with a token on loopback, in a home of its own, and sends it a mix of requests at
a bounded rate: cached and new questions, stored queries, pages, large answers, updates, graphs put
and deleted, refused requests, questions without an end, clients that leave. Memory, descriptors and
processes of the whole service are looked at again and again, and compared at two moments of rest:
after the warm-up, which is a fifth of the time, and at the end. Ends by itself and prints Markdown
tables; the exit code is 0 if every figure is as it should be:

- every answer has the status that is due;
- no lasting process died, and there are no more workers than the settings allow;
- the lasting processes (server, nursery, web processes) have grown by no more than kept answers
  may take, `ARI_CACHE_MB`; nor has the whole service under load, its workers included;
- no lasting process has more than a few descriptors more than before.
"""

import argparse
import os
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from benchmarks.mixed import MIX, Load
from tests import hostile
from tests.exchange import Site
from tests.hostile import Service

TOKEN = "soak"  # noqa: S105 - of a service that ends with the run
CLIENTS = 8
CACHE_MB = 16
"""So little that the warm-up fills it."""
WORKERS, PROCESSES = 8, 2
SPARE_FILES = 12
"""What logs, timers and connections to workers may differ by at two moments."""
REST_SECONDS = 8.0
"""Longer than a question may take, so that whatever a client left behind has ended."""
QUERY_SECONDS = 5
WARM_UP = 0.2


@dataclass(frozen=True)
class State:
    """The service at one moment.

    Args:
        resident: MiB of each lasting process.
        files: descriptors of each lasting process.
        workers: how many there are.
        whole: MiB of all processes, what they share counted once (PSS).
    """

    resident: dict[int, float]
    files: dict[int, int]
    workers: int
    whole: float

    @classmethod
    def of(cls, service: Service) -> "State":
        """Now."""
        lasting = sorted([service.pid, *service.lasting])
        workers = service.workers
        return cls(
            {pid: hostile.resident_mb(pid) for pid in lasting},
            {pid: hostile.descriptors(pid) for pid in lasting},
            len(workers),
            sum(map(_share_mb, [*lasting, *workers])),
        )


def _share_mb(pid: int) -> float:
    """The proportional share of a process in memory, in MiB; 0 if it has just ended."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    return 0.0


@contextmanager
def watched(service: Service, every: float) -> Iterator[list[State]]:
    """The states of the service during the block."""
    seen: list[State] = []
    over = threading.Event()

    def watch() -> None:
        while not over.wait(every):
            seen.append(State.of(service))

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield seen
    finally:
        over.set()
        thread.join()


@dataclass(frozen=True)
class Run:
    """What was seen.

    Args:
        warm: at rest after the warm-up.
        seen: under load after it, in order.
        end: at rest at the end.
    """

    warm: State
    seen: list[State]
    end: State

    @property
    def faults(self) -> Iterator[str]:
        """What is not as it should be, in words."""
        if self.warm.resident.keys() != self.end.resident.keys():
            yield "a lasting process died"
        if self.end.workers > WORKERS + PROCESSES:
            yield f"{self.end.workers} workers are left"
        if self.growth > CACHE_MB:
            yield f"the lasting processes have grown by {self.growth:.1f} MiB"
        if self.growth_under_load > CACHE_MB:
            yield f"the service under load has grown by {self.growth_under_load:.1f} MiB"
        for pid, files in self.end.files.items():
            if files > self.warm.files.get(pid, files) + SPARE_FILES:
                yield f"process {pid} has {files} descriptors"

    @property
    def growth(self) -> float:
        """Of the lasting processes from rest to rest, in MiB."""
        return sum(self.end.resident.values()) - sum(self.warm.resident.values())

    @property
    def growth_under_load(self) -> float:
        """Of all processes from the first to the last fifth of what was seen, in MiB."""
        fifth = max(1, len(self.seen) // 5)
        first, last = self.seen[:fifth], self.seen[-fifth:]
        return _whole(last) - _whole(first)


def _whole(states: list[State]) -> float:
    return statistics.median(state.whole for state in states)


def measure(seconds: float, rate: float, seed: int) -> tuple[Load, Run]:
    """Run the load, with a rest after its warm-up and one at its end."""
    settings = {
        "ARI_TOKEN": TOKEN,
        "ARI_CACHE_MB": str(CACHE_MB),
        "ARI_QUERY_SECONDS": str(QUERY_SECONDS),
        "ARI_WORKERS": str(WORKERS),
        "ARI_PROCESSES": str(PROCESSES),
    }
    with (
        tempfile.TemporaryDirectory(prefix="ari-soak-") as home,
        hostile.serving("--home", home, **settings) as service,
    ):
        site = Site(service.address).with_token(TOKEN)
        listed = site.get("/queries", Accept="application/json").json["queries"]
        load = Load(site, [item["name"] for item in listed], rate, seed)
        load.run(CLIENTS, seconds * WARM_UP)
        time.sleep(REST_SECONDS)
        warm = State.of(service)
        with watched(service, max(0.5, seconds / 400)) as seen:
            load.run(CLIENTS, seconds * (1 - WARM_UP))
        time.sleep(REST_SECONDS)
        return load, Run(warm, seen, State.of(service))


def report(load: Load, run: Run, seconds: float, rate: float) -> None:
    """Print the tables."""
    print("| kind of request | answers | of them told to come again (429) |\n|---|---|---|")
    for kind in MIX:
        of_kind = {status: n for (name, status), n in load.met.answers.items() if name == kind}
        print(f"| {kind} | {sum(of_kind.values())} | {of_kind.get(429, 0)} |")
    highest = max((state.whole for state in run.seen), default=0.0)
    print("\n| what | after the warm-up | at the end |\n|---|---|---|")
    print(f"| lasting processes, MiB | {_each(run.warm.resident)} | {_each(run.end.resident)} |")
    print(f"| their descriptors | {_each(run.warm.files)} | {_each(run.end.files)} |")
    print(f"| workers at rest | {run.warm.workers} | {run.end.workers} |")
    print(f"| whole service at rest, MiB (PSS) | {run.warm.whole:.0f} | {run.end.whole:.0f} |")
    print("\n| what | figure |\n|---|---|")
    print(f"| growth of the lasting processes, MiB | {run.growth:.1f} |")
    print(f"| growth of the service under load, MiB (PSS) | {run.growth_under_load:.1f} |")
    print(f"| highest under load, MiB (PSS) | {highest:.0f} |")
    print(f"| bound of each growth, MiB | {CACHE_MB} |")
    print(f"| seconds, requests a second at most | {seconds:.0f}, {rate:g} |")
    print(f"| processors, load of the machine | {os.cpu_count()}, {os.getloadavg()[0]:.1f} |")


def _each(values: dict[int, float] | dict[int, int]) -> str:
    """In the order in which the processes were started: server, nursery, web processes."""
    return ", ".join(f"{value:.0f}" for _, value in sorted(values.items()))


def main() -> None:
    """Read the options, run, and end with 0 if every figure is as it should be."""
    parser = argparse.ArgumentParser(prog="benchmarks.soak")
    parser.add_argument("--seconds", type=float, default=3600.0)
    parser.add_argument("--rate", type=float, default=40.0, help="requests a second, at most")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    load, run = measure(options.seconds, options.rate, options.seed)
    report(load, run, options.seconds, options.rate)
    faults = [f"{times} x {fault}" for fault, times in load.met.faults.most_common()]
    faults += run.faults
    for fault in faults:
        print(f"\n{fault}")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
