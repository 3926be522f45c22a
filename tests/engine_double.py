"""A small engine in the test's own process, for tests of what stands in front of an engine."""

import hashlib
import re
from typing import Any

import pyoxigraph as ox

from met_ari.engine.interface import Answer, Change, Changed, Question
from met_ari.errors import (
    InputError,
    LimitReached,
    NotAcceptable,
    PreconditionFailed,
    SyntaxProblem,
    TooBusy,
    UnknownGraph,
    UnknownName,
)

FORMATS = {
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
    "ttl": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "jsonld": ox.RdfFormat.JSON_LD,
    "rdf": ox.RdfFormat.RDF_XML,
    "nq": ox.RdfFormat.N_QUADS,
    "trig": ox.RdfFormat.TRIG,
}
CALLS_TIME_OR_CHANCE = ("NOW(", "RAND(", "UUID(")


class EngineDouble:
    """Answers over quads in memory, remembers what it was asked, and fails when told to.

    A query with the word OVER-THE-LIMIT, TOO-BUSY or ACCIDENT in it meets that fate.
    """

    def __init__(self, trig: str, *, union: bool = True) -> None:
        self.revision = "r1"
        self.asked: list[Question] = []
        self.changes: list[Change] = []
        self.strict = ox.Store()
        self.strict.load(trig.encode(), format=ox.RdfFormat.TRIG)
        self.see = _union if union else _copy
        self.store = self.see(self.strict)

    @property
    def graphs(self) -> dict[str, int]:
        names = sorted(self.strict.named_graphs(), key=str)
        return {str(name.value): len(_triples(self.strict, name)) for name in names}

    def ask(self, question: Question) -> Answer:
        self.asked.append(question)
        self._fail_if_told(question.text)
        try:
            found = self._found(question)
        except SyntaxError as error:
            raise SyntaxProblem(
                str(error), line=2, column=3, snippet="line 2\n  ^", remedy="Mend it."
            ) from error
        if isinstance(found, ox.QueryTriples):
            return self._graph(question, list(found))
        return self._result(question, found)

    def graph(self, name: str | None, format: str) -> Answer:
        if name is not None and name not in self.graphs:
            raise UnknownName(f"There is no graph <{name}> here.")
        triples = _triples(self.strict, _named(name))
        body = ox.serialize(triples, format=FORMATS[format]) or b""
        return Answer("graph", format, body, len(triples), False, self.revision)

    def change(self, change: Change) -> Changed:
        self._fail_if_told(change.text)
        if change.revision not in ("", self.revision):
            raise PreconditionFailed("The data has changed.")
        before, known = set(self.strict), set(self.graphs)
        self.strict = _changed(self.strict, change)
        self.store = self.see(self.strict)
        self.changes.append(change)
        after = set(self.strict)
        if before != after or known != set(self.graphs):
            self.revision = hashlib.sha256(
                f"{self.revision}{len(self.changes)}".encode()
            ).hexdigest()
        created = change.graph is not None and change.graph not in known
        return Changed(
            self.revision,
            created and change.graph in self.graphs,
            len(after - before),
            len(before - after),
        )

    def close(self) -> None:
        """Nothing to give back."""

    def _fail_if_told(self, text: str) -> None:
        if "OVER-THE-LIMIT" in text:
            raise LimitReached("ARI_QUERY_SECONDS", 10, "seconds", "It took too long.", "Ask less.")
        if "TOO-BUSY" in text:
            raise TooBusy(3)
        if "ACCIDENT" in text:
            raise RuntimeError("an inner secret")

    def _found(self, question: Question) -> Any:
        for name in (*question.default_graphs, *question.named_graphs):
            if name not in self.graphs:
                raise UnknownGraph(name, list(self.graphs))
        return self.store.query(
            question.text,
            base_iri=question.base_iri,
            default_graph=[ox.NamedNode(name) for name in question.default_graphs] or None,
            named_graphs=[ox.NamedNode(name) for name in question.named_graphs] or None,
        )

    def _graph(self, question: Question, triples: list[ox.Triple]) -> Answer:
        if "graph" not in question.formats:
            raise NotAcceptable("a table", ["text/turtle"])
        name = question.formats["graph"]
        body = ox.serialize(triples, format=FORMATS[name])
        return Answer("graph", name, body or b"", len(triples), self._is_volatile(question))

    def _result(self, question: Question, found: Any) -> Answer:
        boolean = isinstance(found, ox.QueryBoolean)
        kind = "boolean" if boolean else "table"
        if kind not in question.formats:
            raise NotAcceptable("that", ["application/sparql-results+json"])
        name = question.formats[kind]
        rows = 1 if boolean else len(list(self._found(question)))
        body = found.serialize(format=FORMATS[name])
        return Answer(kind, name, body, rows, self._is_volatile(question))

    def _is_volatile(self, question: Question) -> bool:
        return any(call in question.text for call in CALLS_TIME_OR_CHANCE)


