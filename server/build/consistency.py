"""What contradicts the ontology or the source, as findings."""

import re
from collections.abc import Iterable, Mapping

import pyoxigraph as ox
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import OWL, RDF, SH, SKOS
from rdflib.term import Node

from ..queryfile import QueryFile, load
from ..vocab import OA, Names
from .canonical import quads
from .findings import Finding
from .inference import Reasoner
from .records import DocumentEdition, Origin

RULES = URIRef(
    "https://www.w3.org/TR/owl2-profiles/#Reasoning_in_OWL_2_RL_and_RDF_Graphs_using_Rules"
)

# No reasoner looks at these: literals stay out of the closure, S27 and S46 of the SKOS Reference
# are no axioms of OWL 2 DL, and that something is lacking is none either.
_UNSEEN = ("gap-with-counterpart", "literal-out-of-range", "skos-s27", "skos-s46")
_DISJOINT = (
    "all-disjoint-classes",
    "axiom-without-check",
    "disjoint-classes",
    "nothing",
    "skos-s9",
)
CHECKS: dict[Reasoner, tuple[str, ...]] = {"owlrl": _UNSEEN, "reasonable": _UNSEEN + _DISJOINT}
"""By reasoner, the queries in `queries/checks/` that find what it does not."""

_IRI = re.compile(r"https?://[^\s<>\"'(){}\[\],;]+")


def contradictions(
    messages: Iterable[str], data: Graph, origins: Mapping[str, Origin]
) -> list[Finding]:
    """What a reasoner found inconsistent, one finding a message, at the first thing it names."""
    return [_contradiction(message, data, origins) for message in messages]


def _contradiction(message: str, data: Graph, origins: Mapping[str, Origin]) -> Finding:
    named = [iri.rstrip(".") for iri in _IRI.findall(message)]
    focus = next((iri for iri in named if iri in origins), named[0] if named else "")
    text = f"The data contradicts the ontology: {message}"
    return _finding(focus, str(RULES), str(OWL.Nothing), text, data, origins)


def checked(
    graphs: Iterable[Graph],
    data: Graph,
    origins: Mapping[str, Origin],
    names: Names,
    reasoner: Reasoner,
) -> list[Finding]:
    """What the checks of a reasoner find in the merge of all graphs."""
    store = ox.Store()
    for graph in graphs:
        store.extend(quads(graph))
    found: list[Finding] = []
    for name in CHECKS[reasoner]:
        check = load(name, "checks")
        rows = _rows(store, check.under(names.base).text)
        found += [_found_by(check, row, data, origins) for row in rows]
    return found


def _rows(store: ox.Store, query: str) -> list[list[str]]:
    solutions = store.query(query)
    assert isinstance(solutions, ox.QuerySolutions)  # noqa: S101 - a test holds checks to SELECT
    return sorted([term.value for term in row if _has_value(term)] for row in solutions)


def _has_value(term: object) -> bool:
    return isinstance(term, ox.NamedNode | ox.BlankNode | ox.Literal)


def _found_by(
    check: QueryFile, row: list[str], data: Graph, origins: Mapping[str, Origin]
) -> Finding:
    focus = next((value for value in row if value in origins), row[0] if row else "")
    rule = f"checks/{check.name}.rq"
    return _finding(focus, rule, str(SH.SPARQLConstraintComponent), check.message, data, origins)


def misquoted(
    graph: Graph, document: DocumentEdition, data: Graph, origins: Mapping[str, Origin]
) -> list[Finding]:
    """Quotes in a graph whose text is not what the file has at their offsets.

    Offsets are code points, the end exclusive (Web Annotation Data Model, 4.2.5).
    """
    found = []
    for quote in sorted(graph.subjects(RDF.type, OA.SpecificResource), key=str):
        exact = _selected(graph, quote, OA.exact)
        start, end = (int(_selected(graph, quote, p)) for p in (OA.start, OA.end))
        if document.text[start:end] != exact:
            message = (
                f"The quote does not match the source: {document.record.edition.source.file} has "
                f"'{document.text[start:end]}' from {start} to {end}, the quote '{exact}'."
            )
            found.append(_finding(str(quote), str(OA.exact), "", message, data, origins))
    return found


def _selected(graph: Graph, quote: Node, term: URIRef) -> str:
    selectors = graph.objects(quote, OA.hasSelector)
    values = [value for s in selectors for value in graph.objects(s, term)]
    return str(values[0]) if values else "0"


def _finding(
    focus: str,
    rule: str,
    component: str,
    message: str,
    data: Graph,
    origins: Mapping[str, Origin],
) -> Finding:
    origin = origins.get(focus)
    label = data.value(URIRef(focus), SKOS.prefLabel, default=Literal(""))
    return Finding(
        shape=rule,
        rule=rule,
        focus=focus,
        label=str(label),
        path="",
        value="",
        message=message,
        severity="violation",
        file=origin.file if origin else None,
        line=origin.line if origin else None,
        component=component or rule,
    )
