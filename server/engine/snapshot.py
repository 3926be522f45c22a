"""One state of the data, loaded and unchanging: named graphs and a default graph."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, RdfFormat, Store, parse

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


def load(source: BinaryIO, *, union: bool) -> Snapshot:
    """A snapshot of a file in N-Quads.

    The order of the file decides the order of iteration, and blank nodes keep their labels: the
    same file gives the same answers in every process.

    Args:
        source: N-Quads, as bytes.
        union: make the deduplicated merge of all graphs the default graph; else the unnamed one.

    Raises:
        SyntaxError: it is not N-Quads.
        OSError: it can't be read.
    """
    store = Store()
    quads = parse(source, format=RdfFormat.N_QUADS)
    store.extend(_with_merge(quads) if union else quads)
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
