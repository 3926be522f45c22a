"""The report of a validation as RDF (SHACL, 3.6)."""

from collections.abc import Iterable, Iterator

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import RDF, SH
from rdflib.term import Node

from ..vocab import PREFIXES
from .findings import SEVERITIES, Finding
from .nodes import from_word


def report_graph(findings: Iterable[Finding], shapes: Graph) -> Graph:
    """A SHACL validation report (SHACL, 3.6) that says what the findings say."""
    findings = list(findings)
    graph = Graph()
    for prefix in ("arish", "sh", "skos", "ari", "dcterms"):
        graph.bind(prefix, PREFIXES[prefix])
    report = BNode("report")
    graph.add((report, RDF.type, SH.ValidationReport))
    graph.add((report, SH.conforms, Literal(not findings)))
    for number, finding in enumerate(findings):
        result = BNode(f"result{number}")
        graph.add((report, SH.result, result))
        for predicate, value in _result(finding, shapes, graph):
            graph.add((result, predicate, value))
    return graph


def report_ttl(findings: Iterable[Finding], shapes: Graph) -> str:
    """`report_graph` in Turtle."""
    return report_graph(findings, shapes).serialize(format="turtle")


def _result(finding: Finding, shapes: Graph, graph: Graph) -> Iterator[tuple[URIRef, Node]]:
    severity = {name: iri for iri, name in SEVERITIES.items()}[finding.severity]
    yield RDF.type, SH.ValidationResult
    yield SH.sourceShape, URIRef(finding.rule)
    yield SH.sourceConstraintComponent, URIRef(finding.component)
    yield SH.focusNode, from_word(finding.focus)
    yield SH.resultSeverity, severity
    yield SH.resultMessage, Literal(finding.message, lang="en")
    if finding.value:
        yield SH.value, from_word(finding.value)
    if path := shapes.value(URIRef(finding.rule), SH.path):
        graph += shapes.cbd(path) if isinstance(path, BNode) else Graph()
        yield SH.resultPath, path
