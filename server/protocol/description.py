"""The service description (SPARQL 1.1 Service Description): what is really on, and no more."""

from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import quote

import pyoxigraph as ox

from ..engine.interface import Question
from ..engine.serialise import graph
from ..formats import FORMATS, carrying
from ..vocab import CC_BY, PREFIXES
from .service import Service, table

SD = PREFIXES["sd"]
VOID = PREFIXES["void"]
DCTERMS = PREFIXES["dcterms"]
RDF_TYPE = PREFIXES["rdf"] + "type"
INTEGER = PREFIXES["xsd"] + "integer"
W3C_FORMATS = "http://www.w3.org/ns/formats/"

UNIQUE = {
    "json": "SPARQL_Results_JSON",
    "xml": "SPARQL_Results_XML",
    "csv": "SPARQL_Results_CSV",
    "tsv": "SPARQL_Results_TSV",
    "ttl": "Turtle",
    "nt": "N-Triples",
    "jsonld": "JSON-LD",
    "rdf": "RDF_XML",
    "nq": "N-Quads",
    "trig": "TriG",
}
"""Names below `http://www.w3.org/ns/formats/` of our formats."""

HOW_MANY = "SELECT (COUNT(*) AS ?triples) WHERE { ?s ?p ?o }"


def describe(service: Service) -> list[ox.Triple]:
    """The description, each node named below the endpoint's address, so that it is always equal."""
    endpoint = service.endpoint
    here = f"{endpoint}#service"
    return [
        *_service(service, here, endpoint),
        *_updates(service),
        *_dataset(service, f"{endpoint}#dataset", endpoint),
    ]


def collection(service: Service) -> list[ox.Triple]:
    """The graphs of the graph store, as one collection named by its address."""
    store = service.graph_store
    return [
        _link(store, RDF_TYPE, SD + "GraphCollection"),
        *_named_graphs(service, store, store),
    ]


def serialise(
    triples: Iterable[ox.Triple], name: str, known: Mapping[str, str] = PREFIXES
) -> bytes:
    """The triples in one of the formats of documents; of the known prefixes, those that are used.

    The same triples in the same order are the same bytes.
    """
    body = bytearray()
    graph(triples, name, body.extend, lambda _: None, known)
    return bytes(body)


def default_triples(service: Service) -> int:
    """How many triples a query without dataset clauses sees."""
    answer = service.engine.ask(Question(HOW_MANY, service.endpoint, {"table": "json"}))
    triples = table(answer.body)[1][0]["triples"]
    return int(triples.value) if isinstance(triples, ox.Literal) else 0


def result_formats() -> list[str]:
    """The W3C names of the formats that queries are answered in."""
    offered = {*carrying("table"), *carrying("boolean"), *carrying("graph")}
    return [UNIQUE[item.name] for item in FORMATS if item in offered and item.name in UNIQUE]


def _service(service: Service, here: str, endpoint: str) -> Iterator[ox.Triple]:
    yield _link(here, RDF_TYPE, SD + "Service")
    yield _link(here, SD + "endpoint", endpoint)
    yield _link(here, SD + "supportedLanguage", SD + "SPARQL11Query")
    for name in result_formats():
        yield _link(here, SD + "resultFormat", W3C_FORMATS + name)
    if service.settings.default_graph == "union":
        yield _link(here, SD + "feature", SD + "UnionDefaultGraph")
    if not service.settings.engine:
        # Of another engine, only graphs that hold something are known.
        yield _link(here, SD + "feature", SD + "EmptyGraphs")
    yield _link(here, SD + "defaultEntailmentRegime", "http://www.w3.org/ns/entailment/Simple")
    yield _text(here, DCTERMS + "title", "SPARQL endpoint of the ARI graph")
    yield _link(here, DCTERMS + "license", str(CC_BY))
    yield _link(here, SD + "defaultDataset", f"{endpoint}#dataset")
    yield _link(here, SD + "availableGraphs", f"{endpoint}#dataset")


def _updates(service: Service) -> Iterator[ox.Triple]:
    """Updates have an endpoint of their own, and so a description of their own."""
    if service.takes_writes:
        endpoint = service.update_endpoint
        here = f"{endpoint}#service"
        yield _link(here, RDF_TYPE, SD + "Service")
        yield _link(here, SD + "endpoint", endpoint)
        yield _link(here, SD + "supportedLanguage", SD + "SPARQL11Update")
        yield _link(here, SD + "availableGraphs", f"{service.endpoint}#dataset")
        yield _text(here, DCTERMS + "title", "SPARQL Update endpoint of the ARI graph")


def _dataset(service: Service, dataset: str, endpoint: str) -> Iterator[ox.Triple]:
    default = f"{endpoint}#default-graph"
    yield _link(dataset, RDF_TYPE, SD + "Dataset")
    yield _link(dataset, RDF_TYPE, SD + "GraphCollection")
    yield _link(dataset, DCTERMS + "source", str(service.names.dataset))
    yield _link(dataset, SD + "defaultGraph", default)
    yield _link(default, RDF_TYPE, SD + "Graph")
    yield _link(default, RDF_TYPE, VOID + "Dataset")
    yield _number(default, VOID + "triples", default_triples(service))
    yield from _named_graphs(service, dataset, endpoint)


def _named_graphs(service: Service, owner: str, place: str) -> Iterator[ox.Triple]:
    """The named graphs with their sizes, as parts of an owner; `place` holds the nodes' names."""
    for name, triples in sorted(service.engine.graphs.items()):
        local = quote(name.removeprefix(service.names.graph("")), safe="")
        named, graph = f"{place}#named-{local}", f"{place}#graph-{local}"
        yield _link(owner, SD + "namedGraph", named)
        yield _link(named, RDF_TYPE, SD + "NamedGraph")
        yield _link(named, SD + "name", name)
        yield _link(named, SD + "graph", graph)
        yield _link(graph, RDF_TYPE, SD + "Graph")
        yield _link(graph, RDF_TYPE, VOID + "Dataset")
        yield _number(graph, VOID + "triples", triples)


def _link(subject: str, predicate: str, target: str) -> ox.Triple:
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), ox.NamedNode(target))


def _text(subject: str, predicate: str, text: str) -> ox.Triple:
    value = ox.Literal(text, language="en")
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), value)


def _number(subject: str, predicate: str, number: int) -> ox.Triple:
    value = ox.Literal(str(number), datatype=ox.NamedNode(INTEGER))
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), value)
