"""What the sources say as graphs: one for each named graph, and where each thing stands."""

from dataclasses import dataclass, field

from rdflib import Graph, URIRef

from ..vocab import Names
from . import provenance
from .provenance import Account
from .records import Origin


@dataclass
class Relation:
    """What the sources say, as graphs.

    Args:
        graphs: by name (`met-2019`); none holds a triple of another.
        accounts: by name, how each came about.
        origins: by IRI, the source line of a thing.
    """

    names: Names
    graphs: dict[str, Graph] = field(default_factory=dict)
    accounts: dict[str, Account] = field(default_factory=dict)
    origins: dict[str, Origin] = field(default_factory=dict)

    def open(self, account: Account) -> Graph:
        """A new graph that begins with what it says of itself."""
        graph = self.graphs[account.name] = Graph()
        self.accounts[account.name] = account
        provenance.state(account, graph, self.names)
        return graph

    def place(self, iri: URIRef, origin: Origin) -> URIRef:
        """Keep where a thing stands; the first place counts."""
        self.origins.setdefault(str(iri), origin)
        return iri
