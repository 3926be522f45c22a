"""Entities read from the dataset: the items of the corpus with what the links say of them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from ..protocol.service import Service, text
from . import corpus
from .corpus import Corpus, Edition, Item
from .reconcile_entities import BY_TYPE, Entities, Entity, Value


def read(service: Service) -> Entities:
    """The entities at the engine's revision, with their index made.

    Raises:
        LimitReached, TooBusy, EngineFault: as for any question to the engine.
    """
    base, root = service.settings.base_iri, service.root
    others = (f"{base}doc/", f"{root}/id/", f"{root}/doc/")
    all_ = tuple(_Reader(service, corpus.read(service)).entities())
    found = Entities(f"{base}id/", others, all_)
    # Made here, so that the first questions do not all make it at once.
    _ = found.index, found.holders, found.plain_names, found.by_key
    return found


Key = TypeVar("Key")


class _Reader:
    """Makes entities of the items of a corpus and of what the links say of them."""

    def __init__(self, service: Service, read: Corpus) -> None:
        self.space = f"{service.settings.base_iri}id/"
        self.corpus = read
        self.links = _grouped(
            ((text(row, "item"), text(row, "link")), text(row, "value"))
            for row in service.rows("reconcile-links")
        )
        self.organisations = _grouped(
            (text(row, "organisation"), text(row, "name"))
            for row in service.rows("reconcile-organisations")
        )
        self.names = {item.iri: item.label for item in read.items}
        self.names |= {edition.iri: edition.label for edition in read.editions.values()}
        self.names |= {iri: names[0] for iri, names in self.organisations.items()}

    def entities(self) -> Iterator[Entity]:
        for item in self.corpus.items:
            if item.iri.startswith(self.space):
                yield self.of_item(item)
        for edition in self.corpus.editions.values():
            if edition.iri.startswith(self.space):
                yield self.of_edition(edition)
        publishers = {iri for each in self.corpus.editions.values() for iri in self.published(each)}
        for iri in sorted(publishers):
            if iri.startswith(self.space) and iri in self.organisations:
                yield self.of_organisation(iri)

    def of_item(self, item: Item) -> Entity:
        edition = self.corpus.editions.get(item.edition)
        values = self.common(item.iri)
        values["edition"] = self.things([edition.iri] if edition else [])
        values["publisher"] = self.things(self.published(edition) if edition else [])
        values["issued"] = _texts(self.links.get((edition.iri, "issued"), ()) if edition else ())
        for above in item.above:
            name = "broader" if item.kind == "topic" else self.kind(above)
            values[name] = (*values.get(name, ()), *self.things([above]))
        values["topic"] = self.things(item.topics)
        values["goal"] = self.things(self.links.get((item.iri, "goal"), ()))
        if item.position:
            values["position"] = (Value(str(item.position), number=item.position),)
        if item.text != item.label:
            values["text"] = _texts([item.text])
        values["other-name"] = _texts(item.alternatives)
        return self.entity(
            item.iri,
            item.kind,
            (item.label, item.text, *item.alternatives),
            self.described(item, edition),
            values,
        )

    def of_edition(self, edition: Edition) -> Entity:
        values = self.common(edition.iri)
        values["publisher"] = self.things(self.published(edition))
        values["issued"] = _texts(self.links.get((edition.iri, "issued"), ()))
        described = f"Edition, published by {edition.publisher}" if edition.publisher else "Edition"
        return self.entity(edition.iri, "edition", (edition.label,), described, values)

    def of_organisation(self, iri: str) -> Entity:
        names = tuple(self.organisations[iri])
        values = self.common(iri) | {"other-name": _texts(names[1:])}
        return self.entity(iri, "organisation", names, "Organisation", values)

    def entity(
        self,
        iri: str,
        kind: str,
        names: Sequence[str],
        description: str,
        values: Mapping[str, tuple[Value, ...]],
    ) -> Entity:
        own = tuple(dict.fromkeys(name for name in names if name))
        told = {name: each for name, each in values.items() if each}
        definition = next(iter(self.links.get((iri, "definition"), ())), "")
        if definition:
            told["definition"] = _texts([definition])
        identifier = iri[len(self.space) :]
        return Entity(identifier, iri, kind, own[0], own, description, definition, told)

    def common(self, iri: str) -> dict[str, tuple[Value, ...]]:
        """The values that everything has."""
        key = iri[len(self.space) :].partition("/")[2]
        return {"identifier": _texts([key]), "iri": _texts([iri])}

    def things(self, iris: Iterable[str]) -> tuple[Value, ...]:
        return tuple(
            Value(self.names[iri], iri[len(self.space) :])
            for iri in dict.fromkeys(iris)
            if iri in self.names and iri.startswith(self.space)
        )

    def published(self, edition: Edition) -> Sequence[str]:
        return self.links.get((edition.iri, "publisher"), ())

    def kind(self, iri: str) -> str:
        item = self.corpus.by_iri.get(iri)
        return item.kind if item else "theme"

    def described(self, item: Item, edition: Edition | None) -> str:
        """`Question 2 under “…” · edition`."""
        place = f" {item.position}" if item.position else ""
        above = self.names.get(item.above[0], "") if item.above else ""
        told = BY_TYPE[item.kind].name + place + (f" under “{above}”" if above else "")
        return f"{told} · {edition.label}" if edition else told


def _texts(given: Iterable[str]) -> tuple[Value, ...]:
    return tuple(Value(each) for each in given)


def _grouped(pairs: Iterable[tuple[Key, str]]) -> dict[Key, list[str]]:
    found: dict[Key, list[str]] = defaultdict(list)
    for key, value in pairs:
        if value not in found[key]:
            found[key].append(value)
    return dict(found)
