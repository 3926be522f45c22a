"""The terms of the ontology as a table: each with an anchor, a definition and its relations."""

from dataclasses import dataclass, field

from ..protocol.service import Row, Service, text
from ..vocab import ARI, PREFIXES
from .cells import Cell, iri_cell

OWL, RDF, RDFS, SKOS = (PREFIXES[name] for name in ("owl", "rdf", "rdfs", "skos"))
SECTIONS = {
    OWL + "Class": "Classes",
    OWL + "ObjectProperty": "Properties that lead to things",
    OWL + "DatatypeProperty": "Properties that lead to values",
    OWL + "AnnotationProperty": "Annotations",
}
RELATIONS = {
    RDFS + "subClassOf": "kind of",
    RDFS + "subPropertyOf": "kind of",
    RDFS + "domain": "says something of",
    RDFS + "range": "leads to",
}


@dataclass(frozen=True)
class Entry:
    """One term."""

    name: str
    label: str = ""
    definition: str = ""
    notes: list[str] = field(default_factory=list)
    relations: list[tuple[str, Cell]] = field(default_factory=list)


def sections(service: Service) -> dict[str, list[Entry]]:
    """The terms under their section headings, each in alphabetical order."""
    terms: dict[str, list[Row]] = {}
    for row in service.rows("terms"):
        if text(row, "term").startswith(str(ARI._NS)):
            terms.setdefault(text(row, "term"), []).append(row)
    base = service.settings.base_iri
    found: dict[str, list[Entry]] = {heading: [] for heading in SECTIONS.values()}
    for iri, rows in terms.items():
        types = [text(row, "value") for row in rows if text(row, "property") == RDF + "type"]
        heading = next((SECTIONS[kind] for kind in SECTIONS if kind in types), "")
        if heading:
            found[heading].append(_entry(iri, rows, base))
    return {heading: entries for heading, entries in found.items() if entries}


def _entry(iri: str, rows: list[Row], base: str) -> Entry:
    def said(prop: str) -> list[str]:
        return [text(row, "value") for row in rows if text(row, "property") == prop]

    relations = [
        (RELATIONS[text(row, "property")], iri_cell(text(row, "value"), base))
        for row in rows
        if text(row, "property") in RELATIONS
    ]
    return Entry(
        iri.removeprefix(str(ARI._NS)),
        " / ".join(said(RDFS + "label")),
        " ".join(said(SKOS + "definition")),
        said(SKOS + "scopeNote"),
        relations,
    )
