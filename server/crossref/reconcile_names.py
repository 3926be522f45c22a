"""An index of names: which of them a text is like, and how much.

The likeness is a Dice coefficient over words that are weighted by their rarity. It is found by
adding up what the words of the text share with the names that have them, so no name is looked at
that shares no word; the commonest words are added only for the names that lead without them.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import nlargest
from itertools import pairwise

from .reconcile_spelling import Spelling
from .reconcile_words import FUNCTION_WORDS, plain, words

LEADERS = 64
"""Names that are looked at closely."""
COMMON = 0.1
"""A word that stands in a larger part of the names does not decide who leads."""
FEW = 200
"""Names among which every word may decide."""
CURVE = 1.5
"""Half of the words shared is worth less than half of the score."""
ORDER = 0.04
"""Part of the score that the order of the words decides."""
LIGHT = 0.25
"""What a function word weighs beside another word that is as rare."""
TELLING = 0.75
"""Of the weight of a word that no name has: a text that weighs less says little by itself."""
STRANGE = 0.5
"""Of the text by weight: where a name has less of it, the rest speaks against the name."""
WITHIN = 50.0
"""The least score of a name that holds all of a text of two words or more, in their order."""
ALMOST = 99.0
"""The same words, but not quite the same name."""
EXACT = 100.0


@dataclass(frozen=True)
class Likeness:
    """How a text is like a name.

    Args:
        owner: whose name it is, as a place in the list that was indexed.
        score: 0 to 100; 100: the same but for case, accents and punctuation.
        of_text, of_name: share of the words of each that the other has, by weight.
        order: share of the pairs of neighbours in the text that keep their order in the name.
    """

    owner: int
    name: str
    score: float
    of_text: float
    of_name: float
    order: float


@dataclass(frozen=True)
class _Name:
    owner: int
    text: str
    plain: str
    places: dict[str, int]
    weight: float


@dataclass(frozen=True)
class _Term:
    """A word of the text with the words of the index that it may stand for."""

    weight: float
    near: tuple[tuple[str, float], ...]


Admits = Callable[[int], bool]


class Names:
    """All names of some things.

    Args:
        names: of each thing, in the order in which `Likeness.owner` counts them.
    """

    def __init__(self, names: Sequence[Iterable[str]]) -> None:
        spelt = [(owner, name, plain(name)) for owner, given in enumerate(names) for name in given]
        held: dict[str, list[int]] = defaultdict(list)
        for place, (_, _, text) in enumerate(spelt):
            for word in set(words(text)):
                held[word].append(place)
        self._held = dict(held)
        self._rarity = {word: _rarity(word, len(spelt), len(on)) for word, on in held.items()}
        self._unknown = math.log1p(len(spelt))
        self._common = max(FEW, COMMON * len(spelt))
        self._names = [self._name(*parts) for parts in spelt]
        self._spelling = Spelling(held)
        self._same: dict[str, list[int]] = defaultdict(list)
        for place, name in enumerate(self._names):
            self._same[name.plain.replace(" ", "")].append(place)

    def _name(self, owner: int, text: str, spelt: str) -> _Name:
        places = {word: place for place, word in reversed(list(enumerate(words(spelt))))}
        return _Name(owner, text, spelt, places, sum(self._rarity[word] for word in places))

    def like(self, text: str, admits: Admits = lambda _: True) -> list[Likeness]:
        """The things whose names are most like a text, the likest first, each by its best name.

        Args:
            admits: whether a thing may be found.
        """
        asked = plain(text)
        if not asked:
            return []
        terms = self._terms(asked)
        leaders = self._leaders(asked, terms, admits)
        found = [(place, self._close(asked, terms, place)) for place in leaders]
        # Among equal names of a thing the first is its name, and the others are other names.
        found.sort(key=lambda pair: (-pair[1].score, pair[0]))
        best: dict[int, Likeness] = {}
        for _, likeness in found:
            best.setdefault(likeness.owner, likeness)
        return list(best.values())

    def _terms(self, asked: str) -> dict[str, _Term]:
        return {word: self._term(word) for word in words(asked)}

    def _term(self, word: str) -> _Term:
        near = self._spelling.near(word)
        return _Term(max((self._rarity[known] for known, _ in near), default=self._unknown), near)

    def _leaders(self, asked: str, terms: dict[str, _Term], admits: Admits) -> list[int]:
        shared: dict[int, float] = defaultdict(float)
        near = [pair for term in terms.values() for pair in term.near]
        rare = [pair for pair in near if len(self._held[pair[0]]) <= self._common]
        for word, alike in rare or near:
            worth = alike * self._rarity[word]
            for place in self._held[word]:
                shared[place] += worth
        for place in self._same.get(asked.replace(" ", ""), ()):
            shared[place] += self._unknown
        whole = sum(term.weight for term in terms.values())
        names = self._names
        return nlargest(
            LEADERS,
            (place for place in shared if admits(names[place].owner)),
            key=lambda place: (shared[place] / (whole + names[place].weight), -place),
        )

    def _close(self, asked: str, terms: dict[str, _Term], place: int) -> Likeness:
        name = self._names[place]
        met = {word: self._met(term, name) for word, term in terms.items()}
        whole = sum(term.weight for term in terms.values())
        common = sum(worth for worth, _ in met.values())
        of_text, of_name = common / whole, min(1.0, common / name.weight)
        order = _order([at for _, at in met.values() if at >= 0])
        score = _score(of_text, of_name, order) * min(1.0, of_text / STRANGE)
        score *= math.sqrt(min(1.0, whole / (TELLING * self._unknown)))
        if order == 1 and _all_met(met):
            score = max(score, WITHIN + score / 10)
        if asked.replace(" ", "") == name.plain.replace(" ", ""):
            of_text = of_name = order = 1.0
            score = EXACT if asked == name.plain else ALMOST
        return Likeness(name.owner, name.text, score, of_text, of_name, order)

    def _met(self, term: _Term, name: _Name) -> tuple[float, int]:
        """What a word shares with a name, and where it stands there; -1: nowhere."""
        return max(
            (
                (alike * self._rarity[word], name.places[word])
                for word, alike in term.near
                if word in name.places
            ),
            default=(0.0, -1),
        )


def _all_met(met: Mapping[str, tuple[float, int]]) -> bool:
    """Whether a name has every word of a text, and more than one that says something."""
    telling = sum(word not in FUNCTION_WORDS for word in met)
    return telling > 1 and all(place >= 0 for _, place in met.values())


def _rarity(word: str, names: int, holding: int) -> float:
    return math.log1p(names / holding) * (LIGHT if word in FUNCTION_WORDS else 1)


def _order(places: Sequence[int]) -> float:
    pairs = Counter(one < other for one, other in pairwise(places))
    return pairs[True] / pairs.total() if pairs else 1.0


def _score(of_text: float, of_name: float, order: float) -> float:
    if not of_text + of_name:
        return 0.0
    dice = 2 * of_text * of_name / (of_text + of_name)
    return float(min(ALMOST, 100 * dice**CURVE * (1 - ORDER + ORDER * order)))
