"""The questions of an edition as their publisher words them, under their themes."""

from collections.abc import Iterable, Iterator

from rdflib import Literal, URIRef
from rdflib.namespace import DCTERMS, FOAF, RDF, SKOS, XSD
from rdflib.term import Node

from ..vocab import ARI
from .edition_graph import EditionWriter
from .imported_records import QuestionRecord
from .records import ThemeRecord
from .writer import english, position

_DATES = {4: XSD.gYear, 7: XSD.gYearMonth, 10: XSD.date}
"""Datatype of a date, by the length of what is known of it."""


class QuestionWriter(EditionWriter):
    """Writes headings and questions."""

    def key(self, part: str | int) -> str:
        """The key of what stands in this edition."""
        return f"{self.record.key}-{part}"

    def theme(self, theme: ThemeRecord) -> None:
        """Describe a heading; one without a parent is a group."""
        key = self.key(theme.key)
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
            self.say(iri, (ARI.underTheme, self.thing("theme", self.key(theme.parent))))
        else:
            self.say(iri, (SKOS.topConceptOf, self.scheme))

    def question(self, question: QuestionRecord, source: URIRef) -> None:
        """Describe a question in its publisher's words."""
        key = self.key(question.id)
        iri = self.placed("question", key, question.origin)
        self.say(
            iri,
            (RDF.type, ARI.ResearchQuestion),
            (SKOS.prefLabel, english(question.text)),
            (ARI.statementText, english(question.text)),
            (ARI.statementSha256, Literal(question.sha256)),
            (DCTERMS.identifier, Literal(key)),
            (SKOS.inScheme, self.scheme),
            (ARI.underTheme, self.thing("theme", self.key(question.theme))),
            (ARI.position, position(question.position)),
            (DCTERMS.source, source),
            *history(question.former, question.status),
            *self.succession(question.replaced_by),
            *_circumstances(question),
        )

    def succession(self, replaced_by: str) -> Iterator[tuple[URIRef, Node]]:
        """The question that the source has in the place of one."""
        if replaced_by:
            yield DCTERMS.isReplacedBy, self.thing("question", replaced_by)


def history(former: Iterable[str], status: str) -> Iterator[tuple[URIRef, Node]]:
    """What tells that a question had other texts, or is no longer asked."""
    for digest in former:
        yield ARI.formerStatementSha256, Literal(digest)
    if status != "current":
        yield ARI.questionStatus, Literal(status)


def _circumstances(question: QuestionRecord) -> Iterator[tuple[URIRef, Node]]:
    if question.issued:
        datatype = _DATES[len(question.issued)]
        yield DCTERMS.issued, Literal(question.issued, datatype=datatype)
    if question.page:
        yield FOAF.page, URIRef(question.page)
    if question.note:
        yield SKOS.editorialNote, english(question.note)
    if question.background:
        yield SKOS.scopeNote, english(question.background)
