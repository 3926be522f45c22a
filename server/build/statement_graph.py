"""The graph of an edition whose texts are not ours to give: described, not quoted."""

from collections import Counter

from rdflib import Literal, URIRef
from rdflib.namespace import DCTERMS, FOAF, OWL, RDF, SKOS

from ..vocab import ARI, CC_BY
from . import provenance
from .imported_account import of_texts, tell_source, tell_texts
from .imported_records import ImportedTexts, former
from .imported_texts import as_it_stands
from .question_graph import QuestionWriter, history
from .records import StatementEdition, StatementRecord
from .relation import Relation
from .writer import english, position


class StatementWriter(QuestionWriter):
    """Writes the themes, and under each its statements in the order of their numbers."""

    def __init__(
        self, relation: Relation, described: StatementEdition, texts: ImportedTexts | None
    ) -> None:
        accounted = of_texts if texts else provenance.of_statements
        super().__init__(relation, as_it_stands(described.edition, texts), accounted)
        self.described = described
        self.imported = texts
        self.texts = {item.number: item for item in texts.texts} if texts else {}

    def write(self) -> None:
        """Add the edition and all that stands in it."""
        self.edition(CC_BY)
        self.source(self.record.source, self.record.origin)
        self._page()
        for theme in self.described.themes:
            self.theme(theme)
        positions = Counter[str]()
        for statement in self.described.statements:
            positions[statement.theme] += 1
            self._statement(statement, positions[statement.theme])
        if self.imported:
            self._added(self.imported)

    def _added(self, imported: ImportedTexts) -> None:
        """What an import found beyond what we describe, and how it came in."""
        read = tell_source(self, imported.source, imported.imported)
        tell_texts(self, self.record.label, read)
        for theme in imported.themes:
            self.theme(theme)
        for question in imported.questions:
            self.question(question, read)

    def _page(self) -> None:
        page = URIRef(self.described.page)
        self.say(self.scheme, (FOAF.page, page))
        if self.described.page_note:
            self.say(page, (DCTERMS.description, english(self.described.page_note)))
        if self.described.content_id:
            self.say(page, (DCTERMS.identifier, Literal(self.described.content_id)))

    def _statement(self, statement: StatementRecord, number: int) -> None:
        key = self.key(statement.number)
        iri = self.placed("question", key, statement.origin)
        theme = self.thing("theme", self.key(statement.theme))
        self.say(
            iri,
            (RDF.type, ARI.ResearchQuestion),
            (SKOS.prefLabel, english(statement.label)),
            (ARI.labelIsSummary, Literal(True)),
            (SKOS.notation, Literal(str(statement.number))),
            (DCTERMS.identifier, Literal(key)),
            (SKOS.inScheme, self.scheme),
            (ARI.underTheme, theme),
            (ARI.position, position(number)),
            (DCTERMS.source, self.read_from),
        )
        self._wording(iri, statement)
        if statement.note:
            self.say(iri, (SKOS.editorialNote, english(statement.note)))
        if statement.certainty != "high":
            self._certainty(iri, theme, statement)

    def _wording(self, question: URIRef, statement: StatementRecord) -> None:
        """What recognises the text; the text itself, if an import found it."""
        found = self.texts.get(statement.number)
        now = found.sha256 if found and found.text else statement.sha256
        self.say(question, (ARI.statementSha256, Literal(now)))
        if found is None:
            return
        had = former([statement.sha256, *found.former], now)
        self.say(question, *history(had, found.status))
        if found.text:
            self.say(question, (ARI.statementText, english(found.text)))
        if found.page:
            self.say(question, (FOAF.page, URIRef(found.page)))
        if found.background:
            self.say(question, (SKOS.scopeNote, english(found.background)))
        self.say(question, *self.succession(found.replaced_by))

    def _certainty(self, question: URIRef, theme: URIRef, statement: StatementRecord) -> None:
        """How sure it is that a question stands under a theme (OWL 2 RDF mapping, 2.2)."""
        self.say(
            self.placed("statement", f"{self.key(statement.number)}-theme", statement.origin),
            (RDF.type, OWL.Axiom),
            (OWL.annotatedSource, question),
            (OWL.annotatedProperty, ARI.underTheme),
            (OWL.annotatedTarget, theme),
            (ARI.certainty, Literal(statement.certainty)),
        )
