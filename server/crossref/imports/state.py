"""What is there of an edition before an import, whoever described it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from ...build.faults import Faults
from ...build.imported_records import (
    ImportedEdition,
    ImportedTexts,
    ImportRecord,
    QuestionRecord,
    TextRecord,
    former,
)
from ...build.imported_table import file_of
from ...build.keys_table import Keys, read_keys
from ...build.records import EditionRecord, Records, StatementEdition, StatementRecord, ThemeRecord
from ...build.sources import Sources
from .matching import Known, Path


@dataclass(frozen=True)
class EditionState:
    """An edition as it stands.

    Args:
        edition: None for one that is not there yet.
        imported: how it, or its texts, came in; None if nothing was imported.
        themes: headings that may be changed; `fixed` ones may not.
        questions: those that an import keeps.
        described: statements whose texts an import brings, with what it brought.
    """

    key: str
    edition: EditionRecord | None = None
    imported: ImportRecord | None = None
    changes: tuple[tuple[str, str], ...] = ()
    keys: Keys = field(default_factory=Keys)
    themes: tuple[ThemeRecord, ...] = ()
    questions: tuple[QuestionRecord, ...] = ()
    fixed: tuple[ThemeRecord, ...] = ()
    described: tuple[StatementRecord, ...] = ()
    texts: tuple[TextRecord, ...] = ()

    @cached_property
    def known(self) -> tuple[Known, ...]:
        """The questions, described ones first."""
        return (*self._described(), *self._imported())

    def _described(self) -> Iterator[Known]:
        texts = {item.number: item for item in self.texts}
        for item in self.described:
            text = texts.get(item.number)
            words, now = (text.text, text.sha256) if text and text.text else ("", item.sha256)
            had = (item.sha256, *(text.former if text else ()))
            yield self._known(str(item.number), item.theme, words, (now, *former(had, now)))

    def _imported(self) -> Iterator[Known]:
        for item in self.questions:
            yield self._known(item.id, item.theme, item.text, (item.sha256, *item.former))

    def _known(self, name: str, theme: str, text: str, digests: tuple[str, ...]) -> Known:
        sources = frozenset(self.keys.sources(name))
        return Known(name, sources, digests, self.path(theme), text)

    def describes(self, question: str) -> bool:
        """Whether it is one of the statements that we describe."""
        return question in self._labels

    def label(self, question: str) -> str:
        """Our label of a statement that we describe; empty for all others."""
        return self._labels.get(question, "")

    @cached_property
    def _labels(self) -> dict[str, str]:
        return {str(item.number): item.label for item in self.described}

    def status(self, question: str) -> str:
        """What is said of a question that is there."""
        return self._statuses.get(question, "current")

    @cached_property
    def _statuses(self) -> dict[str, str]:
        texts = {str(item.number): item.status for item in self.texts}
        return texts | {item.id: item.status for item in self.questions}

    def issued(self, question: str) -> str:
        """When a question was issued; empty if not known."""
        return self._dates.get(question, "")

    @cached_property
    def _dates(self) -> dict[str, str]:
        return {item.id: item.issued for item in self.questions}

    def path(self, theme: str) -> Path:
        """The names of a heading and of those above it, the outermost first."""
        by_key = {item.key: item for item in (*self.fixed, *self.themes)}
        found = by_key.get(theme)
        return (*self.path(found.parent), found.name) if found else ()


def state_of(key: str, records: Records, sources: Sources) -> EditionState:
    """The state of an edition; an empty one if there is none.

    Raises:
        SourceError: its key file can't be read.
    """
    texts = {item.edition: item for item in records.texts}
    for imported in records.imported:
        if imported.edition.key == key:
            return _of_import(imported, _keys(sources, key))
    for described in records.statements:
        if described.edition.key == key:
            found = texts.get(key)
            return _of_description(described, found, _keys(sources, key) if found else Keys())
    return EditionState(key)


def _of_import(found: ImportedEdition, keys: Keys) -> EditionState:
    return EditionState(
        key=found.edition.key,
        edition=found.edition,
        imported=found.imported,
        changes=found.changes,
        keys=keys,
        themes=found.themes,
        questions=found.questions,
    )


def _of_description(
    described: StatementEdition, texts: ImportedTexts | None, keys: Keys
) -> EditionState:
    return EditionState(
        key=described.edition.key,
        edition=described.edition,
        imported=texts.imported if texts else None,
        keys=keys,
        themes=texts.themes if texts else (),
        questions=texts.questions if texts else (),
        fixed=described.themes,
        described=described.statements,
        texts=texts.texts if texts else (),
    )


def _keys(sources: Sources, key: str) -> Keys:
    return read_keys(sources, file_of(sources, key, "keys.csv"), Faults())
