"""The graph of an edition that an import made: its publisher's own words."""

from functools import partial

from rdflib import URIRef
from rdflib.namespace import FOAF, SKOS

from .imported_account import of_edition, tell_source
from .imported_records import ImportedEdition
from .question_graph import QuestionWriter
from .relation import Relation
from .writer import english


class ImportedWriter(QuestionWriter):
    """Writes the edition, its headings and its questions."""

    def __init__(self, relation: Relation, found: ImportedEdition) -> None:
        super().__init__(relation, found.edition, partial(of_edition, found.imported))
        self.found = found

    def write(self) -> None:
        """Add the edition and all that stands in it."""
        imported = self.found.imported
        self.edition(URIRef(imported.licence))
        source = tell_source(self, self.record.source, imported)
        if imported.page:
            self.say(self.scheme, (FOAF.page, URIRef(imported.page)))
        for day, note in self.found.changes:
            self.say(self.scheme, (SKOS.changeNote, english(f"{day}: {note}")))
        for theme in self.found.themes:
            self.theme(theme)
        for question in self.found.questions:
            self.question(question, source)
