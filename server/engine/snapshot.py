"""One state of the data, unchanging: named graphs and a default graph.

The engine's union of graphs is a bag, and the merge a set (SPARQL 1.1 Query, 13.2.1). They are the
same as long as no statement stands in two graphs: `disjoint`. It is found when the data is loaded,
by comparing the number of statements with the number of different hashes of their triples, and
kept up by each write, which looks only at what it adds. Once a statement is shared, the merge is
made as statements: in memory at that moment, on disk from the beginning.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    NamedNode,
    Quad,
    QueryBoolean,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    Triple,
    parse,
)

from ..errors import NotOffered
from .patch import Transaction

UNNAMED = NamedNode("urn:x-ari:unnamed")
"""Where the unnamed graph's own triples are kept once the default graph holds the merge of all:
`GRAPH ?g` never shows it and FROM does not know it."""

Name = NamedNode | BlankNode | DefaultGraph
Graph = NamedNode | BlankNode | DefaultGraph | Triple

_MERGE = "urn:x-ari:merge:"
_MERGES_KEPT = 4


@dataclass(frozen=True)
class Dataset:
    """What one query sees.

    Args:
        union: the default graph is all graphs of the store together.
        default_graphs: the graphs of which it is made otherwise; None: the store's own, or those
            that the query names.
        named_graphs: what GRAPH may name; None: every named graph of the store. A list of all of
            them would say the same, at up to seventy times the price.
    """

    union: bool = False
    default_graphs: "list[Name] | None" = None
    named_graphs: "list[NamedNode | BlankNode] | None" = None

    def query(
        self, store: Store, text: str, base_iri: str
    ) -> QuerySolutions | QueryBoolean | QueryTriples:
        """Ask the store.

        Raises:
            SyntaxError: the query does not parse.
            ValueError: the base IRI is none.
            RuntimeError: it can't be evaluated.
        """
        return store.query(
            text,
            base_iri=base_iri,
            use_default_graph_as_union=self.union,
            default_graph=self.default_graphs,
            named_graphs=self.named_graphs,
        )


class Snapshot:
    """A dataset in a store.

    Args:
        store: the data, as `load` leaves it: the strict dataset.
        graphs: the named graphs that queries may see and the number of triples in each.
        union: the default graph is the merge of all graphs.
        disjoint: no statement stands in two graphs.
        merged: the store's default graph holds the merge already, and `UNNAMED` what was in it.
        fixed: the store can't be written to.
    """

    def __init__(
        self,
        store: Store,
        graphs: dict[str, int],
        *,
        union: bool,
        disjoint: bool,
        merged: bool = False,
        fixed: bool = False,
    ) -> None:
        self.store = store
        self.graphs = graphs
        self.union = union
        self.disjoint = disjoint
        self.merged = merged
        self._fixed = fixed
        self._merges: dict[tuple[str, ...], NamedNode] = {}
        if union and not (disjoint or merged):
            self._merge_all()

    def opened(self) -> "Snapshot":
        """For a reader in a fork: itself, as the memory is shared."""
        return self

    def own(self) -> "Snapshot":
        """For a writer in a fork: itself, as what it changes is copied by the kernel."""
        return self

    @property
    def empty(self) -> tuple[str, ...]:
        """The named graphs without a statement."""
        return tuple(name for name, size in self.graphs.items() if size == 0)

    def home_of(self, graph: str | None) -> NamedNode | DefaultGraph:
        """Where the store keeps the triples of a graph; None is the unnamed graph."""
        if graph is not None:
            return NamedNode(graph)
        return UNNAMED if self.merged else DefaultGraph()

    def holds(self, quad: Quad) -> bool:
        """Whether a statement of the strict dataset is there."""
        s, p, o, graph = self._kept(quad)
        return next(self.store.quads_for_pattern(s, p, o, graph), None) is not None

    def has_node(self, node: BlankNode) -> bool:
        """Whether a statement has this blank node as its subject or object."""
        return any(
            next(self.store.quads_for_pattern(subject, None, value, None), None) is not None
            for subject, value in ((node, None), (None, node))
        )

    def triples(self, graph: str | None) -> Iterator[Triple]:
        """The statements of a graph; None is the unnamed graph."""
        found = self.store.quads_for_pattern(None, None, None, self.home_of(graph))
        return (Triple(quad.subject, quad.predicate, quad.object) for quad in found)

    def apply(self, transaction: Transaction) -> "Snapshot":
        """The snapshot after a write. It takes over the store: this one must not be used again."""
        return self.changed(
            _quads(transaction.removed),
            _quads(transaction.added),
            transaction.dropped,
            transaction.created,
        )

    def changed(
        self,
        removed: Iterable[Quad],
        added: Iterable[Quad],
        dropped: Iterable[str] = (),
        created: Iterable[str] = (),
    ) -> "Snapshot":
        """As `apply`, of statements of the strict dataset that are there, and are not there."""
        graphs = dict(self.graphs)
        self._forget_merges()
        for quad in removed:
            self._remove(quad)
            _count(graphs, quad, -1)
        for name in dropped:
            self.store.remove_graph(NamedNode(name))
            del graphs[name]
        for name in created:
            self.store.add_graph(NamedNode(name))
            graphs[name] = 0
        for quad in added:
            self._add(quad)
            _count(graphs, quad, 1)
        return Snapshot(
            self.store,
            dict(sorted(graphs.items())),
            union=self.union,
            disjoint=self.disjoint,
            merged=self.merged,
        )

    def _remove(self, quad: Quad) -> None:
        s, p, o, _ = quad
        self.store.remove(self._kept(quad))
        if self.merged and not self._stands_in_another(quad, DefaultGraph()):
            self.store.remove(Quad(s, p, o))

    def _add(self, quad: Quad) -> None:
        s, p, o, _ = quad
        if self.disjoint and self._stands_in_another(quad, self._kept(quad).graph_name):
            self.disjoint = False
        if self.merged:
            self.store.add(Quad(s, p, o))
        self.store.add(self._kept(quad))

    def _stands_in_another(self, quad: Quad, graph: Graph) -> bool:
        """Whether a graph other than this, and than a merge, has the statement."""
        found = self.store.quads_for_pattern(quad.subject, quad.predicate, quad.object, None)
        others = (other.graph_name for other in found)
        merge = DefaultGraph() if self.merged else None
        return any(other not in (graph, merge) for other in others)

    def _kept(self, quad: Quad) -> Quad:
        s, p, o, graph = quad
        unnamed = self.merged and isinstance(graph, DefaultGraph)
        return Quad(s, p, o, UNNAMED) if unnamed else quad

    def _merge_all(self) -> None:
        """Make the default graph the merge of all graphs."""
        unnamed = list(self.store.quads_for_pattern(None, None, None, DefaultGraph()))
        self.store.extend(Quad(q.subject, q.predicate, q.object, UNNAMED) for q in unnamed)
        for name in self.graphs:
            self.store.update(f"ADD <{name}> TO DEFAULT")
        self.merged = True

    def without_union(self) -> "Snapshot":
        """The same, for working out a write: no merge is made when statements become shared."""
        return Snapshot(
            self.store, self.graphs, union=False, disjoint=self.disjoint, merged=self.merged
        )

    def lines(self) -> bytes:
        """All quads in N-Quads, sorted by line."""
        strict = Store()
        for graph in (None, *self.graphs):
            strict.extend(placed(self.triples(graph), graph))
        text = strict.dump(format=RdfFormat.N_QUADS) or b""
        return b"".join(sorted(text.splitlines(keepends=True)))

    def dataset(
        self, default_graphs: Sequence[str] | None, named_graphs: Sequence[str] | None
    ) -> Dataset:
        """The dataset of these graphs, all of which exist; None twice: the default dataset."""
        if default_graphs is None and named_graphs is None:
            return Dataset(self.union and not self.merged, None, self._named(self.graphs))
        names = sorted(set(default_graphs or ()))
        named = self._named(named_graphs or ())
        if len(names) > 1 and set(names) == set(self.graphs) and not self._has_unnamed():
            if self.merged:
                return Dataset(False, [DefaultGraph()], named)
            if self.disjoint:
                return Dataset(True, None, named)
        return Dataset(False, self._default(names), named)

    def strict_dataset(self, default_graphs: Sequence[str | None], named: list[str]) -> Dataset:
        """What WHERE of an update sees (SPARQL 1.1 Update, 3.1.3); None is the unnamed graph."""
        names = [name for name in default_graphs if name is not None]
        default = self._default(sorted(set(names))) if names else []
        if None in default_graphs:
            default = [self.home_of(None)]
        return Dataset(False, default, self._named(named))

    def _named(self, names: Iterable[str]) -> "list[NamedNode | BlankNode] | None":
        known = dict.fromkeys(names)
        inner = self._merges or (self.merged and self._has_unnamed())
        if len(known) == len(self.graphs) and not inner:
            return None
        return [NamedNode(name) for name in known]

    def _default(self, names: list[str]) -> "list[Name]":
        if len(names) < 2 or self.disjoint:
            return [NamedNode(name) for name in names]
        return [self._merge(tuple(names))]

    def _has_unnamed(self) -> bool:
        found = self.store.quads_for_pattern(None, None, None, self.home_of(None))
        return next(found, None) is not None

    def _forget_merges(self) -> None:
        for merge in self._merges.values():
            self.store.remove_graph(merge)
        self._merges.clear()

    def _merge(self, names: tuple[str, ...]) -> NamedNode:
        if self._fixed:
            raise NotOffered(
                "The graphs asked for share statements, and their merge can't be made on disk.",
                remedy="Ask one of them, or all; or serve the data from memory: "
                "ARI_MEMORY_STATEMENTS.",
            )
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


def placed(triples: Iterable[Triple], graph: str | None) -> Iterator[Quad]:
    """The triples as statements of a graph; None is the unnamed graph."""
    target = NamedNode(graph) if graph is not None else DefaultGraph()
    return (Quad(t.subject, t.predicate, t.object, target) for t in triples)


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
    known: set[int] = set()
    store.extend(_noted(parse(source, format=RdfFormat.N_QUADS), known))
    for name in empty:
        store.add_graph(NamedNode(name))
    # Two statements with one hash would make them look shared: a merge too many, never one too few.
    return Snapshot(store, _sizes(store), union=union, disjoint=len(known) == len(store))


def _noted(quads: Iterable[Quad], known: set[int]) -> Iterator[Quad]:
    for quad in quads:
        known.add(hash(quad.triple))
        yield quad


def _sizes(store: Store) -> dict[str, int]:
    names = (name for name in store.named_graphs() if isinstance(name, NamedNode))
    sizes = {
        name.value: sum(1 for _ in store.quads_for_pattern(None, None, None, name))
        for name in names
    }
    return dict(sorted(sizes.items()))
