"""The ontology as a page: each term with what it means, what it goes with, where it is used."""

from collections import defaultdict
from dataclasses import dataclass

from ..protocol.service import Row, Service, number, text
from ..vocab import ARI, ONTOLOGY, PREFIXES
from . import rules, term_history
from .cells import Cell, iri_cell, short
from .rules import Group, Rule
from .term_history import Changes

DCTERMS, OWL, RDF, RDFS, SKOS = (
    PREFIXES[name] for name in ("dcterms", "owl", "rdf", "rdfs", "skos")
)
OWN = str(ARI._NS)
SECTIONS = {
    OWL + "Class": "Classes",
    OWL + "ObjectProperty": "Properties that lead to things",
    OWL + "DatatypeProperty": "Properties that lead to values",
    OWL + "AnnotationProperty": "Annotations",
}
RELATIONS = {
    RDFS + "subClassOf": ("kind of", "kinds"),
    RDFS + "subPropertyOf": ("kind of", "kinds"),
    RDFS + "domain": ("says something of", "said of it"),
    RDFS + "range": ("leads to", "leads here"),
    OWL + "inverseOf": ("inverse of", "inverse of"),
    OWL + "disjointWith": ("never also", "never also"),
    DCTERMS + "isReplacedBy": ("replaced by", "replaces"),
}
"""How a relation is told from its subject, and from its object."""

Relations = dict[str, list[Cell]]


@dataclass(frozen=True)
class Entry:
    """One term.

    Args:
        relations: other terms, by how they go together.
        uses: the graphs that use it, and how often.
        first: a thing that shows it in use.
        groups: the rules for whatever is of this class.
        rules: others that speak of it.
        history: what became of it since the earlier version; empty: nothing.
    """

    name: str
    label: str
    definition: str
    notes: list[str]
    examples: list[str]
    deprecated: bool
    relations: Relations
    uses: list[tuple[Cell, int]]
    first: Cell | None
    groups: tuple[Group, ...]
    rules: tuple[Rule, ...]
    history: str


@dataclass(frozen=True)
class Page:
    """The ontology.

    Args:
        sections: its terms under their headings, each in alphabetical order.
        changes: since the version before, if that is kept.
    """

    title: str
    lead: str
    notes: list[str]
    version: str
    modified: str
    iri: str
    sections: dict[str, list[Entry]]
    changes: Changes | None


def page(service: Service) -> Page:
    """What the graph of the ontology says, with its use in the other graphs."""
    return _Reader(service).page()


class _Reader:
    """Asks what is known of the terms, once, and arranges it by term."""

    def __init__(self, service: Service) -> None:
        self.base = service.settings.base_iri
        self.graphs = str(service.names.graph(""))
        self.header = service.rows("ontology-header")
        self.rows = [r for r in service.rows("terms") if text(r, "term").startswith(OWN)]
        self.said: dict[str, list[Row]] = defaultdict(list)
        for row in self.rows:
            self.said[text(row, "term")].append(row)
        self.relations = self._relations(service.rows("term-chains"))
        self.uses = service.rows("term-uses")
        self.version = self._of_itself(OWL + "versionInfo")
        self.changes = term_history.since(
            ((row["term"], row["property"], row["value"]) for row in self.rows), self.version
        )

    def page(self) -> Page:
        return Page(
            self._of_itself(DCTERMS + "title") or "Terms",
            self._of_itself(DCTERMS + "description"),
            [
                text(row, "value")
                for row in self.header
                if text(row, "property") == SKOS + "scopeNote"
            ],
            self.version,
            self._of_itself(DCTERMS + "modified"),
            self._of_itself(OWL + "versionIRI") or str(ONTOLOGY),
            self._sections(),
            self.changes,
        )

    def _of_itself(self, prop: str) -> str:
        values = (text(row, "value") for row in self.header if text(row, "property") == prop)
        return next(values, "")

    def _sections(self) -> dict[str, list[Entry]]:
        found: dict[str, list[Entry]] = {heading: [] for heading in SECTIONS.values()}
        for iri in self.said:
            types = self._values(iri, RDF + "type")
            heading = next((SECTIONS[kind] for kind in SECTIONS if kind in types), "")
            if heading:
                found[heading].append(self._entry(iri))
        return {heading: entries for heading, entries in found.items() if entries}

    def _values(self, iri: str, prop: str) -> list[str]:
        return [text(row, "value") for row in self.said[iri] if text(row, "property") == prop]

    def _entry(self, iri: str) -> Entry:
        name = iri.removeprefix(OWN)
        used = [row for row in self.uses if text(row, "term") == iri]
        first = next((text(row, "first") for row in used), "")
        return Entry(
            name,
            " / ".join(self._values(iri, RDFS + "label")),
            " ".join(self._values(iri, SKOS + "definition")),
            self._values(iri, SKOS + "scopeNote"),
            self._values(iri, SKOS + "example"),
            "true" in self._values(iri, OWL + "deprecated"),
            self.relations.get(iri, {}),
            [(self._graph(row), int(number(row, "uses") or 0)) for row in used],
            iri_cell(first, self.base) if first else None,
            rules.about(iri),
            rules.by_term().get(name, ()),
            self._history(name),
        )

    def _graph(self, row: Row) -> Cell:
        iri = text(row, "graph")
        return iri_cell(iri, self.base, iri.removeprefix(self.graphs))

    def _history(self, name: str) -> str:
        if self.changes is None:
            return ""
        if name in self.changes.added:
            return f"New since version {self.changes.before}."
        what = self.changes.changed.get(name)
        return f"Changed since version {self.changes.before}: {', '.join(what)}." if what else ""

    def _relations(self, chains: list[Row]) -> dict[str, Relations]:
        """The relations of each term, in both directions, in the order of `RELATIONS`."""
        found: dict[str, Relations] = defaultdict(lambda: defaultdict(list))
        for prop, (forth, back) in RELATIONS.items():
            for row in self.rows:
                term, value = text(row, "term"), text(row, "value")
                if text(row, "property") != prop:
                    continue
                found[term][forth].append(iri_cell(value, self.base))
                if value in self.said:
                    found[value][back].append(iri_cell(term, self.base))
        for row in chains:
            steps = (short(text(row, name), self.base) for name in ("step", "then"))
            found[text(row, "term")]["follows from"].append(Cell(" / ".join(steps)))
        return found
