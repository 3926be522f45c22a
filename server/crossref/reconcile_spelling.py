"""Words that are much like a misspelt one."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from threading import Lock

SHORTEST = 4
"""A shorter word is as likely another word as a misspelling."""
LONG = 9
"""From this length on two slips are forgiven, below it one."""
MOST_REMEMBERED = 20_000

Near = tuple[tuple[str, float], ...]


class Spelling:
    """A vocabulary that finds its words by their pairs of letters."""

    def __init__(self, vocabulary: Iterable[str]) -> None:
        self._known = {word: len(set(_pairs(word))) for word in vocabulary}
        self._by_pair: dict[str, list[str]] = defaultdict(list)
        for word in sorted(self._known):
            for pair in set(_pairs(word)):
                self._by_pair[pair].append(word)
        self._remembered: dict[str, Near] = {}
        self._lock = Lock()

    def near(self, word: str) -> Near:
        """Known words that are this one but for a slip or two, each with how alike (0 to 1).

        A known word is near to itself only: another known word is another word.
        """
        if word in self._known:
            return ((word, 1.0),)
        if len(word) < SHORTEST:
            return ()
        found = self._remembered.get(word)
        if found is None:
            found = tuple(self._misspelt(word))
            with self._lock:
                if len(self._remembered) >= MOST_REMEMBERED:
                    self._remembered.clear()
                self._remembered[word] = found
        return found

    def _misspelt(self, word: str) -> Iterator[tuple[str, float]]:
        pairs = set(_pairs(word))
        shared = Counter(known for pair in pairs for known in self._by_pair.get(pair, ()))
        slips = 2 if len(word) >= LONG else 1
        for known, common in shared.items():
            # One slip changes three pairs at most.
            if known[0] != word[0] or common < max(len(pairs), self._known[known]) - 3 * slips:
                continue
            distance = edits(word, known, slips)
            if distance <= slips and not _is_another_word(word, known):
                yield known, 1 - distance / max(len(word), len(known))


def _is_another_word(word: str, known: str) -> bool:
    """Short words that differ in one letter, such as `cake` and `case`, are two words."""
    short = len(word) == len(known) == SHORTEST
    return short and sorted(word) != sorted(known)


def _pairs(word: str) -> list[str]:
    padded = f" {word} "
    return [padded[place : place + 2] for place in range(len(padded) - 1)]


def edits(one: str, other: str, most: int) -> int:
    """Letters to add, drop, change or swap with the next to make one of the other.

    Optimal string alignment; more than `most` is told as `most + 1`.
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        before, last, row = row, before, [i]
        for j, its in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != its))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == its:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return row[-1]
