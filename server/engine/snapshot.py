"""One state of the data, loaded and unchanging: named graphs and a default graph."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, RdfFormat, Store, Triple, parse

from .patch import Transaction

UNNAMED = NamedNode("urn:x-ari:unnamed")
"""Where the unnamed graph's own triples are kept when the default graph holds the merge of all:
`GRAPH ?g` never shows it and FROM does not know it."""

_MERGE = "urn:x-ari:merge:"
_MERGES_KEPT = 4


@dataclass(frozen=True)
class Dataset:
    """What one query sees: arguments of `Store.query`."""

    default_graph: DefaultGraph | list[NamedNode | BlankNode | DefaultGraph]
    named_graphs: list[NamedNode | BlankNode]


class Snapshot:
    """A dataset in memory.

    Args:
        store: the data, as `load` leaves it.
        graphs: the named graphs that queries may see and the number of triples in each.
        union: the default graph is the merge of all graphs.
    """

    def __init__(self, store: Store, graphs: dict[str, int], *, union: bool) -> None:
        self.store = store
        self.graphs = graphs
        self.union = union
        self._named: list[NamedNode | BlankNode] = [NamedNode(name) for name in graphs]
        self._merges: dict[tuple[str, ...], NamedNode] = {}

    def home_of(self, graph: str | None) -> NamedNode | DefaultGraph:
        """Where the store keeps the triples of a graph; None is the unnamed graph."""
        if graph is not None:
            return NamedNode(graph)
        return UNNAMED if self.union else DefaultGraph()

    def holds(self, quad: Quad) -> bool:
        """Whether a statement of the strict dataset is there."""
        s, p, o, graph = self._kept(quad)
        return next(self.store.quads_for_pattern(s, p, o, graph), None) is not None

    def triples(self, graph: str | None) -> Iterator[Triple]:
        """The statements of a graph; None is the unnamed graph."""
        found = self.store.quads_for_pattern(None, None, None, self.home_of(graph))
        return (Triple(quad.subject, quad.predicate, quad.object) for quad in found)

    def apply(self, transaction: Transaction) -> "Snapshot":
        """The snapshot after a write. It takes over the store: this one must not be used again."""
        graphs = dict(self.graphs)
        for quad in _quads(transaction.removed):
            self._remove(quad)
            _count(graphs, quad, -1)
        for name in transaction.dropped:
            self.store.remove_graph(NamedNode(name))
            del graphs[name]
        for name in transaction.created:
            self.store.add_graph(NamedNode(name))
            graphs[name] = 0
        for quad in _quads(transaction.added):
            self._add(quad)
            _count(graphs, quad, 1)
        return Snapshot(self.store, dict(sorted(graphs.items())), union=self.union)

    def _remove(self, quad: Quad) -> None:
        s, p, o, _ = quad
        self.store.remove(self._kept(quad))
        if self.union and not any(
            other.graph_name != DefaultGraph()
            for other in self.store.quads_for_pattern(s, p, o, None)
        ):
            self.store.remove(Quad(s, p, o))

    def _add(self, quad: Quad) -> None:
        if self.union:
            s, p, o, _ = quad
            self.store.add(Quad(s, p, o))
        self.store.add(self._kept(quad))

    def _kept(self, quad: Quad) -> Quad:
        s, p, o, graph = quad
        unnamed = self.union and isinstance(graph, DefaultGraph)
        return Quad(s, p, o, UNNAMED) if unnamed else quad

    def make_strict(self) -> Store:
        """The store as SPARQL Update sees it, the unnamed graph as its default graph.

        It is the same store: afterwards this snapshot must not be used again.
        """
        if self.union:
            self.store.clear_graph(DefaultGraph())
            if self.store.contains_named_graph(UNNAMED):
                for quad in list(self.store.quads_for_pattern(None, None, None, UNNAMED)):
                    self.store.add(Quad(quad.subject, quad.predicate, quad.object))
                self.store.remove_graph(UNNAMED)
        for merge in self._merges.values():
            self.store.remove_graph(merge)
        return self.store

    def lines(self) -> bytes:
        """All quads in N-Quads, sorted by line."""
        strict = Store()
        for graph in (None, *self.graphs):
            target = NamedNode(graph) if graph is not None else DefaultGraph()
            strict.extend(
                Quad(t.subject, t.predicate, t.object, target) for t in self.triples(graph)
            )
        text = strict.dump(format=RdfFormat.N_QUADS) or b""
        return b"".join(sorted(text.splitlines(keepends=True)))

    def dataset(
        self, default_graphs: Sequence[str] | None, named_graphs: Sequence[str] | None
    ) -> Dataset:
        """The dataset of these graphs, all of which exist; None twice: the default dataset.

        Several default graphs are merged as sets (SPARQL 1.1 Query, 13.2.1), not as bags.
        """
        if default_graphs is None and named_graphs is None:
            return Dataset(DefaultGraph(), self._named)
        named: list[NamedNode | BlankNode] = [
            NamedNode(name) for name in dict.fromkeys(named_graphs or ())
        ]
        return Dataset(self._default(sorted(set(default_graphs or ()))), named)

    def _default(
        self, names: list[str]
    ) -> DefaultGraph | list[NamedNode | BlankNode | DefaultGraph]:
        if len(names) < 2:
            return [NamedNode(name) for name in names]
        if self.union and set(names) == set(self.graphs) and not self._has_unnamed():
            return DefaultGraph()
        return [self._merge(tuple(names))]

    def _has_unnamed(self) -> bool:
        return self.store.contains_named_graph(UNNAMED)

    def _merge(self, names: tuple[str, ...]) -> NamedNode:
        merge = self._merges.pop(names, None) or self._make_merge(names)
        self._merges[names] = merge
        return merge

    def _make_merge(self, names: tuple[str, ...]) -> NamedNode:
        if len(self._merges) >= _MERGES_KEPT:
            oldest = next(iter(self._merges))
            self.store.remove_graph(self._merges.pop(oldest))
        merge = NamedNode(_MERGE + "+".join(str(list(self.graphs).index(n)) for n in names))
        for name in names:
            self.store.update(f"ADD <{name}> TO <{merge.value}>")
        return merge


def check(transaction: Transaction) -> None:
    """Read a write as `Snapshot.apply` does, without applying it.

    Raises:
        SyntaxError: its rows are not N-Quads.
    """
    for _ in _quads((*transaction.removed, *transaction.added)):
        pass


def _quads(lines: Iterable[bytes]) -> Iterator[Quad]:
    return parse(b"".join(lines), format=RdfFormat.N_QUADS)


def _count(graphs: dict[str, int], quad: Quad, step: int) -> None:
    if isinstance(quad.graph_name, NamedNode):
        name = quad.graph_name.value
        graphs[name] = graphs.get(name, 0) + step


def load(source: BinaryIO | bytes, *, union: bool, empty: Iterable[str] = ()) -> Snapshot:
    """A snapshot of a file in N-Quads.

    The order of the file decides the order of iteration, and blank nodes keep their labels: the
    same file gives the same answers in every process.

    Args:
        source: N-Quads, as bytes.
        union: make the deduplicated merge of all graphs the default graph; else the unnamed one.
        empty: named graphs without a statement.

    Raises:
        SyntaxError: it is not N-Quads.
        OSError: it can't be read.
    """
    store = Store()
    quads = parse(source, format=RdfFormat.N_QUADS)
    store.extend(_with_merge(quads) if union else quads)
    for name in empty:
        store.add_graph(NamedNode(name))
    return Snapshot(store, _sizes(store), union=union)


def _with_merge(quads: Iterable[Quad]) -> Iterator[Quad]:
    for quad in quads:
        s, p, o, graph = quad
        yield Quad(s, p, o)
        yield Quad(s, p, o, UNNAMED) if isinstance(graph, DefaultGraph) else quad


def _sizes(store: Store) -> dict[str, int]:
    sizes = {}
    for graph in store.named_graphs():
        if isinstance(graph, NamedNode) and graph != UNNAMED:
            sizes[graph.value] = sum(1 for _ in store.quads_for_pattern(None, None, None, graph))
    return dict(sorted(sizes.items()))
