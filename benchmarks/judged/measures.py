"""Recall and average precision of ranked lists, and how sure a mean of few questions is."""

import math
import statistics
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass


@dataclass(frozen=True)
class Mean:
    """A mean over questions.

    Args:
        error: its standard error.
    """

    value: float
    error: float

    def __str__(self) -> str:
        return f"{self.value:.2f} ± {self.error:.2f}"


def recall(ranked: Sequence[str], wanted: Set[str], first: int) -> float:
    """The share of what is wanted that stands among the first."""
    return len(wanted & set(ranked[:first])) / len(wanted)


def average_precision(ranked: Sequence[str], wanted: Set[str]) -> float:
    """The mean, over all that is wanted, of the precision down to it; 0 for what is not ranked."""
    places = [place for place, key in enumerate(ranked, 1) if key in wanted]
    return sum(hits / place for hits, place in enumerate(places, 1)) / len(wanted)


def means(
    ranked: Mapping[str, Sequence[str]], wanted: Mapping[str, Set[str]]
) -> tuple[Mean, Mean, Mean]:
    """Recall among the first 5 and 10, and average precision, over the questions wanted."""
    lists = {key: ranked.get(key, ()) for key in wanted}
    return (
        mean([recall(lists[key], wanted[key], 5) for key in wanted]),
        mean([recall(lists[key], wanted[key], 10) for key in wanted]),
        mean([average_precision(lists[key], wanted[key]) for key in wanted]),
    )


def mean(values: Sequence[float]) -> Mean:
    """Of one value at least."""
    spread = statistics.stdev(values) if len(values) > 1 else 0.0
    return Mean(statistics.fmean(values), spread / math.sqrt(len(values)))
