"""The report of a run, as Markdown for people and JSON for programs."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass

from .load import CONNECTIONS
from .peers import Absent
from .questions import GROUPS
from .results import Group, Rate, Run, speedup, times_rate
from .targets import OURS, outcomes

NOTHING = "-"


@dataclass(frozen=True)
class Report:
    """A whole run of the benchmark.

    Args:
        command: that made it.
        seconds: for each group and each load on each server.
        whole: it was not ended before all was measured.
    """

    command: str
    seconds: float
    machine: dict[str, str]
    runs: list[Run]
    absent: list[Absent]
    whole: bool = True

    def json(self) -> str:
        """Everything, down to the median of each question."""
        whole = {**asdict(self), "targets": [asdict(item) for item in outcomes(self.runs)]}
        return json.dumps(whole, ensure_ascii=False, indent=2)

    def markdown(self) -> str:
        """Tables: machine, targets, and for each corpus servers, groups, loads, differences."""
        made = f"Made by `{self.command}`, {self.seconds:g} s for each group and load"
        parts = [
            "# Results of the benchmark",
            f"{made}." if self.whole else f"{made}; ended early, so not everything is here.",
            _table(("machine", ""), self.machine.items()),
            "## Targets",
            _targets(self.runs),
            *(part for run in self.runs for part in _run(run)),
        ]
        if self.absent:
            parts += ["## Not installed", _absent(self.absent)]
        return "\n\n".join(parts) + "\n"


def _targets(runs: Sequence[Run]) -> str:
    words = {True: "met", False: "**missed**", None: NOTHING}
    rows = [(o.wanted, o.measured, words[o.met], o.why) for o in outcomes(runs)]
    return _table(("target", "measured", "", "where"), rows)


def _run(run: Run) -> Iterator[str]:
    yield f"## Corpus {run.corpus}: {run.quads:,} statements, {run.megabytes:.1f} MB"
    yield _table(
        ("server", "version", "data", "ready after s"),
        [(s.name, s.version, s.kind, f"{s.ready_seconds:.1f}") for s in run.servers],
    )
    if run.groups:
        yield from _groups(run)
    if run.rates:
        yield from _rates(run)
    if run.fronts:
        heads = ("new cheap questions", "direct, median ms", "through met-ari, median ms")
        medians = [(f.server, _ms(f.direct_ms), _ms(f.through_ms)) for f in run.fronts]
        yield _table(heads, medians)
    if run.differences:
        yield "Not timed, as the answer was not ours:"
        yield _table(
            ("server", "question", "it gave"),
            [(d.server, d.question, d.verdict) for d in run.differences],
        )


def _groups(run: Run) -> Iterator[str]:
    yield (
        "Milliseconds of one question after another, new each time: median / 99th percentile; "
        "answers a second."
    )
    names = [name for name in GROUPS if any(g.group == name for g in run.groups)]
    figures = [(name, *(_group(run.group(s, name)) for s in run.names())) for name in names]
    yield _table(("group", *run.names()), figures)
    yield "How many times faster met-ari is: geometric mean over the questions of the group."
    peers = [name for name in run.names() if name != OURS]
    ratios = [(name, *(_faster(run, name, peer) for peer in peers)) for name in names]
    yield _table(("group", *peers), ratios)


def _faster(run: Run, group: str, peer: str) -> str:
    return _times(speedup(run.group(OURS, group), run.group(peer, group)))


def _rates(run: Run) -> Iterator[str]:
    yield (
        f"Answers a second over {CONNECTIONS} connections, median / 99th percentile in "
        "milliseconds, and how many times as many met-ari gives."
    )
    rows = [
        (rate.load, rate.server, *_rate(rate), _times(times_rate(run.rate(OURS, rate.load), rate)))
        for rate in run.rates
    ]
    yield _table(("load", "server", "a second", "ms", "refused", "met-ari gives"), rows)


def _group(group: Group | None) -> str:
    if group is None:
        return NOTHING
    return f"{_ms(group.median_ms)} / {_ms(group.p99_ms)}; {group.per_second:,.0f}"


def _rate(rate: Rate) -> tuple[str, str, str]:
    ms = f"{_ms(rate.median_ms)} / {_ms(rate.p99_ms)}"
    return f"{rate.per_second:,.0f}", ms, f"{rate.refused:,}"


def _ms(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.2f}"


def _times(ratio: float | None) -> str:
    if ratio is None:
        return NOTHING
    return f"{ratio:,.0f}" if ratio >= 100 else f"{ratio:.1f}" if ratio >= 1 else f"{ratio:.2f}"


def _absent(absent: Iterable[Absent]) -> str:
    return _table(("peer", "how to get it"), [(peer.name, f"`{peer.how}`") for peer in absent])


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
