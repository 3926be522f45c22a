"""The questions that a text may answer: a title, an abstract, a few words.

A long text is compared sentence by sentence, each as part of the whole: the topics are those of the
whole text, the words those of the sentence that fits a question best. Nothing of it is kept.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from ..protocol.service import Service
from . import corpus
from .candidates import names_of
from .corpus import Corpus, Edition, Item
from .marking import Piece, marked, pieces
from .matching import PASTED, Features, Matcher, features
from .space import Profile, Space
from .terms import sentences, size

MOST_SENTENCES = 60
"""That are compared one by one; what is beyond is compared as one."""
LEAST_SCORE = 0.02
"""Below, a question is not told: fewer than one pair in fifty like this are counterparts."""
LEAST_KNOWN = 0.25
"""Share of known words below which a text is likely not English, or about something else."""
LEAST_OF_UNKNOWN = 0.2
"""The least score for such a text: one word in common is likely chance."""

Strength = Literal["strong", "fair", "weak"]
STRENGTHS: tuple[tuple[float, Strength], ...] = ((0.5, "strong"), (0.2, "fair"), (0.0, "weak"))
"""The score from which on a find is called so."""

Note = Literal["", "no-words", "unknown-words", "nothing-close"]
NOTES: dict[Note, str] = {
    "": "",
    "no-words": "The text has no words that say what it is about.",
    "unknown-words": "Nothing close. Few of these words occur in any question: the text may not "
    "be in English, or its subject is one that no question here is about.",
    "nothing-close": "Nothing close. No question here shares enough words or topics with the text.",
}
"""What is told where nothing is found."""


@dataclass(frozen=True)
class Find:
    """A question that the text may answer.

    Args:
        score: as `matching.score`, for the sentence that fits best.
        passage: that sentence, in pieces; empty pieces are left out.
        said: the question's words, in pieces.
        words, concepts, topics: what both share, by name.
    """

    item: Item
    edition: Edition
    score: float
    features: Features
    said: tuple[Piece, ...]
    passage: tuple[Piece, ...]
    words: tuple[str, ...]
    concepts: tuple[str, ...]
    topics: tuple[str, ...]

    @property
    def strength(self) -> Strength:
        """The score in a word."""
        return next(name for least, name in STRENGTHS if self.score >= least)


@dataclass(frozen=True)
class Finds:
    """What a text was found to be near to.

    Args:
        finds: edition by edition, the one with the best find first; in each, the best first.
        words: of the text.
        known: share of its telling words that are known here.
        topics: that the text seems to be about, by name.
    """

    finds: tuple[Find, ...]
    words: int
    known: float
    topics: tuple[str, ...]
    note: Note = ""
    revision: str = ""


class Finder:
    """Finds questions of all editions of one corpus."""

    def __init__(self, found: Corpus) -> None:
        self.corpus = found
        self._space = Space(found)
        self._matcher = Matcher(self._space, found.questions)

    def find(self, text: str, limit: int) -> Finds:
        """The best questions of each edition, at most `limit` of one."""
        whole = self._space.text([text])
        if not whole.words:
            return Finds((), size(text), 0.0, (), "no-words", self.corpus.revision)
        finds = tuple(self._finds(text, whole, limit))
        note: Note = "" if finds else "nothing-close"
        if whole.known < LEAST_KNOWN:
            note = "unknown-words" if not finds else ""
        topics = tuple(names_of(self.corpus, whole.topics))
        return Finds(finds, size(text), round(whole.known, 2), topics, note, self.corpus.revision)

    def _finds(self, text: str, whole: Profile, limit: int) -> Iterator[Find]:
        passages = sentences(text, MOST_SENTENCES)
        profiles = [replace(self._space.text([one]), topics=whole.topics) for one in passages]
        if len(passages) > 1:
            passages, profiles = [*passages, ""], [*profiles, whole]
        rows = [self._matcher.sums(profile, PASTED) for profile in profiles]
        best = list(map(max, zip(*rows, strict=True)))
        least = LEAST_SCORE if whole.known >= LEAST_KNOWN else LEAST_OF_UNKNOWN
        for places in self._by_edition(best, limit, least):
            for place, score in places:
                row = max(range(len(rows)), key=lambda row: (rows[row][place], -row))
                yield self._find(place, score, passages[row], profiles[row])

    def _by_edition(
        self, sums: Sequence[float], limit: int, least: float
    ) -> list[list[tuple[int, float]]]:
        """Places and scores of the best of each edition, the edition with the best first."""
        ranked = self._matcher.best(sums, len(sums), PASTED)
        found: dict[str, list[tuple[int, float]]] = {}
        for place, score in ranked:
            kept = found.setdefault(self._matcher.objects[place].edition, [])
            if score >= least and len(kept) < limit:
                kept.append((place, score))
        return [kept for kept in found.values() if kept]

    def _find(self, place: int, score: float, passage: str, profile: Profile) -> Find:
        item, other = self._matcher.objects[place], self._matcher.profiles[place]
        made = features(profile, other)
        shared = made.shared_words, made.shared_concepts
        said = tuple(pieces(self._space.lexicon, item.text, *shared))
        edition = self.corpus.editions.get(item.edition, Edition("", item.edition, item.edition))
        return Find(
            item,
            edition,
            score,
            made,
            said,
            tuple(pieces(self._space.lexicon, passage, *shared)),
            marked(said),
            tuple(names_of(self.corpus, made.shared_concepts)),
            tuple(names_of(self.corpus, made.shared_topics)),
        )


def of(service: Service) -> Finder:
    """A finder over the dataset at the engine's revision."""
    return Finder(corpus.read(service))
