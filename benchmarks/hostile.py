"""A calm client beside a hostile one: `python -m benchmarks.hostile [--seconds 3600]`.

Starts `ari serve` with its default limits on loopback, in a home of its own. For so many seconds,
every hostile request of `tests/hostile.py` is sent over and over, in an order made of a seed, by
eight senders at one address, while connections that never get on are held open, some with a large
answer that is not read. All the while, a
process at another address asks a cheap question every 20 ms, each time on a new connection and
with a text of its own, so that no answer is kept. Ends by itself and prints a Markdown table.
"""

import argparse
import os
import random
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field

from tests import hostile
from tests.hostile import Attack, Calm, Outcome, Service

PAUSE = 0.02
AT_ONCE = 8
STALLED_OF_EACH = 25
UNREAD, UNREAD_ROWS = 4, 100_000
LIMIT_SECONDS = 0.25
"""What 99 of 100 calm answers are to take at most."""
GROWTH_MB = 64
"""What a process may grow by: `ARI_CACHE_MB`, by default."""
SPARE_FILES = 27
"""Descriptors that a process may have more than before: 3 for each of the 5 connections that a web
process keeps to workers, and 12 for threads and logs; far fewer than the connections held open."""
MOST_WORKERS = 10
"""`ARI_WORKERS`, by default, and one for the readiness of each web process."""


@dataclass
class Tally:
    """What the hostile requests met."""

    statuses: Counter[int] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    refused: int = 0

    def note(self, outcome: Outcome) -> None:
        """Count one."""
        self.statuses[outcome.status] += 1
        self.refused += outcome.refused
        if outcome.fault:
            self.faults[f"{outcome.attack.kind}, {outcome.attack.name}: {outcome.fault}"] += 1


@dataclass(frozen=True)
class State:
    """What the lasting processes hold, by process."""

    memory: dict[int, float]
    files: dict[int, int]
    workers: int

    @classmethod
    def of(cls, service: Service) -> "State":
        """Now."""
        pids = service.lasting
        return cls(
            {pid: hostile.resident_mb(pid) for pid in pids},
            {pid: hostile.descriptors(pid) for pid in pids},
            len(service.workers),
        )

    def faults_since(self, before: "State") -> Iterator[str]:
        """What has become of the processes that should not have, in words."""
        for pid, files in before.files.items():
            if pid not in self.files:
                yield "a process died"
            elif self.files[pid] > files + SPARE_FILES:
                yield f"a process has {self.files[pid]} descriptors, and had {files}"
            elif (grown := self.memory[pid] - before.memory[pid]) > GROWTH_MB:
                yield f"a process has grown by {grown:.0f} MiB"
        if self.workers > MOST_WORKERS:
            yield f"{self.workers} workers are left"


def shuffled(attacks: list[Attack], until: float, seed: int) -> Iterator[Attack]:
    """Every attack, and again in another order, until the time comes."""
    order = random.Random(seed)  # noqa: S311 - an order to repeat, not a secret
    while True:
        for attack in order.sample(attacks, len(attacks)):
            if time.monotonic() > until:
                return
            yield attack


def attack_all(service: Service, seconds: float, seed: int, tally: Tally) -> bool:
    """Send attacks for so long; whether one made the service call out."""
    with ExitStack() as opened:
        until = time.monotonic() + seconds
        trap, visited = opened.enter_context(hostile.trap())
        opened.enter_context(hostile.unread(service.address, UNREAD, UNREAD_ROWS))
        opened.enter_context(hostile.stalled(service.address, STALLED_OF_EACH))
        senders = [
            shuffled(_share(hostile.attacks(trap), number), until, seed + number)
            for number in range(AT_ONCE)
        ]

        def send(attacks: Iterator[Attack]) -> list[Outcome]:
            return [hostile.strike(attack, service.address) for attack in attacks]

        for outcomes in opened.enter_context(ThreadPoolExecutor(AT_ONCE)).map(send, senders):
            for outcome in outcomes:
                tally.note(outcome)
        return visited()


def _share(attacks: list[Attack], sender: int) -> list[Attack]:
    """What a sender sends: every other one only what is refused at once, and so more of it."""
    return [attack for attack in attacks if sender % 2 or attack.kind in hostile.CHEAP_KINDS]


def measure(seconds: float, seed: int) -> bool:
    """Run, print, and tell whether all went well."""
    tally = Tally()
    with (
        tempfile.TemporaryDirectory(prefix="ari-hostile-") as home,
        hostile.serving("--home", home, ARI_TOKEN=hostile.TOKEN) as service,
    ):
        warm = hostile.ask_calmly(service.address, 5, PAUSE, lambda: False)
        load = os.getloadavg()[0]
        before = State.of(service)
        with hostile.calm_client(service.address, 2 * seconds + 120, PAUSE) as calm:
            visited = attack_all(service, seconds, seed, tally)
        hostile.eventually(lambda: len(service.workers) <= MOST_WORKERS)
        after = State.of(service)
    faults = list(after.faults_since(before))
    report(warm, calm, tally, before, after)
    print(f"| calls to elsewhere | {int(visited)} |")
    print(f"| load of the machine before and after | {load:.1f}, {os.getloadavg()[0]:.1f} |")
    print(f"| processors | {os.cpu_count()} |")
    for fault, times in tally.faults.most_common():
        print(f"\n{times} x {fault}")
    for fault in faults:
        print(f"\n{fault}")
    well = not (calm.wrongs or faults or visited or tally.faults)
    return well and calm.percentile(0.99) < LIMIT_SECONDS


def report(warm: Calm, calm: Calm, tally: Tally, before: State, after: State) -> None:
    """Print the table but for its last lines."""
    statuses = ", ".join(f"{count} x {status}" for status, count in sorted(tally.statuses.items()))
    print("| what | figure |\n|---|---|")
    for name, met in (("alone", warm), ("under attack", calm)):
        print(f"| calm answers, {name} | {len(met.seconds)}, wrong: {met.wrongs} |")
        for label, value in (
            ("p50", statistics.median(met.seconds)),
            ("p99", met.percentile(0.99)),
            ("longest", max(met.seconds)),
        ):
            print(f"| {label}, {name} | {value * 1000:.1f} ms |")
    print(f"| hostile requests that were judged | {tally.statuses.total()} |")
    print(f"| their statuses (0: no answer was due) | {statuses} |")
    print(f"| told to come again besides (429) | {tally.refused} |")
    print(f"| not defended | {tally.faults.total()} |")
    print(f"| memory before, MiB | {_numbers(before.memory)} |")
    print(f"| memory after, MiB | {_numbers(after.memory)} |")
    print(f"| descriptors before | {_numbers(before.files)} |")
    print(f"| descriptors after | {_numbers(after.files)} |")
    print(f"| workers before and after | {before.workers}, {after.workers} |")
    died = len(before.memory.keys() - after.memory.keys())
    print(f"| processes that died | {died} |")


def _numbers(values: dict[int, float] | dict[int, int]) -> str:
    """Of each process, in the order in which they were started."""
    return ", ".join(f"{value:.0f}" for _, value in sorted(values.items()))


def main() -> None:
    """Read the options, run, and end with 0 if every figure is as it should be."""
    parser = argparse.ArgumentParser(prog="benchmarks.hostile")
    parser.add_argument("--seconds", type=float, default=60.0, help="3600 for an hour")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    sys.exit(0 if measure(min(options.seconds, 3600.0), options.seed) else 1)


if __name__ == "__main__":
    main()
