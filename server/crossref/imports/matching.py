"""Which question of a source is which of those that are there, so that keys stay what they are.

First by the source's identifier, then by the digest of the text, then by the nearest text under
the same theme, if it is near enough. Every question is found at most once, and the order in which
a source lists its questions decides nothing.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from .found import FoundQuestion

THRESHOLD = 0.8
"""From here on, a text under the same theme is a revision: ratio of difflib over characters."""

By = Literal["identifier", "hash", "similarity"]
Path = tuple[str, ...]


@dataclass(frozen=True)
class Known:
    """A question that is there.

    Args:
        id: last part of its key.
        sources: identifiers that it ever had in its sources, `{kind}:{identifier}`.
        digests: of the texts that it ever had, the present one first.
        path: names of the headings above it, the outermost first.
        text: empty if it is not known.
    """

    id: str
    sources: frozenset[str]
    digests: tuple[str, ...]
    path: Path
    text: str


@dataclass(frozen=True)
class Match:
    """A question of a source is one that is there.

    Args:
        found, known: places in the two lists.
        similarity: of the two texts, 0 to 1; 1 unless it was what decided.
    """

    found: int
    known: int
    by: By
    similarity: float = 1.0


def match(
    known: Sequence[Known], found: Sequence[FoundQuestion], kind: str, threshold: float
) -> dict[int, Match]:
    """What is found again, by its place in `found`."""
    matches: dict[int, Match] = {}
    taken: set[int] = set()
    # Each step begins to look only when the one before has taken what it found.
    for step in (
        _by_identifier(known, found, kind),
        _by_hash(known, found),
        _by_similarity(known, found, matches, threshold),
    ):
        for item in step:
            if item.found not in matches and item.known not in taken:
                matches[item.found] = item
                taken.add(item.known)
    return matches


def _by_identifier(
    known: Sequence[Known], found: Sequence[FoundQuestion], kind: str
) -> Iterator[Match]:
    places = {source: n for n, item in enumerate(known) for source in item.sources}
    for number, item in enumerate(found):
        place = places.get(f"{kind}:{item.own_id}") if item.own_id else None
        if place is not None:
            yield Match(number, place, "identifier")


def _by_hash(known: Sequence[Known], found: Sequence[FoundQuestion]) -> Iterator[Match]:
    """The same text; of several, first that under the same theme, and the present text first."""
    places: dict[str, list[tuple[int, int]]] = {}
    for number, item in enumerate(known):
        for age, value in enumerate(item.digests):
            places.setdefault(value, []).append((min(age, 1), number))
    ranked = [
        (not alike(known[place].path, item.path), age, place, item.own_id, number)
        for number, item in enumerate(found)
        for age, place in places.get(item.digest, ())
    ]
    for _, _, place, _, number in sorted(ranked):
        yield Match(number, place, "hash")


def _by_similarity(
    known: Sequence[Known],
    found: Sequence[FoundQuestion],
    matches: Mapping[int, Match],
    threshold: float,
) -> Iterator[Match]:
    taken = {item.known for item in matches.values()}
    left = [n for n in range(len(known)) if n not in taken and known[n].text]
    ranked = [
        (-score, found[number].text, place, found[number].own_id, number)
        for number in range(len(found))
        if number not in matches
        for place, score in _near(found[number], left, known, threshold)
    ]
    for score, _, place, _, number in sorted(ranked):
        yield Match(number, place, "similarity", -score)


def _near(
    item: FoundQuestion, left: Iterable[int], known: Sequence[Known], threshold: float
) -> Iterator[tuple[int, float]]:
    compared = SequenceMatcher(autojunk=False)
    compared.set_seq2(item.text.casefold())
    for place in left:
        if not alike(known[place].path, item.path):
            continue
        compared.set_seq1(known[place].text.casefold())
        # The two bounds are far cheaper than the ratio itself.
        if compared.real_quick_ratio() < threshold or compared.quick_ratio() < threshold:
            continue
        score = round(compared.ratio(), 4)
        if score >= threshold:
            yield place, score


def alike(one: Path, other: Path) -> bool:
    """Whether two paths name the same theme; a source may give fewer levels than another."""
    levels = min(len(one), len(other))
    if not levels:
        return one == other
    return _plain(one[:levels]) == _plain(other[:levels])


def _plain(path: Path) -> list[str]:
    return [name.casefold() for name in path]
