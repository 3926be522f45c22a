"""The template of an update: the quads that each solution stands for (SPARQL 1.1 Update, 3.1.3)."""

from collections.abc import Iterator
from typing import cast
from uuid import uuid4

from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    QuerySolution,
    Store,
    Triple,
)

from . import lexer

Term = NamedNode | BlankNode | Literal | Triple


class Template:
    """What stands in the braces after INSERT or DELETE.

    The engine itself reads it: as data in which an IRI that nobody else knows stands for each
    variable.

    Args:
        braces: with the braces.
        prologue: PREFIX and BASE, as they are written.
        home: where its triples go that stand in no GRAPH.
    """

    def __init__(
        self, braces: str, prologue: str, base_iri: str, home: NamedNode | DefaultGraph
    ) -> None:
        self.variables = lexer.variables(braces)
        self._home = home
        marks = f"urn:uuid:{uuid4()}:"
        data = Store()
        data.update(
            f"{prologue}INSERT DATA {self._with_marks(braces, marks)}",
            base_iri=base_iri,
        )
        self._names = {NamedNode(f"{marks}{n}"): v for n, v in enumerate(self.variables)}
        self._quads = list(data)

    def _with_marks(self, braces: str, marks: str) -> str:
        places = {name: number for number, name in enumerate(self.variables)}
        return "".join(
            f"<{marks}{places[text[1:]]}>" if kind == "name" and text[0] in "?$" else text
            for kind, text, _ in lexer.tokens(braces)
        )

    def filled(self, solution: QuerySolution) -> Iterator[Quad]:
        """The quads of one solution; what can't be one is left out. Blank nodes are new."""
        new: dict[BlankNode, BlankNode] = {}
        for quad in self._quads:
            subject, predicate, value, graph = (self._term(part, solution, new) for part in quad)
            if isinstance(graph, DefaultGraph):
                graph = self._home
            if (
                isinstance(subject, NamedNode | BlankNode)
                and isinstance(predicate, NamedNode)
                and value is not None
                and isinstance(graph, NamedNode | DefaultGraph)
            ):
                yield Quad(subject, predicate, cast(Term, value), graph)

    def _term(
        self,
        term: Term | DefaultGraph,
        solution: QuerySolution,
        new: dict[BlankNode, BlankNode],
    ) -> Term | DefaultGraph | None:
        if isinstance(term, BlankNode):
            return new.setdefault(term, BlankNode())
        if isinstance(term, NamedNode) and term in self._names:
            return cast(Term | None, solution[self._names[term]])
        return term
