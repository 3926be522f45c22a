"""Ranked counterparts: which question of one edition is near which of another, and why.

A score is the share of pairs with such features that two readers called counterparts, as fitted on
the tuning part of the judged set (docs/matching.md). Nothing here reads a mapping, a decision or
the judged set.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import nlargest

from . import embedding
from .corpus import Corpus, Item
from .embedding import Model
from .index import Index, Shares
from .space import Profile, Space, dot, texts_of

DIGITS = 4
"""Of a score; ties after rounding go by the order of the keys."""

WORDS = Shares(-5.80, 7.51, 3.33, 4.63)
PASTED = Shares(-6.01, 4.74, 5.77, 5.82)
"""Of texts that nobody assigned topics to, without embeddings."""
STATIC = Shares(-6.82, 4.37, 2.38, 4.26, 6.21)
SEMANTIC = Shares(-8.06, 4.21, 1.38, 3.92, 8.15)
"""Logistic regressions on the tuning part: `python -m benchmarks.judged.tuning`."""

MOST_SHARED = 12
"""Shared words that a candidate names, those that count most first."""


@dataclass(frozen=True)
class Features:
    """What a score is made of, each from 0 to 1.

    Args:
        words: cosine of the words, weighted by rarity.
        concepts: of the concepts of glossary and thesaurus that the words stand for.
        topics: of the topics, assigned or inferred.
        embedding: of the embeddings; None where none were used.
        shared_words: stems that both have, the weightiest first.
        shared_concepts: names of the glossary's concepts and IRIs of topics that words of both
            name.
        shared_topics: IRIs.
    """

    words: float
    concepts: float
    topics: float
    embedding: float | None = None
    shared_words: tuple[str, ...] = ()
    shared_concepts: tuple[str, ...] = ()
    shared_topics: tuple[str, ...] = ()


@dataclass(frozen=True)
class Candidate:
    """A possible counterpart.

    Args:
        score: from 0 to 1, in `DIGITS` digits.
    """

    subject: Item
    object: Item
    score: float
    features: Features


@dataclass(frozen=True)
class Measure:
    """How a score is made.

    Args:
        name: as SSSOM's `similarity_measure`.
    """

    name: str
    shares: Shares
    model: Model | None = None


MEASURES = {
    None: Measure("met-ari words 1", WORDS),
    "static": Measure("met-ari words 1 with wordllama l2_supercat_256", STATIC, "static"),
    "semantic": Measure("met-ari words 1 with all-MiniLM-L6-v2", SEMANTIC, "semantic"),
}
"""By the embedding that is used besides."""


class Matcher:
    """Questions of one corpus, ready to be matched with any text.

    Args:
        objects: what is to be found, in the order in which ties are told.
    """

    def __init__(self, space: Space, objects: Sequence[Item]) -> None:
        self.space = space
        self.objects = tuple(objects)
        self.profiles = [space.item(item) for item in self.objects]
        self._index = Index(self.profiles)

    def sums(self, profile: Profile, shares: Shares = WORDS) -> list[float]:
        """The weighted sum of the features for every object, by place."""
        return self._index.sums(shares.of(profile))

    def best(
        self, sums: Sequence[float], limit: int, shares: Shares = WORDS
    ) -> list[tuple[int, float]]:
        """Place and score of the best objects, the best first; ties in the order of the objects.

        Objects with a sum of 0, which share nothing, are left out.
        """
        first = [total for total in nlargest(limit, sums) if total > 0]
        if not first:
            return []
        # More objects than `limit` may round to the last of the scores: keys decide among them.
        least = max(_reaching(score(first[-1], shares), shares), 0.0)
        scored = [(n, score(total, shares)) for n, total in enumerate(sums) if total > least]
        return sorted(scored, key=lambda found: (-found[1], found[0]))[: len(first)]


def rank(
    corpus: Corpus,
    subjects: Sequence[Item],
    objects: Sequence[Item],
    limit: int,
    model: Model | None = None,
) -> Iterator[Candidate]:
    """The `limit` best objects of each subject, subject by subject, the best first.

    Objects that share nothing with a subject are left out, unless embeddings are used.

    Args:
        corpus: what is rare is counted over its questions.
        model: embeddings to use besides.

    Raises:
        EnvironmentFault: the extra with these embeddings is not installed.
    """
    space = Space(corpus)
    matcher, measure = Matcher(space, objects), MEASURES[model]
    places = {item.iri: place for place, item in enumerate(objects)}
    near = _near(measure, subjects, objects)
    for subject, cosines in zip(subjects, near, strict=True):
        profile = space.item(subject)
        sums = matcher.sums(profile, measure.shares)
        if cosines is not None:
            sums = _added(sums, cosines, measure.shares.embedding)
        if subject.iri in places:
            sums[places[subject.iri]] = 0.0
        for place, value in matcher.best(sums, limit, measure.shares):
            cosine = None if cosines is None else cosines[place]
            made = features(profile, matcher.profiles[place], cosine)
            yield Candidate(subject, matcher.objects[place], value, made)


def _added(sums: Sequence[float], cosines: Sequence[float], share: float) -> list[float]:
    return [total + share * cosine for total, cosine in zip(sums, cosines, strict=True)]


def _near(
    measure: Measure, subjects: Sequence[Item], objects: Sequence[Item]
) -> Iterator[list[float] | None]:
    """For each subject the cosine of every object's embedding; None without embeddings."""
    if measure.model is None:
        yield from (None for _ in subjects)
        return
    embedder = embedding.load(measure.model)
    told = embedding.cosines(embedder, list(map(texts_of, subjects)), list(map(texts_of, objects)))
    for first in range(0, len(subjects), embedding.MOST_AT_ONCE):
        yield from told.rows(first).tolist()


def features(one: Profile, other: Profile, cosine: float | None = None) -> Features:
    """What two profiles share."""
    return Features(
        round(dot(one.words, other.words), DIGITS),
        round(dot(one.concepts, other.concepts), DIGITS),
        round(dot(one.topics, other.topics), DIGITS),
        None if cosine is None else round(cosine, DIGITS),
        shared(one.words, other.words),
        shared(one.concepts, other.concepts),
        shared(one.topics, other.topics),
    )


def shared(one: dict[str, float], other: dict[str, float]) -> tuple[str, ...]:
    """What stands in both vectors, by what it adds to their product."""
    both = [(-weight * other[name], name) for name, weight in one.items() if name in other]
    return tuple(name for _, name in sorted(both)[:MOST_SHARED])


def score(total: float, shares: Shares) -> float:
    """The logistic function of a weighted sum."""
    return round(1 / (1 + math.exp(-(shares.bias + total))), DIGITS)


def _reaching(value: float, shares: Shares) -> float:
    """A sum below every sum that rounds to this score or more."""
    below = value - 10**-DIGITS
    return math.log(below / (1 - below)) - shares.bias if below > 0 else 0.0