def _named(name: str | None) -> ox.NamedNode | ox.DefaultGraph:
    return ox.DefaultGraph() if name is None else ox.NamedNode(name)


def _triples(store: ox.Store, graph: Any) -> list[ox.Triple]:
    found = (quad.triple for quad in store.quads_for_pattern(None, None, None, graph))
    return sorted(found, key=str)


def _copy(store: ox.Store) -> ox.Store:
    copy = ox.Store()
    copy.extend(store)
    for name in store.named_graphs():
        copy.add_graph(name)
    return copy


def _union(store: ox.Store) -> ox.Store:
    union = _copy(store)
    union.extend(ox.Quad(quad.subject, quad.predicate, quad.object) for quad in store)
    return union


def _changed(store: ox.Store, change: Change) -> ox.Store:
    """A copy with the change done."""
    copy, graph = _copy(store), _named(change.graph)
    if change.kind == "update":
        return _patched(copy, change) if change.patch else _updated(copy, change)
    if change.kind in ("put", "delete"):
        copy.clear_graph(graph)
        if change.graph is not None:
            copy.remove_graph(graph)
    if change.kind != "delete":
        if change.graph is not None:
            copy.add_graph(graph)
        documents = ((change.body, change.format), *change.others)
        copy.extend(quad for document in documents for quad in _parsed(document, change))
    return copy


def _parsed(document: tuple[bytes, str], change: Change) -> list[ox.Quad]:
    body, form = document
    try:
        quads = list(
            ox.parse(
                body,
                format=FORMATS[form],
                base_iri=change.base_iri,
                without_named_graphs=True,
                rename_blank_nodes=True,
            )
        )
    except SyntaxError as error:
        line, column = error.lineno or 1, error.offset or 1
        raise SyntaxProblem(str(error), line=line, column=column, snippet="^") from error
    return [
        ox.Quad(quad.subject, quad.predicate, quad.object, _named(change.graph)) for quad in quads
    ]


def _updated(store: ox.Store, change: Change) -> ox.Store:
    text = change.text
    using = [f"USING <{name}>" for name in change.using_graphs]
    using += [f"USING NAMED <{name}>" for name in change.using_named_graphs]
    if using and re.search(r"\b(USING|WITH)\b", text):
        raise InputError("The update and the request both choose graphs.")
    text = re.sub(r"\bWHERE\b", f"{' '.join(using)} WHERE", text)
    try:
        store.update(text, base_iri=change.base_iri)
    except SyntaxError as error:
        raise SyntaxProblem(str(error), line=1, column=1, snippet="^") from error
    return store


def _patched(store: ox.Store, change: Change) -> ox.Store:
    graph = _named(change.graph)
    only = ox.Store()
    only.extend(ox.Quad(t.subject, t.predicate, t.object) for t in _triples(store, graph))
    only = _updated(only, change)
    if list(only.named_graphs()):
        raise InputError("A PATCH changes its own graph only.")
    store.clear_graph(graph)
    store.extend(ox.Quad(q.subject, q.predicate, q.object, graph) for q in only)
    return store
