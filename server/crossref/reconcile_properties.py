"""The properties of entities: what they are called, who has them, and how values are compared."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from ..errors import ParameterError
from .reconcile_entities import BY_TYPE, Entities, Entity, Value
from .reconcile_words import plain

EVERY = tuple(BY_TYPE)
DATED = ("question", "priority", "theme", "goal", "edition")
PLACED = ("question", "priority", "theme", "goal")


@dataclass(frozen=True)
class Property:
    """A property (Reconciliation API 0.2, 2.3).

    Args:
        types: of the entities that may have it.
        of: type of its values, where these are entities; empty: numbers or texts.
    """

    id: str
    name: str
    description: str
    types: tuple[str, ...]
    of: str = ""


PROPERTIES = (
    Property("edition", "Edition", "The edition or strategy that it stands in.", PLACED, "edition"),
    Property(
        "publisher",
        "Publisher",
        "The organisation that asks or plans it.",
        DATED,
        "organisation",
    ),
    Property("priority", "Priority", "The priority above it.", ("question",), "priority"),
    Property(
        "theme", "Theme", "The themes above it, the nearest first.", ("question", "theme"), "theme"
    ),
    Property(
        "goal",
        "Strategic goal",
        "The goal that it supports or contributes to.",
        ("question", "priority"),
        "goal",
    ),
    Property("topic", "Topic", "Its topics, in our reading.", ("question",), "topic"),
    Property(
        "broader", "Broader topic", "The topics above it, the nearest first.", ("topic",), "topic"
    ),
    Property("identifier", "Identifier", "Its key, such as met-2019-4-2.", EVERY),
    Property("position", "Position", "Its place within its parent, from 1.", PLACED),
    Property("issued", "Year", "The year of its edition.", DATED),
    Property("text", "Official words", "Its words where the name is our own label.", ("question",)),
    Property("definition", "Definition", "What it covers.", ("priority", "topic", "theme", "goal")),
    Property("other-name", "Other names", "What else it is called.", EVERY),
    Property("iri", "IRI", "Its name on the web of data.", EVERY),
)
BY_ID = {each.id: each for each in PROPERTIES}


def of_type(kind: str) -> tuple[Property, ...]:
    """The properties that entities of a type may have; empty: of any type."""
    return tuple(each for each in PROPERTIES if not kind or kind in each.types)


def find(name: str, place: str) -> Property:
    """A property by its identifier.

    Args:
        place: where it is named, for the words of a refusal.

    Raises:
        ParameterError: there is none.
    """
    if name in BY_ID:
        return BY_ID[name]
    near = get_close_matches(name.casefold(), list(BY_ID), n=2)
    hint = f"Did you mean {' or '.join(near)}? " if near else ""
    raise ParameterError(
        f"{place[:120]} is {name[:60]!r}, which is no property here.",
        remedy=f"{hint}The properties: {', '.join(BY_ID)}.",
        extra={"parameter": place[:120], "near": near},
    )


ALIKE = 0.8
"""How like a value's name must be, to count as that value."""
NOT_ALIKE = 0.0

Given = str | int | float | bool
"""A value as it is sent; an entity as its identifier."""


class Comparison:
    """Values that were sent, compared with those of entities; what is found is kept.

    It belongs to one batch, so it may grow with it.
    """

    def __init__(self, entities: Entities) -> None:
        self._entities = entities
        self._resolved: dict[tuple[str, str], dict[str, float]] = {}

    def agreement(self, entity: Entity, name: str, given: Iterable[Given]) -> float:
        """How well the best of the given values fits one of the entity's: 0 to 1."""
        own = entity.values.get(name, ())
        return max(
            (self._fits(name, value, each) for value in own for each in given),
            default=NOT_ALIKE,
        )

    def who(self, name: str, given: Iterable[Given]) -> set[int]:
        """The places of the entities that have one of the given values."""
        holders = self._entities.holders
        keys = {key for each in given for key in self._keys(name, each)}
        return {place for key in keys for place in holders.get((name, key), ())}

    def _keys(self, name: str, given: Given) -> dict[str, float]:
        """What the given value may be: identifiers or plain texts, with how well it fits."""
        text = str(given)
        found = self._resolved.get((name, text))
        if found is None:
            found = self._resolve(name, text)
            self._resolved[name, text] = found
        return found

    def _resolve(self, name: str, text: str) -> dict[str, float]:
        if not BY_ID[name].of:
            return {plain(text): 1.0, plain(self._entities.identifier(text)): 1.0}
        entities = self._entities
        wanted = BY_ID[name].of
        called = [entity.id for entity in entities.called(text) if entity.type == wanted]
        if called:
            return dict.fromkeys(called, 1.0)
        like = entities.index.like(text, lambda place: entities.all[place].type == wanted)
        return {
            entities.all[one.owner].id: one.score / 100 for one in like if one.score / 100 >= ALIKE
        }

    def _fits(self, name: str, value: Value, given: Given) -> float:
        if value.number is not None and isinstance(given, int | float):
            return float(value.number == given)
        return self._keys(name, given).get(value.entity or plain(value.text), NOT_ALIKE)
