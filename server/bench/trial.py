"""One trial: every server with one corpus, checked and timed side by side."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from ..errors import EnvironmentFault
from . import load
from .answers import read
from .checking import Checker
from .client import Client
from .corpus import Corpus
from .ours import Ours
from .questions import PLACE, Question, cheap, of_library, things
from .results import Difference, Front, Ready, Run, percentile
from .servers import Running, Server, running
from .timing import time_group

CHEAP = 50
"""Different things that cheap questions ask about."""
FRONTED = 200
"""Questions by which the cost of our service before another is told."""

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Plan:
    """What to measure.

    Args:
        seconds: for each load, and for each group of questions, on each server.
        parts: groups of questions and loads, by name.
    """

    seconds: float
    parts: tuple[str, ...]


class Trial:
    """Servers with one corpus.

    Attributes:
        run: what was measured; fills up.
    """

    def __init__(self, corpus: Corpus, place: Path, plan: Plan, tell: Tell) -> None:
        self.run = Run(corpus.name, corpus.quads, corpus.path.stat().st_size / 1e6)
        self._corpus, self._place, self._plan = corpus, place, plan
        self._tell = tell
        self._numbers = count(1)

    def measure(self, ours: Ours, peers: Sequence[Server], *, front: bool) -> None:
        """Start all, compare all, then time what was right; a round on each server in turn.

        Args:
            front: measure our service before each peer, too.

        Raises:
            EnvironmentFault: our own service does not start.
        """
        with ExitStack() as stack:
            servers = [self._start(ours, stack)]
            servers += [started for peer in peers if (started := self._try(peer, stack))]
            things_ = named(servers[0])
            checker = Checker(self._numbers, self._differs)
            right = {}
            for server in servers:
                self._say(f"every question to {server.server.name}")
                right[server.server.name] = checker.right(server, self._checked(things_))
            self._time_groups(servers, right, checker)
            self._time_loads(servers, right, things_)
            if front and "front" in self._plan.parts:
                for engine in servers[1:]:
                    self._front(engine, things_[0])

    def _running(self, server: Server, folder: str) -> AbstractContextManager[Running]:
        return running(server, self._corpus, self._place / folder)

    def _say(self, text: str) -> None:
        self._tell(f"{self._corpus.name}: {text}")

    def _start(self, server: Server, stack: ExitStack) -> Running:
        self._say(f"starting {server.name}")
        started = stack.enter_context(self._running(server, server.name))
        seconds = started.ready_seconds
        self.run.servers.append(Ready(server.name, server.version(), server.kind, seconds))
        return started

    def _try(self, peer: Server, stack: ExitStack) -> Running | None:
        if self._corpus.name not in peer.corpora:
            self._say(f"{peer.name} is left out: it takes too long on a corpus of this size")
            return None
        try:
            return self._start(peer, stack)
        except EnvironmentFault as fault:
            self._say(f"{peer.name} is left out: {fault.detail}")
            return None

    def _asked(self) -> list[Question]:
        """The stored queries of the groups that are wanted."""
        return [question for question in of_library() if question.group in self._plan.parts]

    def _checked(self, names: Sequence[str]) -> list[Question]:
        """What is wanted, and what the loads ask."""
        wanted = self._asked()
        loads = set(load.LOADS) & set(self._plan.parts)
        if loads & {"cached", "mixed"} and "lookup" not in self._plan.parts:
            wanted += [question for question in of_library() if question.group == "lookup"]
        return wanted + [cheap(name) for name in names[:CHEAP] if loads]

    def _differs(self, difference: Difference) -> None:
        self._say(f"{difference.server}: {difference.question}: {difference.verdict}")
        self.run.differences.append(difference)

    def _time_groups(
        self, servers: Sequence[Running], right: dict[str, set[str]], checker: Checker
    ) -> None:
        wanted = self._asked()
        for group in dict.fromkeys(question.group for question in wanted):
            for server in servers:
                name = server.server.name
                asked = [q for q in wanted if q.group == group and q.name in right[name]]
                if asked:
                    self._say(f"{group}: {name}")
                    self._time_group(server, asked, checker)

    def _time_group(self, server: Running, asked: Sequence[Question], checker: Checker) -> None:
        name = server.server.name
        first = {question.name: checker.seconds[name, question.name] for question in asked}
        group, refused = time_group(server, asked, self._plan.seconds, self._numbers, first)
        if group:
            self.run.groups.append(group)
        for question in sorted(refused):
            self._differs(Difference(name, question, "no answer while it was timed"))

    def _time_loads(
        self, servers: Sequence[Running], right: dict[str, set[str]], names: Sequence[str]
    ) -> None:
        needed = {cheap(name).name for name in names[:CHEAP]}
        able = [server for server in servers if needed <= right[server.server.name]]
        everywhere = set.intersection(*right.values())
        stored = [q.text for q in of_library() if q.group == "lookup" and q.name in everywhere]
        wanted_loads = loads(names[:CHEAP], stored)
        for number, wanted in enumerate(wanted_loads):
            if wanted.name not in self._plan.parts:
                continue
            for place, server in enumerate(able):
                self._bear(server, wanted, number * len(able) + place)

    def _bear(self, server: Running, wanted: load.Load, number: int) -> None:
        name = server.server.name
        self._say(f"{wanted.name} load: {name}")
        warm(server, wanted)
        try:
            self.run.rates.append(load.run(wanted, server, self._plan.seconds, number))
        except EnvironmentFault as fault:
            self._say(fault.detail)
        if not server.alive():
            self._differs(Difference(name, f"{wanted.name} load", "it died"))
            server.restart()

    def _front(self, engine: Running, thing: str) -> None:
        """What our service adds before a server, with the server as its engine."""
        name = engine.server.name
        self._say(f"met-ari before {name}")
        try:
            with self._running(Ours("--engine", engine.url), "front") as before:
                self.run.fronts.append(_alternate(engine, before, thing))
        except EnvironmentFault as fault:
            self._say(f"not measured: {fault.detail}")


def named(ours: Running) -> list[str]:
    """The things whose names the cheap questions ask for.

    Raises:
        EnvironmentFault: the server does not tell.
    """
    question = things()
    with Client(ours.url) as client:
        answer = read(client.ask(question.text), question)
    if answer is None or not answer.rows:
        raise EnvironmentFault(f"{ours.server.name} does not answer a plain question.")
    return [row[0][1] for row in answer.rows]


def loads(names: Sequence[str], stored: Sequence[str]) -> tuple[load.Load, ...]:
    """As `load.LOADS` says; without stored queries that all answer alike, cheap ones."""
    repeated = tuple(cheap(name, str(place)).text for place, name in enumerate(names, start=1))
    fresh = tuple(cheap(name, PLACE).text for name in names)
    return (
        load.Load("cached", tuple(stored) or repeated, fresh, 0),
        load.Load("cached-cheap", repeated, fresh, 0),
        load.Load("uncached", repeated, fresh, 10),
        load.Load("mixed", tuple(stored) or repeated, fresh, 2),
    )


def warm(server: Running, wanted: load.Load) -> None:
    """Ask what a load repeats, once."""
    with Client(server.url) as client:
        for question in wanted.repeated:
            client.ask(question)


def _alternate(engine: Running, front: Running, thing: str) -> Front:
    """Medians of the same new questions, asked of both in turn."""
    times: tuple[list[float], list[float]] = ([], [])
    with Client(engine.url) as one, Client(front.url) as other:
        for number in range(FRONTED):
            for client, found in zip((one, other), times, strict=True):
                reply = client.ask(cheap(thing, str(1_000_000 + number)).text)
                found.append(reply.seconds * 1000 if reply.status == 200 else float("inf"))
    direct, through = (percentile(found, 50) for found in times)
    return Front(engine.server.name, direct, through)
