"""The words of a text as comparable terms: lower case, British spelling, without endings.

The rules are few and plain, so that everyone can see why two words count as the same one; what
they miss, the glossary and the thesaurus join.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache

from .. import resources

_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*")
_SENTENCE = re.compile(r"(?<=[.!?;:])\s+|\n+|\s+[\u2022*\u2013-]\s+")
_LETTER = re.compile(r"[^\W\d_]")

_ENDINGS = (
    *("ations", "ation", "ingly", "ments", "ment", "ities", "ings", "ions", "ing", "ity", "ness"),
    *("ion", "ied", "ers", "er", "ed", "es", "ly", "al", "s", "e"),
)
"""Tried in this order; one is taken off."""
_LEAST = 4
"""Letters that must be left of a word when its ending is taken off."""
_APART = {
    **dict.fromkeys(("career", "careers"), "career"),
    **dict.fromkeys(("minority", "minorities"), "minority"),
    "customs": "customs",
    "integrity": "integrity",
    "morale": "morale",
    "publicity": "publicity",
}
"""Words that would be another word without their ending: a career is no care."""
_BRITISH = (("ization", "isation"), ("izing", "ising"), ("ized", "ised"), ("ize", "ise"))


@dataclass(frozen=True)
class Term:
    """A word that says something.

    Args:
        stem: what it is compared by.
        start, end: of the word in its text, in code points, the end exclusive.
    """

    stem: str
    start: int
    end: int


def terms(text: str) -> list[Term]:
    """The words of a text that say something, in order."""
    stop = _stop_words()
    return [
        Term(stem(word), match.start(), match.end())
        for match in _WORD.finditer(text)
        if (word := _plain(match[0])) not in stop and len(word) > 1 and _LETTER.search(word)
    ]


def size(text: str) -> int:
    """The number of words of a text, those that say nothing included."""
    return sum(1 for _ in _WORD.finditer(text))


def stems(texts: Iterable[str]) -> list[str]:
    """The stems of several texts, in order."""
    return [term.stem for text in texts for term in terms(text)]


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """A word, in lower case, without its ending."""
    if word in _APART:
        return _APART[word]
    for american, british in _BRITISH:
        if word.endswith(american):
            word = word.removesuffix(american) + british
            break
    if word.endswith("ies"):
        word = word.removesuffix("ies") + "y"
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _LEAST:
            return word.removesuffix(ending)
    return word


def sentences(text: str, most: int) -> list[str]:
    """The sentences and list entries of a text; beyond `most` (from 2), the rest is one."""
    found = [piece.strip() for piece in _SENTENCE.split(text, maxsplit=most - 1)]
    return [piece for piece in found if piece]


@cache
def _stop_words() -> frozenset[str]:
    """Words that say nothing of what a text is about, and those that nearly every question has."""
    rows = csv.DictReader(io.StringIO(resources.text("data", "stop-words.csv")))
    return frozenset(row["word"] for row in rows)


def _plain(word: str) -> str:
    word = unicodedata.normalize("NFKC", word).casefold().replace("\u2019", "'")
    return word.removesuffix("'s").replace("'", "")
