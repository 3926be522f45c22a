"""What the shapes say of a write: only of what it touches, and only what is new."""

from collections.abc import Iterable, Iterator

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, RdfFormat, parse
from rdflib import Graph
from rdflib.namespace import SH
from rdflib.term import Node

from ..build.findings import Finding
from ..build.nodes import portable
from ..build.shapes import load_shapes
from ..build.stored import StoredGraph
from ..build.validation import validate
from ..errors import ViolationsFound
from ..vocab import OA, PREFIXES, Names
from . import delta, serialise
from .patch import Transaction
from .snapshot import Snapshot

Resource = NamedNode | BlankNode
Identity = tuple[str, ...]

_ASSERTED = NamedNode(f"{delta.RESERVED}asserted")
_TYPE = NamedNode(f"{PREFIXES['rdf']}type")
_SUBCLASS = NamedNode(f"{PREFIXES['rdfs']}subClassOf")
_SCHEME = NamedNode(f"{PREFIXES['skos']}inScheme")
_SERVES = NamedNode(f"{PREFIXES['owl']}annotatedSource")
_SERVED_BY = (
    NamedNode(f"{PREFIXES['prov']}wasQuotedFrom"),
    NamedNode(str(OA.hasSelector)),
)
_STEPS = 2
"""From a selector to its quote, from the quote to what it is a quote of."""
_TARGETS = (SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf)
_TOLD = 3
"""How many findings a message tells; the record holds them all."""


class Rules:
    """The shapes, with their targets apart: what they look at is chosen anew for each write."""

    def __init__(self) -> None:
        self.shapes = load_shapes()
        self.targets = {kind: _by_object(self.shapes, kind) for kind in _TARGETS}
        for kind in _TARGETS:
            self.shapes.remove((None, kind, None))
        # The validator imports some of its parts when it is first used.
        validate(Graph(), self.shapes, {})

    def aim(self, data: "Data", nodes: Iterable[Resource]) -> None:
        """Let each shape look at those of these nodes that it is about (SHACL, 2.1.3)."""
        self.shapes.remove((None, SH.targetNode, None))
        for node in nodes:
            for shape in self._about(data, node):
                self.shapes.add((shape, SH.targetNode, portable(node)))

    def _about(self, data: "Data", node: Resource) -> Iterator[Node]:
        classes, subjects, objects = (self.targets[kind] for kind in _TARGETS)
        for found in data.classes(node):
            yield from classes.get(found, ())
        for predicate in subjects:
            if data.has(node, predicate, None):
                yield from subjects[predicate]
        for predicate in objects:
            if data.has(None, predicate, node):
                yield from objects[predicate]


def _by_object(shapes: Graph, kind: Node) -> dict[NamedNode, list[Node]]:
    found: dict[NamedNode, list[Node]] = {}
    for shape, target in shapes.subject_objects(kind):
        found.setdefault(NamedNode(str(target)), []).append(shape)
    return found


def refuse_new(before: Snapshot, transaction: Transaction, rules: Rules, base: str) -> None:
    """Refuse a write after which a rule is broken that was kept before.

    Args:
        before: the data before the write, this process's own and not used again.
        base: base IRI of things.

    Raises:
        ViolationsFound: with the findings.
    """
    after = before.apply(transaction)
    data = Data(after, base)
    nodes = _touched(transaction, data)
    found = _violations(data, nodes, rules)
    if not found:
        return
    undone = after.apply(Transaction("", transaction.added, transaction.removed))
    known = _violations(Data(undone, base), nodes, rules)
    new = [finding for identity, finding in found.items() if identity not in known]
    if new:
        raise _refusal(new)


def _violations(data: "Data", nodes: Iterable[Resource], rules: Rules) -> dict[Identity, Finding]:
    rules.aim(data, nodes)
    findings = validate(data.graph, rules.shapes, {})
    return {
        (item.rule, item.focus, item.value, item.message): item
        for item in findings
        if item.severity == "violation"
    }


def _refusal(findings: list[Finding]) -> ViolationsFound:
    told = [f"{item.label or item.culprit}: {item.message}" for item in findings[:_TOLD]]
    rest = len(findings) - len(told)
    told += [f"And {rest} more."] if rest else []
    return ViolationsFound(
        " ".join(["The data would break a rule, so nothing is stored.", *told]),
        remedy="Write what is missing or to be corrected in the same request.",
        extra={"findings": [item.as_dict() for item in findings]},
    )


