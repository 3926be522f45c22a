"""What a prefix may be the beginning of (Reconciliation API 0.2, 6)."""

from collections.abc import Iterator, Sequence

from .reconcile_entities import TYPES, Entities, Entity, Type
from .reconcile_properties import PROPERTIES, Property
from .reconcile_words import plain

SUGGESTIONS = 10
"""Told at once; `cursor` asks for those that follow."""
MOST_SUGGESTIONS = 100
ALIKE = 40.0
"""The least score of a name that does not begin so but is like it."""


def entities(
    known: Entities, prefix: str, types: Sequence[str], skip: int, most: int
) -> list[Entity]:
    """Entities whose identifier or a name begins so, then those with such words in it.

    Where there is none, those whose names are like it: the prefix may be misspelt.

    Args:
        types: entities of one of these only; empty: of any.
        skip: suggestions that the client has.
        most: suggestions at once.
    """
    found = sorted(_ranked(known, prefix)) if prefix.strip() else _everything(known)
    places = [place for _, _, place in found]
    if prefix.strip() and not places:
        like = known.index.like(prefix)
        places = [one.owner for one in like if one.score >= ALIKE]
    chosen = [known.all[place] for place in places if _fits(known.all[place], types)]
    return chosen[skip : skip + most]


Ranked = tuple[int, str, int]


def _everything(known: Entities) -> list[Ranked]:
    return [(0, "", place) for place in range(len(known.all))]


def _ranked(known: Entities, prefix: str) -> Iterator[Ranked]:
    """Rank, name and place of every entity that the prefix may mean."""
    begin, words = plain(prefix), plain(prefix).split()
    identifier = known.identifier(prefix)
    for place, (entity, names) in enumerate(zip(known.all, known.plain_names, strict=True)):
        rank = _rank_of_identifier(entity, identifier)
        if words:
            rank = min(rank, *(_rank_of_name(name, begin, words) for name in names))
        if rank < NOWHERE:
            yield rank, names[0], place


NOWHERE = 9


def _rank_of_identifier(entity: Entity, given: str) -> int:
    key = entity.id.partition("/")[2]
    if given in (entity.id, key):
        return 0
    return 3 if entity.id.startswith(given) or key.startswith(given) else NOWHERE


def _rank_of_name(name: str, begin: str, words: Sequence[str]) -> int:
    if name == begin:
        return 1
    if name.startswith(begin):
        return 2
    padded = f" {name}"
    return 4 if all(f" {word}" in padded for word in words) else NOWHERE


def _fits(entity: Entity, types: Sequence[str]) -> bool:
    return not types or entity.type in types


def of_types(prefix: str) -> list[Type]:
    """The types whose identifier or name has words that begin so."""
    return [each for each in TYPES if _begins(prefix, each.id, each.name)]


def of_properties(prefix: str) -> list[Property]:
    """The properties whose identifier or name has words that begin so."""
    return [each for each in PROPERTIES if _begins(prefix, each.id, each.name)]


def _begins(prefix: str, *names: str) -> bool:
    words = plain(prefix).split()
    return all(any(f" {word}" in f" {plain(name)}" for name in names) for word in words)
