"""What a program sees in two questions: the words, concepts and topics that they share."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from ..protocol.service import Service
from . import corpus
from .candidates import names_of
from .corpus import Corpus, Item
from .marking import Piece, marked, pieces
from .matching import MEASURES, Features, Matcher, features, score
from .space import Space

MEASURE = MEASURES[None]
"""The one that needs no extra, so that every server says the same."""


@dataclass(frozen=True)
class Compared:
    """Two questions side by side.

    Args:
        score: as `ari match` gives it without embeddings.
        subject, object: the texts, in pieces.
        words: of the object that match; concepts and topics by name.
    """

    score: float
    features: Features
    subject: tuple[Piece, ...]
    object: tuple[Piece, ...]
    words: tuple[str, ...]
    concepts: tuple[str, ...]
    topics: tuple[str, ...]


class Comparer:
    """Compares any two questions of one corpus."""

    def __init__(self, found: Corpus) -> None:
        self.corpus = found

    @cached_property
    def _space(self) -> Space:
        return Space(self.corpus)

    def compare(self, subject: Item, other: Item) -> Compared:
        """What the two share."""
        matcher = Matcher(self._space, [other])
        profile = self._space.item(subject)
        made = features(profile, matcher.profiles[0])
        asked, found = self._pieces(subject, made), self._pieces(other, made)
        return Compared(
            score(matcher.sums(profile, MEASURE.shares)[0], MEASURE.shares),
            made,
            asked,
            found,
            marked(found),
            tuple(names_of(self.corpus, made.shared_concepts)),
            tuple(names_of(self.corpus, made.shared_topics)),
        )

    def _pieces(self, item: Item, made: Features) -> tuple[Piece, ...]:
        shared: tuple[Sequence[str], Sequence[str]] = (made.shared_words, made.shared_concepts)
        return tuple(pieces(self._space.lexicon, item.text, *shared))


def read(service: Service) -> Comparer:
    """A comparer over the dataset at the engine's revision."""
    return Comparer(corpus.read(service))
