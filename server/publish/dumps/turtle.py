"""Turtle and TriG of our own writing: for people, and the same bytes from every library.

Prefixes and things stand in order, blank nodes that only one statement names stand inside it, and
lists as lists.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

import pyoxigraph as ox

from ...vocab import PREFIXES
from .terms import RDF, Shortener

Properties = dict[str, list[ox.NamedNode | ox.BlankNode | ox.Literal]]

_TYPE, _FIRST, _REST, _NIL = (f"{RDF}{name}" for name in ("type", "first", "rest", "nil"))
_STEP = "    "


def turtle(
    triples: Iterable[ox.Triple], base: str = "", prefixes: Mapping[str, str] = PREFIXES
) -> bytes:
    """A graph in Turtle (RDF 1.1 Turtle).

    Args:
        triples: with the labels of blank nodes that they are to be ordered by.
        base: things under it are named relative to it.
    """
    short = Shortener(base, prefixes)
    body = "\n".join(_Graph(triples, short, set()).blocks())
    return (_head(short) + body).encode()


def trig(
    graphs: Mapping[str, Sequence[ox.Triple]],
    base: str = "",
    prefixes: Mapping[str, str] = PREFIXES,
) -> bytes:
    """Named graphs, in order of their IRIs, in TriG (RDF 1.1 TriG)."""
    short, shared = Shortener(base, prefixes), _shared(graphs.values())
    parts = []
    for name in sorted(graphs):
        body = "\n".join(_Graph(graphs[name], short, shared).blocks())
        parts.append(f"{short.iri(name)} {{\n{body}}}\n")
    return (_head(short) + "\n".join(parts)).encode()


def _head(short: Shortener) -> str:
    lines = [f"@prefix {p}: <{n}> .\n" for p, n in short.prefixes.items() if p in short.used]
    if short.based:
        lines.insert(0, f"@base <{short.base}> .\n")
    return "".join(lines) + ("\n" if lines else "")


def _shared(graphs: Iterable[Iterable[ox.Triple]]) -> set[str]:
    """Labels of the blank nodes that stand in more than one graph."""
    seen = Counter(label for triples in graphs for label in {*_labels(triples)})
    return {label for label, count in seen.items() if count > 1}


def _labels(triples: Iterable[ox.Triple]) -> Iterator[str]:
    for triple in triples:
        for term in (triple.subject, triple.object):
            if isinstance(term, ox.BlankNode):
                yield term.value


class _Graph:
    """One graph, by subject and property."""

    def __init__(self, triples: Iterable[ox.Triple], short: Shortener, shared: set[str]) -> None:
        self.short = short
        self.things: dict[ox.NamedNode | ox.BlankNode, Properties] = {}
        parents: dict[str, list[ox.NamedNode | ox.BlankNode]] = {}
        for triple in triples:
            subject, predicate, value = plain(triple)
            self.things.setdefault(subject, {}).setdefault(predicate.value, []).append(value)
            if isinstance(value, ox.BlankNode):
                parents.setdefault(value.value, []).append(subject)
        single = {label: found[0] for label, found in parents.items() if len(found) == 1}
        inner = {label: parent for label, parent in single.items() if label not in shared}
        self.inner = {label for label in inner if not _circular(label, inner)}

    def blocks(self) -> Iterator[str]:
        for thing in sorted(self.things, key=str):
            if not (isinstance(thing, ox.BlankNode) and thing.value in self.inner):
                properties = self.properties(self.things[thing], _STEP)
                yield f"{self.short.term(thing)} {properties} .\n"

    def properties(self, properties: Properties, indent: str) -> str:
        ordered = sorted(properties, key=lambda iri: (iri != _TYPE, iri))
        said = (f"{self.verb(p)} {self.objects(properties[p], indent)}" for p in ordered)
        return f" ;\n{indent}".join(said)

    def verb(self, iri: str) -> str:
        return "a" if iri == _TYPE else self.short.iri(iri)

    def objects(self, values: list[ox.NamedNode | ox.BlankNode | ox.Literal], indent: str) -> str:
        return " , ".join(self.value(value, indent) for value in sorted(values, key=str))

    def value(self, value: ox.NamedNode | ox.BlankNode | ox.Literal, indent: str) -> str:
        if not isinstance(value, ox.BlankNode) or value.value not in self.inner:
            return self.short.term(value)
        members = self.members(value)
        if members is not None:
            return f"( {' '.join(self.value(member, indent) for member in members)} )"
        if value not in self.things:
            return "[]"
        deeper = indent + _STEP
        return f"[\n{deeper}{self.properties(self.things[value], deeper)} ]"

    def members(
        self, node: ox.NamedNode | ox.BlankNode | ox.Literal
    ) -> list[ox.NamedNode | ox.BlankNode | ox.Literal] | None:
        """The members of a well-formed list that nothing else points into; None: it is none."""
        found = []
        while not (isinstance(node, ox.NamedNode) and node.value == _NIL):
            if not isinstance(node, ox.BlankNode) or node.value not in self.inner:
                return None
            cell = self.things.get(node, {})
            if cell.keys() != {_FIRST, _REST} or any(len(values) > 1 for values in cell.values()):
                return None
            found.append(cell[_FIRST][0])
            node = cell[_REST][0]
        return found


def plain(
    triple: ox.Triple,
) -> tuple[ox.NamedNode | ox.BlankNode, ox.NamedNode, ox.NamedNode | ox.BlankNode | ox.Literal]:
    """The terms of a triple of RDF 1.1: our data has no statements about statements."""
    subject, predicate, value = triple
    if isinstance(subject, ox.Triple) or isinstance(value, ox.Triple):
        raise TypeError(f"a statement stands inside a statement: {triple}")
    return subject, predicate, value


def _circular(label: str, parents: Mapping[str, ox.NamedNode | ox.BlankNode]) -> bool:
    """Whether the way up comes back to this blank node: then no statement begins outside."""
    node = parents[label]
    seen = set()
    while isinstance(node, ox.BlankNode) and node.value in parents and node.value not in seen:
        seen.add(node.value)
        node = parents[node.value]
    return label in seen
