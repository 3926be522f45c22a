"""The targets, as ratios on one machine: what was wanted, what was measured, what fell short."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .questions import GROUPS
from .results import Run, by_question, speedup, times_rate

OURS, OXIGRAPH, RDFLIB = "met-ari", "Oxigraph", "rdflib-endpoint"
REPEATED = 2.5
CHEAP, CHEAP_AIM = 0.4, 1.0
FRONT_MS = 5.0
GROUP_TARGETS: dict[str, tuple[tuple[str, float, tuple[str, ...]], ...]] = {
    "small": ((RDFLIB, 10.0, GROUPS),),
    "large": ((OXIGRAPH, 4.0, ("aggregate", "cross-reference")),),
}
"""By corpus: the peer, how many times faster we mean to be, and in which groups."""


@dataclass(frozen=True)
class Outcome:
    """How one target fared.

    Args:
        wanted: the target in words.
        measured: the figure in words.
        met: None where nothing was measured.
        why: where most time went, if it was missed; else empty.
    """

    wanted: str
    measured: str
    met: bool | None
    why: str = ""


def outcomes(runs: Sequence[Run]) -> list[Outcome]:
    """Every target, on every corpus that it is about."""
    return [outcome for run in runs for outcome in _of(run)]


def _of(run: Run) -> Iterator[Outcome]:
    where = f"{run.corpus}: "
    wanted = {
        "cached": (f"repeated stored queries ≥ {REPEATED} times {OXIGRAPH}", REPEATED),
        "cached-cheap": (f"repeated cheap questions ≥ {REPEATED} times {OXIGRAPH}", REPEATED),
        "uncached": (f"new cheap questions ≥ {CHEAP} times {OXIGRAPH}, aim {CHEAP_AIM:g}", CHEAP),
    }
    for load, (words, least) in wanted.items():
        if run.rate(OURS, load):
            yield _rate(run, load, where + words, least)
    for peer, least, groups in GROUP_TARGETS.get(run.corpus, ()):
        for group in groups:
            if run.group(OURS, group):
                yield _group(run, group, peer, least)
    for front in run.fronts:
        more = front.through_ms - front.direct_ms
        words = f"before {front.server} at most {FRONT_MS:g} ms more at the median"
        yield Outcome(where + words, f"{more:.1f} ms more", more <= FRONT_MS)


def _rate(run: Run, load: str, wanted: str, least: float) -> Outcome:
    ours, theirs = run.rate(OURS, load), run.rate(OXIGRAPH, load)
    ratio = times_rate(ours, theirs)
    if ratio is None or ours is None or theirs is None:
        return Outcome(wanted, "not measured", None)
    figures = f"{ratio:.2f} times ({ours.per_second:,.0f} to {theirs.per_second:,.0f} a second)"
    if ours.refused:
        figures += f", {ours.refused:,} refused"
    met = ratio >= least and not ours.refused
    slow = f"median {ours.median_ms:.2f} ms to {theirs.median_ms:.2f} ms a question"
    return Outcome(wanted, figures, met, "" if met else slow)


def _group(run: Run, group: str, peer: str, least: float) -> Outcome:
    """The geometric mean decides; the questions below the target are named in any case."""
    wanted = f"{run.corpus}: {group} ≥ {least:.0f} times {peer}"
    ours, theirs = run.group(OURS, group), run.group(peer, group)
    ratio = speedup(ours, theirs)
    if ratio is None:
        return Outcome(wanted, "not measured", None)
    ratios = by_question(ours, theirs)
    below = [f"{name} {value:.1f}" for name, value in ratios if value < least]
    figures = f"{ratio:.1f} times over {len(ratios)} questions"
    return Outcome(
        wanted, figures, ratio >= least, "below it: " + ", ".join(below) if below else ""
    )
