"""What a reconciliation service offers: every thing with its names, its type and its values."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from ..vocab import ARI
from .reconcile_names import Names
from .reconcile_words import plain


@dataclass(frozen=True)
class Type:
    """A type of entities (Reconciliation API 0.2, 2.2).

    Args:
        classes: IRIs that name it as well.
    """

    id: str
    name: str
    description: str
    classes: tuple[str, ...] = ()


SKOS_CONCEPT = "http://www.w3.org/2004/02/skos/core#Concept"
ORGANISATION = "http://www.w3.org/ns/org#Organization"
TYPES = (
    Type(
        "question",
        "Question",
        "A question or statement of an organisation's areas of research interest.",
        (str(ARI.ResearchQuestion),),
    ),
    Type(
        "priority",
        "Priority",
        "A priority under which the Metropolitan Police Service asks its questions.",
        (str(ARI.Priority), str(ARI.OperationalPriority), str(ARI.EnablingPriority)),
    ),
    Type(
        "theme",
        "Theme",
        "A theme, or a group of themes, under which other organisations ask theirs.",
        (str(ARI.Theme),),
    ),
    Type(
        "goal",
        "Strategic goal",
        "A goal of the strategy that an edition follows.",
        (str(ARI.StrategicGoal),),
    ),
    Type("topic", "Topic", "A topic of the common thesaurus.", (SKOS_CONCEPT,)),
    Type(
        "edition",
        "Edition",
        "An edition of areas of research interest, or a strategy.",
        (str(ARI.AreasOfResearchInterest), str(ARI.Strategy)),
    ),
    Type("organisation", "Organisation", "A publisher of editions.", (ORGANISATION,)),
)
BY_TYPE = {kind.id: kind for kind in TYPES}
TYPE_OF_CLASS = {iri: kind.id for kind in TYPES for iri in kind.classes}


@dataclass(frozen=True)
class Value:
    """A value of a property: an entity by its identifier, a number, or a text.

    Args:
        entity: identifier; empty: it is not an entity.
    """

    text: str
    entity: str = ""
    number: int | None = None


@dataclass(frozen=True)
class Entity:
    """Something to reconcile to.

    Args:
        id: its IRI without the identifier space: `question/met-2019-4-2`.
        names: the name and all others, each once.
        description: tells namesakes apart, one line.
        definition: in the words of its source; empty if there is none.
        values: by identifier of the property.
    """

    id: str
    iri: str
    type: str
    name: str
    names: tuple[str, ...]
    description: str
    definition: str = ""
    values: Mapping[str, tuple[Value, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Entities:
    """All entities of one revision.

    Args:
        space: the identifier space: what stands before every identifier in an IRI.
        others: further prefixes that users paste: of documents, and of this service's addresses.
    """

    space: str
    others: tuple[str, ...]
    all: tuple[Entity, ...]

    @cached_property
    def by_id(self) -> dict[str, Entity]:
        """Every entity by its identifier."""
        return {entity.id: entity for entity in self.all}

    @cached_property
    def place(self) -> dict[str, int]:
        """Where each entity stands in `all`, by its identifier."""
        return {entity.id: place for place, entity in enumerate(self.all)}

    @cached_property
    def by_key(self) -> dict[str, tuple[Entity, ...]]:
        """Entities by the part of the identifier after the type."""
        found: dict[str, list[Entity]] = defaultdict(list)
        for entity in self.all:
            found[entity.id.partition("/")[2]].append(entity)
        return {key: tuple(entities) for key, entities in found.items()}

    @cached_property
    def index(self) -> Names:
        """The names of all, in their order."""
        return Names([entity.names for entity in self.all])

    @cached_property
    def plain_names(self) -> tuple[tuple[str, ...], ...]:
        """The names of each, as they are compared."""
        return tuple(tuple(map(plain, entity.names)) for entity in self.all)

    @cached_property
    def holders(self) -> dict[tuple[str, str], tuple[int, ...]]:
        """Who has a value: by property and identifier, or plain text, of the value."""
        found: dict[tuple[str, str], list[int]] = defaultdict(list)
        for place, entity in enumerate(self.all):
            for name, values in entity.values.items():
                for value in values:
                    found[name, value.entity or plain(value.text)].append(place)
        return {key: tuple(places) for key, places in found.items()}

    def find(self, named: str) -> Entity | None:
        """The entity with this identifier, or with this IRI or address."""
        return self.by_id.get(self.identifier(named))

    def called(self, named: str) -> tuple[Entity, ...]:
        """Whatever an identifier, an IRI, an address or the end of one stands for."""
        entity = self.find(named)
        return (entity,) if entity else self.by_key.get(named.strip(), ())

    def identifier(self, named: str) -> str:
        """What is left of an IRI or an address in one of our spaces."""
        stripped = named.strip()
        for prefix in (self.space, *self.others):
            if stripped.startswith(prefix):
                return stripped[len(prefix) :]
        return stripped
