"""A dataset while an update is worked out on it, operation by operation (SPARQL 1.1 Update, 3)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import cast

from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    NamedNode,
    Quad,
    QuerySolution,
    QuerySolutions,
    Store,
)

from . import execution, operations
from .delta import Delta
from .operations import Operation
from .snapshot import Snapshot, placed
from .template import Template

Quads = dict[Quad, None]


@dataclass(frozen=True)
class _Step:
    """What one operation changes: quads that are there, quads that are not, names of graphs."""

    removed: Quads
    added: Quads
    dropped: tuple[str, ...] = ()
    created: tuple[str, ...] = ()


class Working:
    """The dataset after the operations so far, and what they have changed together.

    Each costs what it looks at and what it changes, however large the dataset is.

    Args:
        snapshot: this process's own; `restored` gives it back.
        base_iri: of the operations.
    """

    def __init__(self, snapshot: Snapshot, base_iri: str) -> None:
        self._before, self._base = snapshot, base_iri
        self._now = snapshot.without_union()
        self._removed: Quads = {}
        self._added: Quads = {}

    def run(self, operation: Operation) -> None:
        """Do one operation, after those before it.

        Raises:
            UnknownGraph: its dataset, or what it takes from or clears, does not exist.
            InputError: it can't be done.
        """
        step = self._step(operation)
        self._now = self._now.changed(step.removed, step.added, step.dropped, step.created)
        _note(step.removed, self._added, self._removed)
        _note(step.added, self._removed, self._added)

    def finish(self) -> tuple[Delta, Snapshot]:
        """What has changed, and the snapshot as it was. Afterwards this must not be used again."""
        before, after = self._before.graphs.keys(), self._now.graphs.keys()
        dropped, created = before - after, after - before
        empty = [name for name in dropped if self._before.graphs[name] == 0]
        self._now.changed(self._added, self._removed, created, empty)
        restored = Snapshot(
            self._now.store,
            self._before.graphs,
            union=False,
            disjoint=self._before.disjoint,
            merged=self._before.merged,
        )
        known = {node.value for node in _blank_nodes(self._added) if restored.has_node(node)}
        return Delta(self._removed, self._added, known, dropped, created), restored

    def _step(self, operation: Operation) -> _Step:
        if operation.is_data:
            return self._data(operation)
        if operation.verb in operations.MANAGEMENT:
            return self._management(operation)
        return self._modification(operation)

    # INSERT DATA and DELETE DATA (3.1.1, 3.1.2)

    def _data(self, operation: Operation) -> _Step:
        data = Store()
        data.update(operation.as_insertion(), base_iri=self._base)
        if operation.verb == "DELETE":
            return _Step({quad: None for quad in data if self._now.holds(quad)}, {})
        created = [name for name in execution.names(data) if name not in self._now.graphs]
        added = {quad: None for quad in data if not self._now.holds(quad)}
        return _Step({}, added, created=tuple(created))

    # DELETE and INSERT by a pattern (3.1.3)

    def _modification(self, operation: Operation) -> _Step:
        execution.must_have_dataset(operation, self._now.graphs, self._base)
        home = operation.home(self._base)
        place = NamedNode(home) if home is not None else DefaultGraph()
        delete, insert = (
            Template(operation.template(verb), operation.prologue, self._base, place)
            for verb in ("DELETE", "INSERT")
        )
        taken: Quads = {}
        given: Quads = {}
        for solution in self._solutions(operation, [*delete.variables, *insert.variables]):
            taken.update((quad, None) for quad in delete.filled(solution))
            given.update((quad, None) for quad in insert.filled(solution))
        given = _as_kept(given)
        removed = {q: None for q in _as_kept(taken) if q not in given and self._now.holds(q)}
        return _Step(removed, {quad: None for quad in given if not self._now.holds(quad)})

    def _solutions(self, operation: Operation, variables: Iterable[str]) -> Iterator[QuerySolution]:
        """Of WHERE, over the dataset of WITH or USING, else the whole."""
        using = operation.using(self._base)
        graphs: list[str | None] = [*operation.looks_at(self._base)]
        named = operation.using_named(self._base) if using else list(self._now.graphs)
        dataset = self._now.strict_dataset(graphs if using else graphs or [None], named)
        wanted = " ".join(f"?{name}" for name in dict.fromkeys(variables))
        text = f"{operation.prologue}SELECT {wanted or '*'} {operation.pattern}"
        with execution.faults(self._now.graphs):
            yield from cast(QuerySolutions, dataset.query(self._now.store, text, self._base))

    # Whole graphs (3.1.5, 3.2)

    def _management(self, operation: Operation) -> _Step:
        """The engine decides what becomes of the names, on a store that has nothing else."""
        before = self._now.graphs.keys()
        names = Store()
        for name in before:
            names.add_graph(NamedNode(name))
        if not execution.run(names, operation, self._base):
            return _Step({}, {})
        after = set(execution.names(names))
        transfers = operation.verb in operations.TRANSFERS
        removed, added = (self._transfer if transfers else self._cleared)(operation)
        return _Step(removed, added, tuple(before - after), tuple(after - before))

    def _transfer(self, operation: Operation) -> tuple[Quads, Quads]:
        source, target = operation.source(self._base), operation.target(self._base)
        if source == target:
            return {}, {}
        moved = dict.fromkeys(self._quads(source, target))
        kept = operation.verb == "ADD"
        old = {} if kept else dict.fromkeys(self._quads(target, target))
        removed = {quad: None for quad in old if quad not in moved}
        if operation.verb == "MOVE":
            removed.update(dict.fromkeys(self._quads(source, source)))
        return removed, {quad: None for quad in moved if not self._now.holds(quad)}

    def _quads(self, graph: str | None, target: str | None) -> Iterator[Quad]:
        return placed(self._now.triples(graph), target)

    def _cleared(self, operation: Operation) -> tuple[Quads, Quads]:
        if operation.verb == "CREATE":
            return {}, {}
        graphs: list[str | None] = []
        if {"DEFAULT", "ALL"} & set(operation.words):
            graphs.append(None)
        if {"NAMED", "ALL"} & set(operation.words):
            graphs += self._now.graphs
        if not graphs:
            graphs = [operation.target(self._base)]
        return {quad: None for name in graphs for quad in self._quads(name, name)}, {}


def _note(quads: Iterable[Quad], undone: Quads, done: Quads) -> None:
    for quad in quads:
        if quad in undone:
            del undone[quad]
        else:
            done[quad] = None


def _as_kept(quads: Quads) -> Quads:
    """The quads as the store keeps them, in which one value has one form."""
    store = Store()
    store.extend(quads)
    return dict.fromkeys(store)


def _blank_nodes(quads: Iterable[Quad]) -> Iterator[BlankNode]:
    nodes = (node for quad in quads for node in (quad.subject, quad.object))
    return (node for node in nodes if isinstance(node, BlankNode))
