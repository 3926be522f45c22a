"""What follows from the ontology and the statements, and what contradicts them."""

from collections.abc import Callable, Iterable, Iterator
from typing import Literal as OneOf

import owlrl
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import OWL, PROV, RDF, RDFS
from rdflib.term import Node

from ..errors import EnvironmentFault
from ..vocab import OA

Reasoner = OneOf["owlrl", "reasonable"]
Triple = tuple[Node, Node, Node]

NOISE = frozenset({OWL.Thing, OWL.NamedIndividual, RDFS.Resource})


def infer(
    ontology: Graph, graphs: Iterable[Graph], base: str, reasoner: Reasoner = "owlrl"
) -> tuple[Graph, list[str]]:
    """The new statements about things under a base IRI, and what is inconsistent.

    The closure (OWL 2 RL/RDF, OWL 2 Profiles, 4.3) runs over links and types only: no axiom of
    ours draws a conclusion from a literal, and texts and quotes would only slow it down.

    Args:
        base: IRI that the things of the dataset begin with; nothing is kept about others.

    Returns:
        The inferred graph, and a message for each contradiction, sorted; with `reasonable` none,
        as it does not look for them.
    """
    asserted = {triple for graph in (ontology, *graphs) for triple in graph}
    given = [*_axioms(ontology), *_links(graphs, set(ontology.subjects()))]
    closure, errors = _REASONERS[reasoner](given)
    inferred = Graph()
    for triple in closure:
        if _about_us(triple, base) and triple not in asserted:
            inferred.add(triple)
    return inferred, sorted(errors)


def _axioms(ontology: Graph) -> Iterator[Triple]:
    return (triple for triple in ontology if not isinstance(triple[2], Literal))


def _links(graphs: Iterable[Graph], described: set[Node]) -> Iterator[Triple]:
    """Types, and links by a property of which the ontology says something."""
    for graph in graphs:
        quotes = set(graph.subjects(RDF.type, OA.SpecificResource))
        quotes |= {selector for q in quotes for selector in graph.objects(q, OA.hasSelector)}
        quotes |= set(graph.subjects(RDF.type, OWL.Axiom))
        for subject, predicate, value in graph:
            if isinstance(value, Literal) or subject in quotes or predicate == PROV.wasQuotedFrom:
                continue
            if predicate in described or predicate in (RDF.type, OWL.sameAs):
                yield subject, predicate, value


def _about_us(triple: Triple, base: str) -> bool:
    subject, predicate, value = triple
    if not isinstance(subject, URIRef) or not subject.startswith(base):
        return False
    if predicate == OWL.sameAs and subject == value:
        return False
    return isinstance(value, URIRef) and value not in NOISE


def _by_owlrl(given: list[Triple]) -> tuple[Iterable[Triple], list[str]]:
    graph = Graph()
    for triple in given:
        graph.add(triple)
    semantics = owlrl.OWLRL_Semantics(graph, axioms=False, daxioms=False)
    semantics.closure()
    return graph, list(semantics.error_messages)


def _by_reasonable(given: list[Triple]) -> tuple[Iterable[Triple], list[str]]:
    """reasonable has no rule for property chains (prp-spo2), so we close over them around it."""
    try:
        import reasonable
    except ImportError as error:
        remedy = "Install it: pip install 'met-ari[large]'."
        raise EnvironmentFault("The reasoner reasonable is missing.", remedy=remedy) from error
    chains = list(_chains(given))
    engine = reasonable.PyReasoner()
    engine.from_graph(given)
    while True:
        closure = set(engine.reason())
        new = {triple for chain in chains for triple in _chained(closure, *chain)} - closure
        if not new:
            return closure, []
        engine.from_graph(list(new))


def _chains(given: Iterable[Triple]) -> Iterator[tuple[Node, list[Node]]]:
    """Each property with a chain that implies it."""
    axioms = Graph()
    for triple in given:
        axioms.add(triple)
    for implied, chain in axioms.subject_objects(OWL.propertyChainAxiom):
        yield implied, list(axioms.items(chain))


def _chained(closure: set[Triple], implied: Node, chain: list[Node]) -> Iterator[Triple]:
    links: dict[Node, dict[Node, set[Node]]] = {link: {} for link in chain}
    for subject, predicate, value in closure:
        if predicate in links:
            links[predicate].setdefault(subject, set()).add(value)
    for start in links[chain[0]]:
        reached = {start}
        for link in chain:
            reached = {end for node in reached for end in links[link].get(node, ())}
        yield from ((start, implied, end) for end in reached)


_REASONERS: dict[Reasoner, Callable[[list[Triple]], tuple[Iterable[Triple], list[str]]]] = {
    "owlrl": _by_owlrl,
    "reasonable": _by_reasonable,
}
