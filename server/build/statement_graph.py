"""The graph of an edition whose texts are not ours to give: described, not quoted."""

from collections import Counter

from rdflib import Literal, URIRef
from rdflib.namespace import DCTERMS, FOAF, OWL, RDF, SKOS

from ..vocab import ARI, CC_BY
from . import provenance
from .edition_graph import EditionWriter
from .records import StatementEdition, StatementRecord, ThemeRecord
from .relation import Relation
from .writer import english, position


class StatementWriter(EditionWriter):
    """Writes the themes, and under each its statements in the order of their numbers."""

    def __init__(self, relation: Relation, described: StatementEdition) -> None:
        super().__init__(relation, described.edition, provenance.of_statements)
        self.described = described

    def write(self) -> None:
        """Add the edition and all that stands in it."""
        self.edition(CC_BY)
        self.source(self.record.source, self.record.origin)
        self._page()
        for theme in self.described.themes:
            self._theme(theme)
        positions = Counter[str]()
        for statement in self.described.statements:
            positions[statement.theme] += 1
            self._statement(statement, positions[statement.theme])

    def _key(self, part: str | int) -> str:
        return f"{self.record.key}-{part}"

    def _page(self) -> None:
        page = URIRef(self.described.page)
        self.say(self.scheme, (FOAF.page, page))
        if self.described.page_note:
            self.say(page, (DCTERMS.description, english(self.described.page_note)))
        if self.described.content_id:
            self.say(page, (DCTERMS.identifier, Literal(self.described.content_id)))

    def _theme(self, theme: ThemeRecord) -> None:
        key = self._key(theme.key)
        iri = self.placed("theme", key, theme.origin)
        self.say(
            iri,
            (RDF.type, ARI.Theme),
            (SKOS.prefLabel, english(theme.name)),
            (DCTERMS.identifier, Literal(key)),
            (ARI.position, position(theme.position)),
            (SKOS.inScheme, self.scheme),
        )
        if theme.parent:
            self.say(iri, (ARI.underTheme, self.thing("theme", self._key(theme.parent))))
        else:
            self.say(iri, (SKOS.topConceptOf, self.scheme))

    def _statement(self, statement: StatementRecord, number: int) -> None:
        key = self._key(statement.number)
        iri = self.placed("question", key, statement.origin)
        theme = self.thing("theme", self._key(statement.theme))
        self.say(
            iri,
            (RDF.type, ARI.ResearchQuestion),
            (SKOS.prefLabel, english(statement.label)),
            (ARI.labelIsSummary, Literal(True)),
            (ARI.statementSha256, Literal(statement.sha256)),
            (SKOS.notation, Literal(str(statement.number))),
            (DCTERMS.identifier, Literal(key)),
            (SKOS.inScheme, self.scheme),
            (ARI.underTheme, theme),
            (ARI.position, position(number)),
            (DCTERMS.source, self.read_from),
        )
        if statement.note:
            self.say(iri, (SKOS.editorialNote, english(statement.note)))
        if statement.certainty != "high":
            self._certainty(iri, theme, statement)

    def _certainty(self, question: URIRef, theme: URIRef, statement: StatementRecord) -> None:
        """How sure it is that a question stands under a theme (OWL 2 RDF mapping, 2.2)."""
        self.say(
            self.placed("statement", f"{self._key(statement.number)}-theme", statement.origin),
            (RDF.type, OWL.Axiom),
            (OWL.annotatedSource, question),
            (OWL.annotatedProperty, ARI.underTheme),
            (OWL.annotatedTarget, theme),
            (ARI.certainty, Literal(statement.certainty)),
        )
