"""Words that mean much the same: the glossary, and the names of the topics.

A concept stands for its words wherever one of them, or a phrase of them, is in a text.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from .. import resources
from .corpus import Item
from .terms import size, stems

Phrase = tuple[str, ...]


@dataclass(frozen=True)
class Found:
    """A concept in a text.

    Args:
        start, end: of the phrase that names it, in terms, the end exclusive.
    """

    concept: str
    start: int
    end: int


class Lexicon:
    """Finds concepts in the stems of a text.

    Args:
        names: concept and one of its names, any number of each.
    """

    def __init__(self, names: Iterable[tuple[str, str]]) -> None:
        self._concepts: dict[Phrase, list[str]] = {}
        for concept, name in names:
            phrase = tuple(stems([name]))
            if not _says_enough(name, phrase):
                continue
            known = self._concepts.setdefault(phrase, [])
            if concept not in known:
                known.append(concept)
        self._longest = max(map(len, self._concepts), default=0)

    def __contains__(self, stem: str) -> bool:
        return (stem,) in self._concepts

    def find(self, words: Sequence[str]) -> list[Found]:
        """Every concept that these stems name, in order; phrases may overlap."""
        return [
            Found(concept, start, start + size)
            for start in range(len(words))
            for size in range(1, min(self._longest, len(words) - start) + 1)
            for concept in self._concepts.get(tuple(words[start : start + size]), ())
        ]


def _says_enough(name: str, phrase: Phrase) -> bool:
    """Whether a name is still itself without its stop words: "new technology" would be any."""
    return len(phrase) > 1 or (len(phrase) == 1 and size(name) == 1)


def of(topics: Iterable[Item]) -> Lexicon:
    """The lexicon of the glossary and these topics."""
    own = [(topic.iri, name) for topic in topics for name in (topic.label, *topic.alternatives)]
    return Lexicon([*glossary(), *own])


@cache
def glossary() -> tuple[tuple[str, str], ...]:
    """Concept and word, as `data/glossary.csv` has them."""
    rows = csv.DictReader(io.StringIO(resources.text("data", "glossary.csv")))
    return tuple((row["concept"], word) for row in rows for word in row["words"].split("|"))
