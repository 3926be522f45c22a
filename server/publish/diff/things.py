"""The things of a dataset, as a comparison looks at them."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property

import pyoxigraph as ox
from rdflib.namespace import DCTERMS, RDF, RDFS, SKOS

from ...vocab import ARI
from ..dataset import Dataset
from .changes import Kind

INFERRED = "/id/graph/inferred"
"""How the name of the inferred graph ends: what changes there has its cause elsewhere."""

_KINDS: dict[str, Kind] = {
    str(ARI.AreasOfResearchInterest): "edition",
    str(ARI.OperationalPriority): "priority",
    str(ARI.EnablingPriority): "priority",
    str(ARI.Priority): "priority",
    str(ARI.StrategicGoal): "goal",
    str(ARI.Theme): "theme",
    str(ARI.ResearchQuestion): "question",
    str(ARI.QuestionPair): "mapping",
    str(SKOS.Concept): "topic",
}
"""By asserted type; all others that are a concept are so by inference."""


class Things:
    """What is asserted in a dataset, by thing and property."""

    def __init__(self, dataset: Dataset) -> None:
        self._quads = [quad for quad in dataset.quads if not is_inferred(quad)]

    @cached_property
    def _values(self) -> dict[str, dict[str, list[str]]]:
        found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for quad in self._quads:
            if isinstance(quad.subject, ox.NamedNode):
                value = getattr(quad.object, "value", "")
                found[quad.subject.value][quad.predicate.value].append(value)
        return found

    @cached_property
    def _pointing(self) -> dict[tuple[str, str], list[str]]:
        found: dict[tuple[str, str], list[str]] = defaultdict(list)
        for quad in self._quads:
            if isinstance(quad.object, ox.NamedNode) and isinstance(quad.subject, ox.NamedNode):
                found[quad.predicate.value, quad.object.value].append(quad.subject.value)
        return found

    def __contains__(self, iri: str) -> bool:
        return iri in self._values

    def all(self, iri: str, *properties: str) -> list[str]:
        """The values that a thing has of these properties: texts, or IRIs."""
        known = self._values.get(iri, {})
        return [value for name in properties for value in sorted(known.get(str(name), ()))]

    def one(self, iri: str, *properties: str) -> str:
        """The first of them; empty if there is none."""
        return next(iter(self.all(iri, *properties)), "")

    def of(self, iri: str, link: str) -> list[str]:
        """The things that point at this one by a property, in order."""
        return sorted(self._pointing.get((str(link), iri), ()))

    def kind(self, iri: str) -> Kind | None:
        """What the thing is to a reader; None: nothing that changes are told of."""
        kinds = (_KINDS.get(name) for name in self.all(iri, RDF.type))
        return next((kind for kind in kinds if kind), None)

    def label(self, iri: str) -> str:
        """Its name, or its key if it has none."""
        return self.one(iri, SKOS.prefLabel, DCTERMS.title, RDFS.label) or key_of(iri)

    def text(self, iri: str) -> str:
        """The words of a question: the official ones where the data has them, else its name."""
        return self.one(iri, ARI.statementText) or self.label(iri)

    def parent(self, iri: str) -> str:
        """What it stands under; empty for nothing."""
        return self.one(iri, *PARENTS)

    def group(self, iri: str) -> str:
        """The name of the edition, strategy or scheme that it stands in, or is."""
        return self.label(self.one(iri, SKOS.inScheme) or iri)


PARENTS = (str(ARI.underPriority), str(ARI.underTheme), str(SKOS.broader))
"""Properties that lead upwards."""


def key_of(iri: str) -> str:
    """The last part of an IRI: `met-2019-4-2`."""
    return re.split("[/#]", iri)[-1] or iri


def is_inferred(quad: ox.Quad) -> bool:
    """Whether a statement stands in the graph of those that follow from others."""
    return getattr(quad.graph_name, "value", "").endswith(INFERRED)


def subjects(quads: Iterable[ox.Quad]) -> Iterator[str]:
    """The named things that statements are about, each once, in order."""
    yield from sorted({q.subject.value for q in quads if isinstance(q.subject, ox.NamedNode)})
