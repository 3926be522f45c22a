"""What texts are compared by: words, concepts and topics, each weighted by its rarity."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from . import lexicon
from .corpus import Corpus, Item
from .terms import stems

Vector = dict[str, float]
"""Weights by name, of length 1 at most, in the order of the names."""

MOST_TOPICS = 6
"""Topics that a text without assigned ones is taken to be about."""
SHARPNESS = 1.5
"""Power of a topic's nearness to a text: the nearest topics count more than in proportion."""
SHARE_OF_BROADER = 0.3
"""Weight of the topic above an assigned one."""
RARE = 3.0
"""Weight of a topic that no question has."""
SHARE_OF_CONCEPTS = 0.3
"""What concepts count beside words when a text is compared with the description of a topic."""
CAUTION = 0.5
"""Power of the share of known words, by which the rest of a text counts less."""


@dataclass(frozen=True)
class Profile:
    """A text as it is compared.

    Args:
        concepts, topics: shorter than 1 where words are unknown; assigned topics are not.
        known: share of its words that some question, topic or the glossary has.
    """

    words: Vector = field(default_factory=dict)
    concepts: Vector = field(default_factory=dict)
    topics: Vector = field(default_factory=dict)
    known: float = 0.0


class Space:
    """Makes profiles; what is rare is counted over the questions of one corpus."""

    def __init__(self, corpus: Corpus) -> None:
        self._topics = {item.iri: item for item in corpus.items if item.kind == "topic"}
        self.lexicon = lexicon.of(self._topics.values())
        documents = [stems(texts_of(item)) for item in corpus.questions]
        self._size = len(documents) or 1
        self._words = _counted(documents)
        self._concepts = _counted(self._named(words) for words in documents)
        self._assigned = _counted(item.topics for item in corpus.questions)
        examples = self._examples(corpus.questions)
        self._described = {
            iri: tuple(map(_added, self._compared(stems(_said_of(topic))), examples[iri]))
            for iri, topic in sorted(self._topics.items())
        }

    def item(self, item: Item) -> Profile:
        """A question, with its topics if it has some."""
        return self.text(texts_of(item), [iri for iri in item.topics if iri in self._topics])

    def text(self, texts: Iterable[str], topics: Sequence[str] = ()) -> Profile:
        """Any text.

        Args:
            topics: IRIs of its topics; none: they are inferred.
        """
        words = stems(texts)
        known = self._share_known(words)
        own, concepts = self._compared(words)
        sure = known**CAUTION
        about = self._about(topics) if topics else _scaled(self._inferred(own, concepts), sure)
        return Profile(own, _scaled(concepts, sure), about, known)

    def knows(self, word: str) -> bool:
        """Whether a stem stands in a question, or in the glossary or a topic's name by itself."""
        return word in self._words or word in self.lexicon

    def _examples(self, questions: Iterable[Item]) -> dict[str, tuple[Vector, Vector]]:
        """What the questions of each topic have in common: words, and concepts."""
        found: dict[str, tuple[Vector, Vector]] = {iri: ({}, {}) for iri in self._topics}
        for item in questions:
            compared = self._compared(stems(texts_of(item))) if item.topics else ({}, {})
            for iri in item.topics:
                for sums, vector in zip(found.get(iri, ()), compared, strict=False):
                    for name, weight in vector.items():
                        sums[name] = sums.get(name, 0.0) + weight
        return {iri: (_unit(words), _unit(concepts)) for iri, (words, concepts) in found.items()}

    def _share_known(self, words: Sequence[str]) -> float:
        return sum(map(self.knows, words)) / len(words) if words else 0.0

    def _compared(self, words: Sequence[str]) -> tuple[Vector, Vector]:
        named = self._named(words)
        return self._weighted(words, self._words), self._weighted(named, self._concepts)

    def _named(self, words: Sequence[str]) -> list[str]:
        return sorted({found.concept for found in self.lexicon.find(words)})

    def _weighted(self, names: Iterable[str], known: Mapping[str, int]) -> Vector:
        """Sublinear frequency by inverse frequency over the questions."""
        counts = Counter(names)
        return _unit(
            {
                name: (1 + math.log(n)) * self._rarity(known.get(name, 0))
                for name, n in counts.items()
            }
        )

    def _rarity(self, questions: int) -> float:
        return math.log(1 + self._size / max(questions, 1))

    def _topic_rarity(self, iri: str) -> float:
        count = self._assigned.get(iri, 0)
        return math.log(self._size / count) if 0 < count < self._size else RARE

    def _about(self, topics: Iterable[str]) -> Vector:
        found: Vector = {}
        for iri in topics:
            found[iri] = 1.0
            for above in self._topics[iri].above:
                found.setdefault(above, SHARE_OF_BROADER)
        return _unit({iri: share * self._topic_rarity(iri) for iri, share in found.items()})

    def _inferred(self, words: Vector, concepts: Vector) -> Vector:
        """The topics whose descriptions and questions are nearest, by how near they are."""
        near = {
            iri: dot(words, described[0]) + SHARE_OF_CONCEPTS * dot(concepts, described[1])
            for iri, described in self._described.items()
        }
        first = sorted((iri for iri in near if near[iri]), key=lambda iri: (-near[iri], iri))
        return _unit(
            {iri: near[iri] ** SHARPNESS * self._topic_rarity(iri) for iri in first[:MOST_TOPICS]}
        )


def _said_of(topic: Item) -> tuple[str, ...]:
    """Its names, and what the scope note says it covers; what it does not, follows a semicolon."""
    covered = topic.context[0].partition(";")[0] if topic.context else ""
    return (topic.label, *topic.alternatives, covered)


def texts_of(item: Item) -> tuple[str, ...]:
    """The words of a question: our label, and the official text where it is another."""
    return (item.label,) if item.text == item.label else (item.label, item.text)


def dot(one: Vector, other: Vector) -> float:
    """The scalar product, added up in an order that no hash decides."""
    small, large = (one, other) if len(one) <= len(other) else (other, one)
    return math.fsum(weight * large[name] for name, weight in small.items() if name in large)


def _added(one: Vector, other: Vector) -> Vector:
    return {name: one.get(name, 0.0) + other.get(name, 0.0) for name in sorted({*one, *other})}


def _scaled(vector: Vector, share: float) -> Vector:
    """What is drawn from a few known words among many unknown ones counts less."""
    return {name: weight * share for name, weight in vector.items()}


def _unit(weights: Vector) -> Vector:
    length = math.sqrt(math.fsum(weight * weight for weight in weights.values()))
    return {name: weights[name] / length for name in sorted(weights)} if length else {}


def _counted(documents: Iterable[Iterable[str]]) -> dict[str, int]:
    return Counter(name for document in documents for name in set(document))
