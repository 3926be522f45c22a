"""What nobody asks: the questions of each of two editions that have no counterpart in the other."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from ..protocol.service import Row, Service, number, text
from .comparisons import Comparison, Wish, choose
from .corpus import Corpus, Item, natural
from .coverage import ALONE, whole

REJECTED = "pairs-rejected"

Silence = Literal["gap", "unasked", "unread"]
SILENCES: Mapping[Silence, str] = {
    "gap": "Looked for, and none found.",
    "unasked": "No question of the other edition was found to ask this.",
    "unread": "Nothing is recorded, as not every question has been looked at yet.",
}
"""Why no counterpart is told."""


@dataclass(frozen=True)
class NearMiss:
    """A question that looked like a counterpart and was rejected as one.

    Args:
        pair: IRI.
    """

    item: Item
    pair: str
    confidence: float
    tag: str
    reason: str


@dataclass(frozen=True)
class Alone:
    """A question without a counterpart.

    Args:
        decision: IRI of the record of the gap; it, status and reason are empty where there is none.
        confidence: None where there is none.
        near: the least sure rejection first, as it came nearest.
    """

    item: Item
    silence: Silence
    status: str
    confidence: float | None
    reason: str
    decision: str
    near: tuple[NearMiss, ...]


@dataclass(frozen=True)
class Gaps:
    """What each of two editions asks alone, in the order of the keys."""

    comparison: Comparison
    unanswered: tuple[Alone, ...]
    unasked: tuple[Alone, ...]
    revision: str


def read(service: Service, corpus: Corpus, wish: Wish) -> Gaps:
    """The questions without counterparts, both ways.

    Raises: as `comparisons.choose`, and as any question to the engine.
    """
    comparison = choose(service, wish)
    straight, turned = silence_of(service, comparison), silence_of(service, comparison.turned)
    near = _near_misses(service, corpus, comparison)
    return Gaps(
        comparison,
        _alone(service, corpus, comparison, straight, near),
        _alone(service, corpus, comparison.turned, turned, near),
        corpus.revision,
    )


def values(comparison: Comparison) -> dict[str, str]:
    """The parameters of the stored query for the first edition."""
    return {"edition": comparison.subject.edition.iri, "other": comparison.object.edition.iri}


def _alone(
    service: Service,
    corpus: Corpus,
    comparison: Comparison,
    silence: Silence,
    near: Mapping[str, tuple[NearMiss, ...]],
) -> tuple[Alone, ...]:
    found: dict[str, Alone] = {}
    for row in service.library_rows(ALONE, **values(comparison)):
        item = corpus.by_iri.get(text(row, "question"))
        if item:
            own: Silence = "gap" if text(row, "decision") else silence
            found.setdefault(item.iri, _said(row, item, own, near.get(item.iri, ())))
    return tuple(sorted(found.values(), key=lambda alone: natural(alone.item.key)))


def silence_of(service: Service, comparison: Comparison) -> Silence:
    """What it means that nothing is recorded of a question of the first edition.

    Where counterparts were looked for from the other side, and each question there has some or a
    gap, silence says that none of them asks this.
    """
    if comparison.was_searched:
        return "unread"
    other = whole(service, comparison.turned)
    return "unasked" if other.questions and other.unmatched == other.gaps else "unread"


def _said(row: Row, item: Item, silence: Silence, near: tuple[NearMiss, ...]) -> Alone:
    return Alone(
        item,
        silence,
        text(row, "status"),
        number(row, "confidence"),
        text(row, "reason"),
        text(row, "decision"),
        near,
    )


def _near_misses(
    service: Service, corpus: Corpus, comparison: Comparison
) -> dict[str, tuple[NearMiss, ...]]:
    """What was rejected between the two editions, by the IRI of either question."""
    found: dict[str, list[NearMiss]] = {}
    for row in _rejected(service, comparison):
        ends = [corpus.by_iri.get(text(row, name)) for name in ("question", "counterpart")]
        for one, other in (ends, reversed(ends)):
            if one and other:
                found.setdefault(one.iri, []).append(_near_miss(row, other))
    return {
        iri: tuple(sorted(near, key=lambda miss: (miss.confidence, natural(miss.item.key))))
        for iri, near in found.items()
    }


def _rejected(service: Service, comparison: Comparison) -> Iterable[Row]:
    yield from service.library_rows(REJECTED, **values(comparison))
    yield from service.library_rows(REJECTED, **values(comparison.turned))


def _near_miss(row: Row, item: Item) -> NearMiss:
    pair = text(row, "decision").rpartition(".")[0]
    sure = number(row, "confidence") or 0.0
    return NearMiss(item, pair, sure, text(row, "tag"), text(row, "reason"))


def heading_of(item: Item, corpus: Corpus) -> str:
    """Name of the heading that a question stands under; empty if it stands under none."""
    above = corpus.by_iri.get(item.above[0]) if item.above else None
    return above.label if above else ""
