"""What a dataset holds, counted: the numbers that its description (VoID) gives."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from ...vocab import ARI, PREFIXES
from ..dataset import Dataset

_TYPE = f"{PREFIXES['rdf']}type"
_RELATIONS = ("broad", "close", "exact", "narrow", "related")
LINKS = (
    *(f"{PREFIXES['skos']}{name}Match" for name in _RELATIONS),
    f"{PREFIXES['dcterms']}subject",
    str(ARI.contributesToGoal),
    str(ARI.supportsGoal),
)
"""Properties that lead from a thing of one graph to a thing of another."""

Link = tuple[str, str, str]
"""IRI of the graph that describes the subjects, the property, IRI of the graph of the objects."""


@dataclass(frozen=True)
class PropertyCounts:
    """How a property is used."""

    triples: int
    subjects: int
    objects: int


@dataclass(frozen=True)
class Counts:
    """How large a graph is (VoID, section 4.6).

    Args:
        subjects, objects: how many different ones there are.
        entities: subjects whose IRI begins with that of our things.
        classes: number of different things of each class, by IRI.
        properties: by IRI.
    """

    triples: int
    subjects: int
    objects: int
    entities: int
    classes: Mapping[str, int]
    properties: Mapping[str, PropertyCounts]


def counted(triples: Iterable[ox.Triple], space: str) -> Counts:
    """Count the statements of one graph, a set.

    Args:
        space: what the IRIs of our things begin with.
    """
    said = set(triples)
    subjects = {triple.subject for triple in said}
    types = Counter(t.object for t in said if t.predicate.value == _TYPE)
    return Counts(
        triples=len(said),
        subjects=len(subjects),
        objects=len({triple.object for triple in said}),
        entities=sum(getattr(node, "value", "").startswith(space) for node in subjects),
        classes={k.value: types[k] for k in sorted(types, key=str) if isinstance(k, ox.NamedNode)},
        properties=_properties(said),
    )


def links(dataset: Dataset, inferred: str) -> dict[Link, int]:
    """How many statements lead from each graph to each other one, in the merge.

    A thing belongs to the graph that says what kind of thing it is.

    Args:
        inferred: IRI of the graph of what follows from the others, which no thing belongs to.
    """
    home = _homes(dataset, inferred)
    found: Counter[Link] = Counter()
    for triple in {quad.triple for quad in dataset.quads}:
        here, there = home.get(triple.subject), home.get(triple.object)
        if triple.predicate.value in LINKS and here and there and here != there:
            found[here, triple.predicate.value, there] += 1
    return dict(sorted(found.items()))


def vocabularies(counts: Counts) -> list[str]:
    """The namespaces, of those that have a prefix, that properties and classes come from."""
    terms = {*counts.properties, *counts.classes}
    used = {n for n in PREFIXES.values() if any(term.startswith(n) for term in terms)}
    return sorted(used)


def _homes(dataset: Dataset, inferred: str) -> dict[object, str]:
    return {
        triple.subject: name
        for name, triples in sorted(dataset.graphs.items(), reverse=True)
        if name != inferred
        for triple in triples
        if triple.predicate.value == _TYPE
    }


def _properties(triples: Iterable[ox.Triple]) -> dict[str, PropertyCounts]:
    pairs: dict[str, list[ox.Triple]] = {}
    for triple in triples:
        pairs.setdefault(triple.predicate.value, []).append(triple)
    return {name: _use(pairs[name]) for name in sorted(pairs)}


def _use(triples: list[ox.Triple]) -> PropertyCounts:
    return PropertyCounts(
        triples=len(triples),
        subjects=len({triple.subject for triple in triples}),
        objects=len({triple.object for triple in triples}),
    )
