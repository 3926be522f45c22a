"""Validation: what the SHACL shapes say about a graph, as findings.

pySHACL decides; its SPARQL constraints are answered by the embedded engine, which parses and
evaluates them some thirty times faster than rdflib. The data graph holds statements *and* the
ontology, since targets and `sh:class` follow `rdfs:subClassOf`, and no inferred types: with
`rdfs:range` applied, everything a property points at would have the right class.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from operator import attrgetter

import pyshacl
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, FOAF, OWL, PROV, RDF, RDFS, SH, SKOS
from rdflib.term import Node

from ..errors import InputError
from ..vocab import OA
from .answering import AnsweringGraph
from .findings import SEVERITIES, Finding
from .nodes import from_word, short, word
from .records import Origin


def validate(data: Graph, shapes: Graph, origins: Mapping[str, Origin]) -> list[Finding]:
    """What `shapes` say about `data`, the worst first, the same in every run.

    Args:
        data: the statements, with the ontology and without inferred types.
        shapes: as `load_shapes` gives them.
        origins: by IRI, the source line that a thing was read from.

    Raises:
        InputError: the shapes can't be applied at all (pySHACL's validation failure).
    """
    answering = data if isinstance(data, AnsweringGraph) else AnsweringGraph(data)
    answer = pyshacl.validate(
        answering, shacl_graph=shapes, inference="none", advanced=False, js=False
    )
    report = answer[1]
    if not isinstance(report, Graph):
        raise InputError(f"The shapes can't be applied: {report}")
    results = report.subjects(RDF.type, SH.ValidationResult)
    items = [_finding(result, report, shapes, data) for result in results]
    # Of two components that say the same, the last one stays: the first by name.
    items.sort(key=attrgetter("component"), reverse=True)
    found = {_identity(item): item for item in items}
    return sorted((_with_origin(item, origins) for item in found.values()), key=_order)


def _finding(result: Node, report: Graph, shapes: Graph, data: Graph) -> Finding:
    rule = _one(report, result, SH.sourceShape)
    value = report.value(result, SH.value)
    path = shapes.value(rule, SH.path)
    finding = Finding(
        shape=str(shapes.value(None, SH.property, rule) or rule),
        rule=str(rule),
        focus=word(_one(report, result, SH.focusNode)),
        label="",
        path=_path(shapes, path) if path else "",
        value=word(value) if value is not None else "",
        message=min(str(text) for text in report.objects(result, SH.resultMessage)),
        severity=SEVERITIES[_one(report, result, SH.resultSeverity)],
        component=str(_one(report, result, SH.sourceConstraintComponent)),
    )
    return replace(finding, label=_label(data, from_word(finding.culprit)))


def _with_origin(finding: Finding, origins: Mapping[str, Origin]) -> Finding:
    things = (finding.culprit, finding.focus, finding.value)
    origin = next((origins[thing] for thing in things if thing in origins), None)
    return replace(finding, file=origin.file, line=origin.line) if origin else finding


def _identity(finding: Finding) -> tuple[str, ...]:
    """Two components of one rule that say the same of the same value are one finding."""
    return finding.rule, finding.focus, finding.value, finding.message


def _order(finding: Finding) -> tuple[int, str, int, tuple[str, ...]]:
    rank = list(SEVERITIES.values()).index(finding.severity)
    return rank, finding.file or "", finding.line or 0, _identity(finding)


LABELS = (SKOS.prefLabel, DCTERMS.title, FOAF.name, RDFS.label)


def _label(data: Graph, thing: Node, steps: int = 2) -> str:
    """The name of a thing; of what it serves, if it has none, as a selector does a quote."""
    for prop in LABELS:
        labels = [label for label in data.objects(thing, prop) if isinstance(label, Literal)]
        if labels:
            return str(min(labels, key=lambda label: (label.language != "en", str(label))))
    served = sorted(_served(data, thing), key=str) if steps else []
    return next(filter(None, (_label(data, other, steps - 1) for other in served)), "")


def _served(data: Graph, thing: Node) -> Iterator[Node]:
    yield from data.objects(thing, OWL.annotatedSource)
    yield from data.subjects(PROV.wasQuotedFrom, thing)
    yield from data.subjects(OA.hasSelector, thing)


def _one(graph: Graph, subject: Node, predicate: URIRef) -> Node:
    found = graph.value(subject, predicate)
    if found is None:
        raise LookupError(f"{subject.n3()} has no {predicate}")
    return found


PATHS = {
    SH.inversePath: "^{}",
    SH.zeroOrMorePath: "{}*",
    SH.oneOrMorePath: "{}+",
    SH.zeroOrOnePath: "{}?",
}


def _path(shapes: Graph, path: Node) -> str:
    """A SHACL property path (SHACL, 2.3.1) in the words of SPARQL."""
    if isinstance(path, URIRef):
        return short(str(path))
    for kind, form in PATHS.items():
        if (inner := shapes.value(path, kind)) is not None:
            return form.format(_path(shapes, inner))
    alternatives = shapes.value(path, SH.alternativePath)
    steps = [_path(shapes, step) for step in shapes.items(alternatives or path)]
    return f"({'|'.join(steps)})" if alternatives else "/".join(steps)
