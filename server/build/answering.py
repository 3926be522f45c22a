"""SPARQL constraints on the embedded engine, which is some thirty times faster than rdflib."""

from collections.abc import Mapping
from typing import Any

import pyoxigraph as ox
from rdflib import Graph, Variable
from rdflib.query import Result
from rdflib.term import Node

from .canonical import quads
from .nodes import native, portable


class AnsweringGraph(Graph):
    """A graph whose queries the embedded engine answers: rdflib takes some 9 ms to parse one."""

    def __init__(self, data: Graph) -> None:
        super().__init__(store=data.store, identifier=data.identifier)
        self._engine = ox.Store()
        self._engine.bulk_extend(quads(data))
        self._name: ox.NamedNode | ox.DefaultGraph | None = ox.DefaultGraph()

    def query(
        self,
        query_object: Any,
        processor: Any = "sparql",
        result: Any = "sparql",
        initNs: Any = None,  # noqa: N803
        initBindings: Mapping[str, Node] | None = None,  # noqa: N803
        use_store_provided: bool = True,
        **_: Any,
    ) -> Result:
        """A SELECT whose `initBindings` are pre-bound (SHACL, 5.3.1): all that shapes ask for."""
        bound = {ox.Variable(name): native(term) for name, term in (initBindings or {}).items()}
        return _table(
            self._engine.query(
                str(query_object),
                substitutions={**bound},
                default_graph=self._name,
                use_default_graph_as_union=self._name is None,
            )
        )


def _table(found: Any) -> Result:
    result = Result("SELECT")
    names = [Variable(variable.value) for variable in found.variables]
    result.vars = names
    result.bindings = [
        {name: portable(term) for name, term in zip(names, row, strict=True) if term}
        for row in found
    ]
    return result
