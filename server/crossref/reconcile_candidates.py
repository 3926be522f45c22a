"""Candidates for a query, with scores that mean something (Reconciliation API 0.2, 4.2).

100: the same name, or the identifier; 99: the same as another of its names. From 90: the same
words in another order, or with a slip of the pen. From 50: most words, or all of a text of several
within a longer name. Below 30: nothing to go by.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from .reconcile_entities import Entities, Entity
from .reconcile_names import ALMOST, EXACT, Likeness
from .reconcile_properties import Comparison
from .reconcile_queries import Query
from .reconcile_words import plain, words

LEAST = 20.0
"""A candidate below this score is not told."""
SURE = 90.0
"""The least score of a match."""
CLEAR = 10.0
"""How far a match that is not exact must be ahead of the next candidate."""
OTHER_TYPE = 0.7
"""What is left of the score of another type than `should` be."""
MOST_WORDS = 50.0
"""From here on a name has most words of the query."""
UNNAMED = 0.85
"""What is left of a lower score where the name that people see has no word of the query."""
RAISE = 0.5
"""How much agreeing properties add: most in the middle, nothing to a score of 0 or 100."""


@dataclass(frozen=True)
class Feature:
    """What a part of the score says.

    Args:
        help: what its value means, for people.
    """

    id: str
    help: str


FEATURES = (
    Feature("name_score", "How like the name is to the query, 0 to 100, before all else."),
    Feature("words_of_query", "Share of the query's words that the name has, rare words more."),
    Feature("words_of_name", "Share of the name's words that the query has, rare words more."),
    Feature("word_order", "Share of neighbouring words of the query that keep their order."),
    Feature("identifier", "Whether the query is the identifier, the IRI or an address of it."),
    Feature("properties", "Share of the properties that agree; only where properties were sent."),
    Feature("type", "Whether it has a type that was sent; only where types were sent."),
)


@dataclass(frozen=True)
class Candidate:
    """An entity as an answer to a query.

    Args:
        score: 0 to 100.
        match: good enough to be taken without a look, and no other is.
        matched: the other name that was like the query; empty: it was the name itself.
    """

    entity: Entity
    score: float
    match: bool
    features: tuple[tuple[str, float | bool], ...]
    matched: str = ""


class Reconciler:
    """Answers the queries of one batch, each without regard to the others."""

    def __init__(self, entities: Entities) -> None:
        self._entities = entities
        self._comparison = Comparison(entities)

    def candidates(self, query: Query) -> list[Candidate]:
        """The candidates for a query, the best first."""
        found = [one for one in self._scored(query) if one.score >= LEAST]
        found.sort(key=lambda one: (-one.score, self._entities.place[one.entity.id]))
        if found and _is_sure(found) and self._admits(query, found[0].entity):
            found[0] = replace(found[0], match=True)
        return found[: query.limit]

    def _scored(self, query: Query) -> Iterator[Candidate]:
        if not query.text:
            yield from self._by_properties(query)
            return
        called = {one.id for one in self._entities.called(query.text) if self._fits(query, one)}
        for name in called:
            yield self._candidate(query, self._entities.by_id[name], EXACT, {"identifier": True})
        entities = self._entities.all
        like = self._entities.index.like(
            query.text, lambda place: self._fits(query, entities[place])
        )
        for likeness in like:
            entity = entities[likeness.owner]
            if entity.id not in called:
                yield self._by_name(query, entity, likeness)

    def _by_properties(self, query: Query) -> Iterator[Candidate]:
        places: set[int] = set()
        for wanted in query.properties:
            places |= self._comparison.who(wanted.property, wanted.values)
        for place in sorted(places):
            entity = self._entities.all[place]
            if self._fits(query, entity):
                yield self._candidate(query, entity, EXACT, {})

    def _by_name(self, query: Query, entity: Entity, likeness: Likeness) -> Candidate:
        told = {
            "name_score": round(likeness.score, 2),
            "words_of_query": round(likeness.of_text, 4),
            "words_of_name": round(likeness.of_name, 4),
            "word_order": round(likeness.order, 4),
        }
        if not _is_other_name(entity, likeness.name):
            return self._candidate(query, entity, likeness.score, told)
        score = min(ALMOST, likeness.score)
        if score < MOST_WORDS and not _share_a_word(query.text, entity.name):
            score *= UNNAMED
        found = self._candidate(query, entity, score, told)
        return replace(found, matched=likeness.name)

    def _candidate(
        self, query: Query, entity: Entity, score: float, told: Mapping[str, float | bool]
    ) -> Candidate:
        features = dict(told)
        if query.properties:
            agreed = self._agreement(query, entity)
            features["properties"] = round(agreed, 4)
            score = _weighed(score, agreed) if query.text else 100 * agreed
        if query.types:
            features["type"] = entity.type in query.types
            score *= 1.0 if features["type"] else OTHER_TYPE
        return Candidate(entity, round(score, 2), False, tuple(features.items()))

    def _agreement(self, query: Query, entity: Entity) -> float:
        fits = [
            self._comparison.agreement(entity, wanted.property, wanted.values)
            for wanted in query.properties
        ]
        return sum(fits) / len(fits)

    def _fits(self, query: Query, entity: Entity) -> bool:
        """Whether the types let the entity be found at all."""
        return query.strict == "should" or self._admits(query, entity)

    def _admits(self, query: Query, entity: Entity) -> bool:
        """Whether the entity has the types; here each has one, so it never has two."""
        if query.strict == "all":
            return set(query.types) <= {entity.type}
        return not query.types or entity.type in query.types


def _is_other_name(entity: Entity, name: str) -> bool:
    others = entity.values.get("other-name", ())
    return name != entity.name and any(name == other.text for other in others)


def _share_a_word(one: str, other: str) -> bool:
    return not set(words(plain(one))).isdisjoint(words(plain(other)))


def _weighed(score: float, agreed: float) -> float:
    """Contradiction halves a score, agreement raises one that is neither nothing nor full."""
    raised = RAISE * agreed * score * (100 - score) / 100
    return score * (0.5 + 0.5 * agreed) + raised


def _is_sure(found: Iterable[Candidate]) -> bool:
    """Whether the first can be taken without a look at the others."""
    first, *others = found
    next_score = others[0].score if others else 0.0
    if first.score >= EXACT:
        return next_score < EXACT
    return first.score >= SURE and first.score - next_score >= CLEAR