def _touched(transaction: Transaction, data: "Data") -> list[Resource]:
    """The nodes in a write, the editions they belong to, and what links to a thing that lost a
    class, since other rules ask for it."""
    nodes: dict[Resource, None] = {}
    for removed, lines in ((True, transaction.removed), (False, transaction.added)):
        for quad in parse(b"".join(lines), format=RdfFormat.N_QUADS):
            for node in (quad.subject, quad.object):
                if isinstance(node, Resource):
                    nodes[node] = None
            if removed and quad.predicate == _TYPE:
                nodes.update(dict.fromkeys(data.subjects(None, quad.subject)))
    for node in list(nodes):
        nodes.update(dict.fromkeys(data.schemes(node, _STEPS)))
    return list(nodes)


class Data:
    """What shapes look at: the merge of all graphs, of the inferred one its account only."""

    def __init__(self, snapshot: Snapshot, base: str) -> None:
        names = Names(base)
        self._store, self._snapshot = snapshot.store, snapshot
        self._inferred = str(names.graph("inferred"))
        accounts = [self._inferred, str(names.thing("activity", "infer"))]
        self._accounts = [NamedNode(about) for about in accounts]
        self._name: NamedNode | DefaultGraph | None = DefaultGraph()
        if snapshot.merged:
            self._take_inferred_away()
        elif snapshot.disjoint:
            self._name = None
            self._drop_inferred()
        else:
            self._name = _ASSERTED
            self._merge()
        size = 1 + sum(snapshot.graphs.values())
        self.graph = StoredGraph(snapshot.store, self._name, serialise.restored, size)

    def _take_inferred_away(self) -> None:
        """The merge is there already, with what is inferred in it."""
        stated = f"GRAPH ?g {{ ?s ?p ?o }} FILTER(?g != <{self._inferred}>)"
        alone = "" if self._snapshot.disjoint else f"FILTER NOT EXISTS {{ {stated} }}"
        self._delete_inferred("?s ?p ?o", alone)

    def _drop_inferred(self) -> None:
        """All graphs together are the merge, once what is inferred is out of its graph."""
        self._delete_inferred(f"GRAPH <{self._inferred}> {{ ?s ?p ?o }}", "")

    def _delete_inferred(self, template: str, condition: str) -> None:
        """In one transaction: on disk, each of its own would take a hundred times as long."""
        accounts = ", ".join(map(str, self._accounts))
        self._store.update(
            f"DELETE {{ {template} }} WHERE {{ GRAPH <{self._inferred}> {{ ?s ?p ?o }}"
            f" FILTER(?s NOT IN ({accounts})) {condition} }}"
        )

    def _merge(self) -> None:
        self._store.remove_graph(_ASSERTED)
        self._store.update(f"ADD DEFAULT TO {_ASSERTED}")
        for name in self._snapshot.graphs:
            if name != self._inferred:
                self._store.update(f"ADD <{name}> TO {_ASSERTED}")
        for triple in list(self._snapshot.triples(self._inferred)):
            if triple.subject in self._accounts:
                self._store.add(Quad(triple.subject, triple.predicate, triple.object, _ASSERTED))

    def has(self, subject: Resource | None, predicate: NamedNode, value: Resource | None) -> bool:
        """Whether there is such a statement; None stands for anything."""
        found = self._store.quads_for_pattern(subject, predicate, value, self._name)
        return next(found, None) is not None

    def subjects(self, predicate: NamedNode | None, value: Resource) -> list[Resource]:
        """What leads to a node."""
        found = self._store.quads_for_pattern(None, predicate, value, self._name)
        return [quad.subject for quad in found if isinstance(quad.subject, Resource)]

    def objects(self, subject: Resource, predicate: NamedNode) -> list[Resource]:
        """What a node leads to."""
        found = self._store.quads_for_pattern(subject, predicate, None, self._name)
        return [quad.object for quad in found if isinstance(quad.object, Resource)]

    def classes(self, node: Resource) -> set[NamedNode]:
        """The types of a node and what they are kinds of."""
        found: set[NamedNode] = set()
        open_ends = self.objects(node, _TYPE)
        while open_ends:
            kind = open_ends.pop()
            if isinstance(kind, NamedNode) and kind not in found:
                found.add(kind)
                open_ends += self.objects(kind, _SUBCLASS)
        return found

    def schemes(self, node: Resource, steps: int) -> list[Resource]:
        """The editions and other schemes of a node, or of what it serves."""
        found = self.objects(node, _SCHEME)
        if steps:
            served = self.objects(node, _SERVES)
            served += [other for p in _SERVED_BY for other in self.subjects(p, node)]
            found += [scheme for other in served for scheme in self.schemes(other, steps - 1)]
        return found
