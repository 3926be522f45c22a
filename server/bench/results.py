"""What a run found, as plain records, and the arithmetic over them."""

import math
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Ready:
    """A server that took part.

    Args:
        ready_seconds: from the corpus as a file to the first answer, loading included.
    """

    name: str
    version: str
    kind: str
    ready_seconds: float


@dataclass(frozen=True)
class Difference:
    """A question that was not timed on a server, as its answer was not ours."""

    server: str
    question: str
    verdict: str


@dataclass(frozen=True)
class Group:
    """One group of questions on one server, asked in turn over one connection.

    Args:
        median_ms, p99_ms: of all answers of the group.
        per_second: answers a second.
        questions: median milliseconds of each question.
    """

    server: str
    group: str
    median_ms: float
    p99_ms: float
    per_second: float
    questions: dict[str, float]


@dataclass(frozen=True)
class Rate:
    """One load on one server, over many connections.

    Args:
        per_second: answers with status 200 a second.
        refused: answers with another status, and connections that broke.
    """

    server: str
    load: str
    per_second: float
    median_ms: float
    p99_ms: float
    refused: int


@dataclass(frozen=True)
class Front:
    """Distinct cheap questions, asked of a server directly and through our service before it."""

    server: str
    direct_ms: float
    through_ms: float


@dataclass
class Run:
    """Everything measured on one corpus."""

    corpus: str
    quads: int
    megabytes: float
    servers: list[Ready] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    rates: list[Rate] = field(default_factory=list)
    fronts: list[Front] = field(default_factory=list)

    def group(self, server: str, name: str) -> Group | None:
        """A group as one server answered it."""
        return next((g for g in self.groups if (g.server, g.group) == (server, name)), None)

    def rate(self, server: str, load: str) -> Rate | None:
        """A load as one server bore it."""
        return next((r for r in self.rates if (r.server, r.load) == (server, load)), None)

    def names(self) -> list[str]:
        """The servers, ours first."""
        return [server.name for server in self.servers]


def timed(server: str, group: str, seconds: Mapping[str, Sequence[float]]) -> Group:
    """The figures of a group from the seconds of each answer, by question; none is empty."""
    every = [value * 1000 for values in seconds.values() for value in values]
    return Group(
        server,
        group,
        statistics.median(every),
        percentile(every, 99),
        len(every) / sum(every) * 1000,
        {name: statistics.median(values) * 1000 for name, values in seconds.items()},
    )


def percentile(values: Iterable[float], percent: float) -> float:
    """The smallest value that at least so many in a hundred do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]


def speedup(ours: Group | None, theirs: Group | None) -> float | None:
    """How many times faster ours is: the geometric mean over the questions that both answered."""
    ratios = [ratio for _, ratio in by_question(ours, theirs)]
    return statistics.geometric_mean(ratios) if ratios else None


def by_question(ours: Group | None, theirs: Group | None) -> list[tuple[str, float]]:
    """Each question that both answered with how many times faster ours is, the worst first."""
    if ours is None or theirs is None:
        return []
    both = ours.questions.keys() & theirs.questions.keys()
    ratios = [(name, theirs.questions[name] / ours.questions[name]) for name in sorted(both)]
    return sorted(ratios, key=lambda item: item[1])


def times_rate(ours: Rate | None, theirs: Rate | None) -> float | None:
    """How many times as many answers a second ours gives."""
    if ours is None or theirs is None or not theirs.per_second:
        return None
    return ours.per_second / theirs.per_second
