"""The thesaurus of a corpus: the real topics and, below them, generated ones."""

from collections.abc import Iterable, Iterator
from random import Random

from .lines import english, facts, graph, plain, term, thing
from .wording import ADJECTIVES, NOUNS

DEEPEST = 3
"""Most topics above a generated topic."""


class Topics:
    """Keys with those above each; grows.

    Args:
        above: the key of the topic above each topic; None for one at the top.
    """

    def __init__(self, above: dict[str, str | None]) -> None:
        self.keys = sorted(above)
        self._ancestors = {key: list(_chain(above, key)) for key in above}

    def pick(self, random: Random, many: int) -> list[str]:
        """Different topics, the older ones far more often: some topics are asked about by all."""
        found: list[str] = []
        while len(found) < many:
            key = self.keys[int(len(self.keys) * random.random() ** 2)]
            if key not in found:
                found.append(key)
        return found

    def grow(self, random: Random, numbers: Iterable[int]) -> Iterator[str]:
        """New topics, one for each number, with what follows from them."""
        for number in numbers:
            parent = self._parent(random)
            adjective, noun = (_one(random, words) for words in (ADJECTIVES, NOUNS))
            name = f"{adjective} {noun} {number}"
            key = name.replace(" ", "-")
            self._ancestors[key] = [parent, *self._ancestors[parent]]
            self.keys.append(key)
            yield from _asserted(key, name.capitalize(), parent)
            yield from _inferred(key, self._ancestors[key])

    def _parent(self, random: Random) -> str:
        while True:
            (key,) = self.pick(random, 1)
            if len(self._ancestors[key]) < DEEPEST:
                return key


def _chain(above: dict[str, str | None], key: str) -> Iterator[str]:
    while (parent := above[key]) is not None:
        yield parent
        key = parent


def _one(random: Random, words: tuple[str, ...]) -> str:
    return words[int(len(words) * random.random())]


def _asserted(key: str, name: str, parent: str) -> Iterator[str]:
    yield from facts(
        graph("topics"),
        thing("topic", key),
        {
            "a": term("skos:Concept"),
            "dcterms:identifier": plain(key),
            "skos:prefLabel": english(name),
            "skos:altLabel": [english(f"{name} policy"), english(f"{name} research")],
            "skos:scopeNote": english(f"Covers {name.lower()} wherever an organisation asks."),
            "skos:inScheme": thing("scheme", "topics"),
            "skos:broader": thing("topic", parent),
        },
    )


def _inferred(key: str, ancestors: list[str]) -> Iterator[str]:
    place, topic = graph("inferred"), thing("topic", key)
    yield from facts(place, thing("topic", ancestors[0]), {"skos:narrower": topic})
    for ancestor in ancestors:
        higher = thing("topic", ancestor)
        yield from facts(place, topic, {"skos:broaderTransitive": higher})
        yield from facts(place, higher, {"skos:narrowerTransitive": topic})
